"""`codeassess people`, `invite` and `invitations`, as a teacher uses them beside the server."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from codeassess_core.clock import utcnow
from codeassess_core.storage.database import Database
from codeassess_core.storage.joining import Joining

from .running import codeassess, succeed

ROSTER = "id,name,email,group,extra_time\nada,Ada,ada@example.org,A,25%\nbob,=Bob,bob@example.org,A,\nzoe,Zoe,,B,10m\n"


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a roster and a database with an assessment."""
    monkeypatch.setenv("CODEASSESS_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}")
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "task.json").write_text(json.dumps({"title": "Averages"}))
    return tmp_path


def assessment(where: Path) -> str:
    return succeed("assessment", "create", where / "task.json").split()[0]


def test_a_class_is_invited_and_one_of_them_joins(where: Path) -> None:
    assert succeed("people", "import", where / "roster.csv") == "3 people: 3 new, 0 changed, 0 as before.\n"
    listed = succeed("people", "list", "--group", "A")
    assert "ada@example.org" in listed and "25%" in listed and "zoe" not in listed
    task = assessment(where)
    about = ("--assessment", task, "--public-url", "https://code.example.org")
    done = codeassess("invite", *about, "--group", "A")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "2 invited to “Averages”.\n"
    ada, bob = csv.DictReader(io.StringIO(done.stdout))
    assert ada["link"] == f"https://code.example.org/#/join/{ada['code']}"
    assert bob["name"] == "'=Bob"  # no spreadsheet takes it for a formula
    join(where, ada["code"])
    assert states(task) == {"ada": "joined", "bob": "invited"}

    again = codeassess("invite", *about, "--group", "A", "--person", "zoe")
    assert again.returncode != 0 and "either --group or --person" in again.stderr
    more = codeassess("invite", *about, "--person", "ada", "--person", "zoe", "--format", "letters")
    assert more.stderr == "1 invited to “Averages”; 1 have an invitation already.\n"
    assert (
        "Hello Zoe," in more.stdout and "https://code.example.org/#/join/" in more.stdout and "Ada" not in more.stdout
    )

    invitation = next(row["id"] for row in rows(task) if row["person"] == "bob")
    succeed("invitations", "revoke", invitation)
    assert states(task)["bob"] == "revoked"
    succeed("people", "remove", "zoe")
    assert "zoe" not in succeed("people", "list")
    told = succeed("audit")
    for action in ("people_imported", "people_invited", "joined", "invitation_revoked", "person_removed"):
        assert action in told
    assert ada["code"] not in told


def rows(task: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in succeed("invitations", "list", "--assessment", task, "--json").splitlines()]


def states(task: str) -> dict[str, str]:
    return {row["person"]: row["state"] for row in rows(task)}


def join(where: Path, code: str) -> None:
    async def use() -> None:
        database = Database(f"sqlite+aiosqlite:///{where / 'codeassess.sqlite'}")
        await Joining(database, clock=utcnow).join(code, lifetime=60, address="test")
        await database.aclose()

    asyncio.run(use())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--group", "C"), "Nobody on the roster is in the group 'C'"),
        (("--person", "nobody"), "'nobody' is not on the roster"),
        ((), "Name either --group or --person"),
        (("--group", "A", "--expires-in", "soon"), "soon"),
        (("--group", "A", "--public-url", "code.example.org"), "public_url must be the address"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_named(where: Path, arguments: tuple[str, ...], said: str) -> None:
    succeed("people", "import", where / "roster.csv")
    done = codeassess("invite", "--assessment", assessment(where), *arguments)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_a_roster_with_a_fault_changes_nothing(where: Path) -> None:
    (where / "roster.csv").write_text(ROSTER + "ada,Ada again,,A,\n")
    done = codeassess("people", "import", where / "roster.csv")
    assert done.returncode == 2 and "line 5: ada is on line 2 already" in done.stderr
    assert "ada" not in succeed("people", "list")


def test_without_a_public_url_there_are_codes_and_it_is_said(where: Path) -> None:
    succeed("people", "import", where / "roster.csv")
    target = where / "codes.csv"
    done = codeassess("invite", "--assessment", assessment(where), "--group", "B", "--output", target)
    assert "There are no links, because public_url" in done.stderr and done.stdout == ""
    (zoe,) = csv.DictReader(target.open(encoding="utf-8"))
    assert zoe["code"] and not zoe["link"]
