"""`codeassess audit`: what was done to a session is told, also when the session is gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from records import begin, opened, update
from typer.main import get_command

from codeassess_core.cli.accesses import ACCESSES
from codeassess_core.cli.app import app
from codeassess_core.errors import SequenceConflict

from .running import codeassess, succeed


def disputed_and_erased(database_url: str) -> tuple[str, str]:
    """The ids of a session in which a seq was used twice and of one that was erased."""

    async def record() -> tuple[str, str]:
        async with opened(database_url) as record:
            disputed, erased = await begin(record), await begin(record)
            await record.recorder.record(update(disputed, "x = 1\n", 1))
            with pytest.raises(SequenceConflict):
                await record.recorder.record(update(disputed, "x = 2\n", 1))
            await record.sessions.erase(erased.id, principal="grace [hopper]")
            return disputed.id, erased.id

    return asyncio.run(record())


def test_who_did_what_to_which_session_is_listed_the_newest_first(database_url: str) -> None:
    where = ("--database-url", database_url)
    disputed, erased = disputed_and_erased(database_url)
    newest, oldest = (json.loads(line) for line in succeed("audit", "--json", *where).splitlines())
    assert (newest["session_id"], newest["action"], newest["principal"]) == (
        erased,
        "session_erased",
        "grace [hopper]",
    )
    assert (oldest["session_id"], oldest["action"], oldest["detail"]["seq"]) == (disputed, "sequence_conflict", 1)
    head, looked, first, second = succeed("audit", *where).splitlines()
    assert head.split() == ["when", "who", "role", "action", "object", "outcome", "times", "from", "detail"]
    assert "list_audit" in looked and "command line" in looked, "reading the audit is a line as well"
    assert erased in first and "grace [hopper]" in first and disputed in second
    assert len(succeed("audit", "--session", disputed, *where).splitlines()) == 2
    assert len(succeed("audit", "--tenant", "elsewhere", *where).splitlines()) == 1


def test_the_audit_is_filtered(database_url: str) -> None:
    where = ("--json", "--database-url", database_url)
    disputed, _ = disputed_and_erased(database_url)
    assert codeassess("report", disputed, *where[1:]).returncode == 1

    def told(*options: str) -> list[str]:
        return [json.loads(line)["action"] for line in succeed("audit", *options, *where).splitlines()]

    assert told("--refused") == ["read_report", "sequence_conflict"]
    assert told("--person", "grace [hopper]") == ["session_erased"]
    assert told("--action", "sequence_conflict") == ["sequence_conflict"]
    assert told("--session", disputed) == ["read_report", "sequence_conflict"]
    assert "session_erased" in told("--since", "1h") and told("--since", "2999-01-01T00:00:00Z") == []
    wrong = codeassess("audit", "--since", "yesterday", *where)
    assert wrong.returncode == 2 and "like 8h" in wrong.stderr


WITHOUT_STORES = {"join", "migrate", "vscode install", "assessment init", "assessment check"}
"""They open no stores; nor does what measures examiners."""


def commands(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_each_command_that_opens_the_stores_has_its_row() -> None:
    known = {name for name in commands(get_command(app)) if not name.startswith("evaluate ")}
    assert known - WITHOUT_STORES == set(ACCESSES)
