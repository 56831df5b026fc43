"""`codeassess people`, `invite` and `invitations`, as a teacher uses them beside the server."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_process import Service

from codeassess_core.clock import new_id, utcnow
from codeassess_core.storage.database import Database
from codeassess_core.storage.joining import Joining

from . import running

ROSTER = "id,name,email,group,extra_time\nada,Ada,ada@example.org,A,25%\nbob,=Bob,bob@example.org,A,\nzoe,Zoe,,B,10m\n"


TEACHERS = ("people", "invite", "invitations")  #: commands that may be asked of a server


class Place:
    """A folder with a roster, and where the commands work: on its database, or on a server that has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: tuple[str, ...] = ()

    def codeassess(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return running.codeassess(*arguments, *(self.server if arguments[0] in TEACHERS else ()))

    def succeed(self, *arguments: str | Path) -> str:
        done = self.codeassess(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(params=["stores", "server"])
def where(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A roster, and a database with an assessment; of the second kind it is only a server's."""
    database = f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}"
    monkeypatch.setenv("CODEASSESS_DATABASE_URL", database)
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "task.json").write_text(json.dumps({"title": "Averages"}))
    place = Place(tmp_path)
    if request.param == "stores":
        yield place
        return
    service = Service(tmp_path / "service", more={"CODEASSESS_DATABASE_URL": database})
    monkeypatch.setenv("CODEASSESS_TOKEN", service.teacher)
    service.start()
    place.server = ("--server", service.url)
    yield place
    service.kill()


def assessment(where: Place) -> str:
    return where.succeed("assessment", "create", where.folder / "task.json").split()[0]


def test_a_class_is_invited_and_one_of_them_joins(where: Place) -> None:
    imported = where.succeed("people", "import", where.folder / "roster.csv")
    assert imported == "3 people: 3 new, 0 changed, 0 as before.\n"
    listed = where.succeed("people", "list", "--group", "A")
    assert "ada@example.org" in listed and "25%" in listed and "zoe" not in listed
    task = assessment(where)
    about = ("--assessment", task, "--public-url", "https://code.example.org")
    done = where.codeassess("invite", *about, "--group", "A")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "2 invited to “Averages”.\n"
    ada, bob = csv.DictReader(io.StringIO(done.stdout))
    assert ada["link"] == f"https://code.example.org/#/join/{ada['code']}"
    assert bob["name"] == "'=Bob"  # no spreadsheet takes it for a formula
    join(where, ada["code"])
    assert states(where, task) == {"ada": "joined", "bob": "invited"}

    again = where.codeassess("invite", *about, "--group", "A", "--person", "zoe")
    assert again.returncode != 0 and "either --group or --person" in again.stderr
    more = where.codeassess("invite", *about, "--person", "ada", "--person", "zoe", "--format", "letters")
    assert more.stderr == "1 invited to “Averages”; 1 have an invitation already.\n"
    assert (
        "Hello Zoe," in more.stdout and "https://code.example.org/#/join/" in more.stdout and "Ada" not in more.stdout
    )

    invitation = next(row["id"] for row in rows(where, task) if row["person"] == "bob")
    where.succeed("invitations", "revoke", invitation)
    assert states(where, task)["bob"] == "revoked"
    where.succeed("people", "remove", "zoe")
    assert "zoe" not in where.succeed("people", "list")
    told = where.succeed("audit")
    for action in ("people_imported", "people_invited", "joined", "invitation_revoked", "person_removed"):
        assert action in told
    assert ada["code"] not in told


def rows(where: Place, task: str) -> list[dict[str, str]]:
    listed = where.succeed("invitations", "list", "--assessment", task, "--json")
    return [json.loads(line) for line in listed.splitlines()]


def states(where: Place, task: str) -> dict[str, str]:
    return {row["person"]: row["state"] for row in rows(where, task)}


def join(where: Place, code: str) -> None:
    async def use() -> None:
        database = Database(f"sqlite+aiosqlite:///{where.folder / 'codeassess.sqlite'}")
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
def test_what_is_wrong_with_an_invitation_is_named(where: Place, arguments: tuple[str, ...], said: str) -> None:
    where.succeed("people", "import", where.folder / "roster.csv")
    done = where.codeassess("invite", "--assessment", assessment(where), *arguments)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_a_roster_with_a_fault_changes_nothing(where: Place) -> None:
    (where.folder / "roster.csv").write_text(ROSTER + "ada,Ada again,,A,\n")
    done = where.codeassess("people", "import", where.folder / "roster.csv")
    assert done.returncode == 2 and "line 5: ada is on line 2 already" in done.stderr
    assert "ada" not in where.succeed("people", "list")


def test_without_a_public_url_there_are_codes_and_it_is_said(where: Place) -> None:
    where.succeed("people", "import", where.folder / "roster.csv")
    target = where.folder / "codes.csv"
    done = where.codeassess("invite", "--assessment", assessment(where), "--group", "B", "--output", target)
    assert "There are no links, because public_url" in done.stderr and done.stdout == ""
    (zoe,) = csv.DictReader(target.open(encoding="utf-8"))
    assert zoe["code"] and not zoe["link"]


def test_a_long_roster_arrives_whole(where: Place) -> None:
    roster = where.folder / "long.csv"
    roster.write_text("id,name,group\n" + "".join(f"s{n:05},{n} {'a' * 100},long\n" for n in range(10_000)))
    assert roster.stat().st_size > 1_048_576, "more than other requests may have"
    assert where.succeed("people", "import", roster).startswith("10000 people: 10000 new")
    assert len(where.succeed("people", "list", "--group", "long", "--json").splitlines()) == 10_000


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("people", "list", "--server", "http://127.0.0.1:9"), 2, "A server needs a token: set CODEASSESS_TOKEN"),
        (("people", "list", "--server", "http://127.0.0.1:9", "--token", "ca_x"), 1, "cannot be reached"),
        (("people", "remove", "ada", "--server", "127.0.0.1:9", "--token", "ca_x"), 2, "The server must be a URL like"),
        (("invitations", "revoke", "x", "--server", "http://127.0.0.1:9", "--token", "ca_x"), 2, "must be a UUID"),
    ],
)
def test_what_is_wrong_with_a_server_is_told(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = running.codeassess(*arguments)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr


def test_what_is_not_there_is_told_alike(where: Place) -> None:
    assert "There is no such person." in where.codeassess("people", "remove", "nobody").stderr
    missing = where.codeassess("invitations", "revoke", new_id())
    assert missing.returncode == 1 and "There is no such invitation." in missing.stderr
