"""The examples are assessments that a teacher can use as they are: each is in order, and plays to its report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeassess_core.authoring.folder import read_folder

from ..cli.running import succeed

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[3] / "examples").glob("*/assessment.yaml"))


def test_there_are_five() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_is_complete_and_in_order(folder: Path) -> None:
    authored = read_folder(folder)
    new = authored.new
    assert new.instructions and new.files and new.materials and authored.recording is not None
    assert len(new.rubric) >= 3 and any(line.public for line in new.rubric) and any(line.levels for line in new.rubric)
    assert authored.not_read == ()
    assert "in order" in succeed("assessment", "check", folder)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_plays_to_its_report(folder: Path, tmp_path: Path) -> None:
    played = succeed("assessment", "preview", folder, "--speed", "40", "--out", tmp_path)
    report = json.loads((tmp_path / "report.json").read_text())
    new = read_folder(folder).new
    assert report["assessment"]["title"] == new.title
    assert [q for q in report["questions"] if q["response"]], played
    assert not (folder / "published.json").exists(), "a preview leaves nothing behind"
