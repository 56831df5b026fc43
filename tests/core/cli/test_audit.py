"""`codeassess audit`: what was done to a session is told, also when the session is gone."""

from __future__ import annotations

import asyncio
import json

import pytest
from records import begin, opened, update

from codeassess_core.errors import SequenceConflict

from .running import succeed


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
    head, first, second = succeed("audit", *where).splitlines()
    assert head.split() == ["when", "session", "action", "who", "detail"]
    assert erased in first and "grace [hopper]" in first and disputed in second
    assert len(succeed("audit", "--session", disputed, *where).splitlines()) == 2
    assert len(succeed("audit", "--tenant", "elsewhere", *where).splitlines()) == 1
