"""Publishing a folder: once, again, changed, and when somebody else was there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeassess_core.authoring.template import write_template

from ..cli.running import codeassess, succeed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "task")
    return tmp_path / "task"


@pytest.fixture(autouse=True)
def _stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEASSESS_DATA_DIR", str(tmp_path / "data"))


def test_unchanged_nothing_is_published_and_changed_the_next_version_is(folder: Path) -> None:
    first = succeed("assessment", "publish", folder)
    known = first.split()[0]
    assert "version 1: The median of a list" in first
    assert succeed("assessment", "publish", folder).strip() == f"{known} version 1: The median of a list (unchanged)"
    (folder / "instructions.md").write_text("Another task.")
    assert succeed("assessment", "publish", folder).startswith(f"{known} version 2")
    shown = json.loads(succeed("assessment", "show", known))
    assert (shown["version"], shown["instructions"], shown["status"]) == (2, "Another task.", "open")
    assert shown["rubric"][0]["levels"]["not"]
    (note,) = json.loads((folder / "published.json").read_text())["places"].values()
    assert note == {"assessment_id": known, "version": 2}


def test_a_version_of_somebody_else_is_not_written_over_by_chance(folder: Path, tmp_path: Path) -> None:
    known = succeed("assessment", "publish", folder).split()[0]
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"title": "Other"}))
    succeed("assessment", "create", other, "--version-of", known, "--name", "grace")
    (folder / "instructions.md").write_text("Mine.")
    refused = codeassess("assessment", "publish", folder)
    assert refused.returncode == 1 and "Version 2 was published by grace" in refused.stderr
    assert succeed("assessment", "publish", folder, "--over").startswith(f"{known} version 3")


def test_closing_opening_and_cloning(folder: Path) -> None:
    known = succeed("assessment", "publish", folder).split()[0]
    assert "is closed" in succeed("assessment", "close", known)
    assert "closed" in succeed("assessment", "list")
    copy = succeed("assessment", "clone", known).split()[0]
    assert copy != known
    assert json.loads(succeed("assessment", "show", copy))["status"] == "open", "a copy is not closed"
    assert "is open" in succeed("assessment", "open", known)
    actions = [json.loads(line)["action"] for line in succeed("audit", "--json").splitlines()]
    assert actions == [
        "assessment_opened",
        "read_assessment",
        "clone_assessment",
        "list_assessments",
        "assessment_closed",
        "add_assessment",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("publish", "gone"), "gone"),
        (("close", "x"), "must be a UUID"),
        (("open", "01a22ee8-2d87-75c5-bec8-14db0536669a"), "There is no such assessment"),
        (("list", "--server", "http://127.0.0.1:9"), "A server needs a token"),
        (("list", "--server", "http://127.0.0.1:9", "--token", "ca_x"), "cannot be reached"),
    ],
)
def test_a_refusal_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    refused = codeassess("assessment", *words)
    assert refused.returncode in (1, 2) and said in refused.stderr and "Traceback" not in refused.stderr


def test_a_published_note_that_leads_nowhere_is_named(folder: Path, tmp_path: Path) -> None:
    succeed("assessment", "publish", folder)
    note = json.loads((folder / "published.json").read_text())
    for place in note["places"].values():
        place["assessment_id"] = "01a22ee8-2d87-75c5-bec8-14db0536669a"
    (folder / "published.json").write_text(json.dumps(note))
    refused = codeassess("assessment", "publish", folder)
    assert "delete the file to publish as a new one" in refused.stderr
    (folder / "published.json").write_text("{")
    assert "published.json cannot be read" in codeassess("assessment", "publish", folder).stderr


def test_a_broken_folder_names_every_mistake(folder: Path) -> None:
    (folder / "assessment.yaml").write_text("tittle: x\n")
    refused = codeassess("assessment", "check", folder)
    assert refused.returncode == 2
    assert "assessment.yaml:1: tittle: is not a known field; do you mean title?" in refused.stderr
    assert "title: is missing" in refused.stderr
