"""A connection without its transport. Its messages are tested in tests/ext/test_protocol.py."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from codeassess_core.identity import Principal, Role
from codeassess_core.live import connection, rate_limit
from codeassess_core.live.close_codes import CloseCode
from codeassess_core.live.connection import Connection
from codeassess_core.new_session import SessionRequest
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core

ADA = Principal(name="ada", role=Role.CANDIDATE)


class Wire:
    """The transport: what was sent, the close code, and a client that may stop reading."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.end = asyncio.Event()
        self.reading = asyncio.Event()
        self.reading.set()

    async def send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        self.sent.append(message)

    def close(self, code: int, reason: str) -> None:
        self.closed = code
        self.end.set()


@asynccontextmanager
async def connected(tmp_path: Path, **settings: Any) -> AsyncIterator[tuple[Connection, Wire, Core]]:
    """A connection to a new session, over a store without jobs."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}"
    core = Core(Settings(database_url=url, data_dir=str(tmp_path), model="offline", **settings))
    await core.record.open()
    session = await core.assessment.begin(ADA, SessionRequest())
    wire = Wire()
    line = core.connect(session.id, send=wire.send, close=wire.close)
    line.open()
    try:
        yield line, wire, core
    finally:
        await line.aclose()
        await core.aclose()


def note(seq: int) -> str:
    return json.dumps({"message_type": "activity", "kind": "focus", "seq": seq})


async def test_who_does_not_slow_down_is_disconnected_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "MAX_SECONDS_AT_LIMIT", 0.05)
    async with connected(tmp_path, rate_limit=10.0) as (line, wire, _):
        seq = 0
        while wire.closed is None:
            seq += 1
            await line.receive(note(seq))
        assert wire.closed == CloseCode.RATE
        assert wire.sent[-1]["code"] == "rate_limited"
        stored = len(wire.sent) - 1
        assert stored >= 20  # the burst
        assert wire.sent[stored - 1] == {"message_type": "ack", "seq": stored}


async def test_after_the_end_nothing_is_taken(tmp_path: Path) -> None:
    async with connected(tmp_path, rate_limit=0.0) as (line, wire, _):
        for _ in range(3):
            await line.receive("[")
        assert wire.closed == CloseCode.BAD_FRAMES
        await line.receive(note(1))
        assert [m["code"] for m in wire.sent] == ["bad_frame"] * 3


async def test_a_reader_that_stops_reading_stops_the_writer(tmp_path: Path) -> None:
    async with connected(tmp_path, rate_limit=0.0) as (line, wire, _):
        wire.reading.clear()
        stuck = asyncio.create_task(line.receive(note(1)))
        await asyncio.sleep(0.1)
        assert not stuck.done()  # so no further frame is read, and nothing accumulates
        wire.reading.set()
        await stuck
        assert wire.sent == [{"message_type": "ack", "seq": 1}]


async def test_a_fault_in_delivery_is_logged_once_and_the_client_comes_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "GRACE", 0.3)
    async with connected(tmp_path, rate_limit=0.0) as (_, wire, core):
        async with core.record.database.write() as database:
            await database.exec_driver_sql("UPDATE sessions SET status = 'impossible'")
        await wire.end.wait()
        assert wire.closed == CloseCode.DRAINING
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == ["delivery stopped"]


async def test_the_session_may_be_erased_while_a_client_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "GRACE", 0.3)
    async with connected(tmp_path, rate_limit=0.0) as (_, wire, core):
        async with core.record.database.write() as database:
            await database.exec_driver_sql("DELETE FROM sessions")
        await wire.end.wait()
        assert (wire.sent, wire.closed) == ([], CloseCode.UNKNOWN)
