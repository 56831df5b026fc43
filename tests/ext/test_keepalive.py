"""A living client is not closed: pings and pongs behind data, slow readers, and ends in every order."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

import pytest
from raw_wire import CLOSE, PING, PONG, TEXT, Wire, frame, update
from rest_client import TIMEOUT, Client

from codeassess_ext import CodeAssess

HELLO = frame(json.dumps({"message_type": "hello", "protocol": 1, "client_id": "lab"}).encode())
SMALL = 32 * 1024  # bytes that are held on the way
FLOOD = 160  # messages of 30,000 bytes


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that pings its clients many times in a second."""
    monkeypatch.setattr("codeassess_ext.liveness.ROUND_SECONDS", 0.05)
    monkeypatch.setattr("codeassess_ext.liveness.SILENT_SECONDS", 2.0)


def flood(extension: CodeAssess) -> asyncio.Future[Any]:
    """Send more to the one client than all buffers on the way hold."""
    (socket,) = extension.sockets
    socket.ws_connection.stream.socket.setsockopt(SOL_SOCKET, SO_SNDBUF, SMALL)
    return asyncio.gather(*(socket._send({"text": "y" * 30_000}) for _ in range(FLOOD)))


async def all_gone(extension: CodeAssess) -> None:
    async with asyncio.timeout(TIMEOUT):
        while extension.sockets:  # noqa: ASYNC110 (the set tells nobody)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def nothing_is_stored(tmp_path: Path) -> AsyncIterator[None]:
    """Somebody else writes to the database meanwhile. In a thread: the server, on this loop, may be writing."""
    other = sqlite3.connect(tmp_path / "codeassess.sqlite", isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


async def test_a_ping_is_answered_while_what_came_before_it_waits_for_the_database(
    client: Client, tmp_path: Path
) -> None:
    wire = await Wire.open(client, await client.begin())
    async with nothing_is_stored(tmp_path):
        await wire.send(b"".join(frame(update(n, f"a = {n}\n")) for n in range(1, 51)))
        await wire.send(frame(b"are you there", opcode=PING))
        assert await wire.hear() == (PONG, b"are you there")
    assert await wire.acks(50) == list(range(1, 51))


async def test_reading_stops_where_too_much_waits(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a client sends and nobody can store is kept by the client, not by us; and all of it arrives in the end."""
    monkeypatch.setattr("codeassess_ext.receive_queue.MOST_CHARACTERS", 1_000)
    wire = await Wire.open(client, await client.begin())
    async with nothing_is_stored(tmp_path):
        await wire.send(frame(update(1, "a" * 2_000)) + frame(b"", opcode=PING) + frame(update(2, "b\n")))
        await asyncio.sleep(0.3)  # nothing can be awaited that does not come
        assert not wire.reader._buffer  # type: ignore[attr-defined]
    assert [await wire.hear() for _ in range(3)] == [
        (TEXT, b'{"message_type":"ack","seq":1}'),
        (PONG, b""),
        (TEXT, b'{"message_type":"ack","seq":2}'),
    ]


async def test_what_was_read_before_the_end_is_stored_in_order(client: Client, tmp_path: Path) -> None:
    session_id = await client.begin()
    wire = await Wire.open(client, session_id)
    async with nothing_is_stored(tmp_path):
        await wire.send(b"".join(frame(update(n, f"a = {n}\n")) for n in range(1, 21)))
        await wire.send(frame(b"", opcode=PING))
        assert await wire.hear() == (PONG, b"")  # all of them were read
        wire.writer.transport.abort()
    talk, welcome = await client.greet(session_id)
    while welcome["acked_seq"] < 20:
        welcome = (await client.get(f"/sessions/{session_id}/")).json
    assert await talk.ask(json.loads(update(21, "b\n"))) == {"message_type": "ack", "seq": 21}


@pytest.mark.usefixtures("often")
async def test_a_client_that_sends_and_answers_no_ping_stays(client: Client) -> None:
    """Its pongs may wait behind what it sends, or be swallowed by what is in between: it lives."""
    wire = await Wire.open(client, await client.begin())
    pings = 0
    while pings < 40:
        opcode, payload = await wire.hear()
        assert opcode != CLOSE, payload
        if opcode == PING:
            pings += 1
            await wire.send(frame(update(pings, f"a = {pings}\n")))


@pytest.mark.usefixtures("often")
async def test_a_slow_reader_stays_as_long_as_it_reads(client: Client, extension: CodeAssess) -> None:
    """What it is sent fills every buffer: pings wait behind megabytes, and its pongs come late."""
    wire = await Wire.open(client, await client.begin(), buffer=SMALL)
    sending = flood(extension)
    texts = 0
    while texts < FLOOD:
        opcode, payload = await wire.hear()
        assert opcode != CLOSE, payload
        texts += opcode == TEXT
        if opcode == PING:
            await wire.send(frame(payload, opcode=PONG))
        await asyncio.sleep(0.02)
    await sending
    await wire.send(frame(b"", opcode=PING))
    while await wire.hear() != (PONG, b""):
        pass


@pytest.mark.usefixtures("often")
async def test_who_neither_sends_nor_answers_is_let_go(client: Client) -> None:
    wire = await Wire.open(client, await client.begin())
    while True:
        opcode, payload = await wire.hear()
        if opcode == CLOSE:
            break
        assert opcode == PING
    assert payload[:2] == struct.pack("!H", 4008)


async def test_a_writer_that_is_sent_much_keeps_the_writing(
    client: Client, extension: CodeAssess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody comes, and its pong has to wait behind what it has not read yet."""
    monkeypatch.setattr("codeassess_ext.socket.PONG_SECONDS", 0.3)
    session_id = await client.begin()
    wire = await Wire.open(client, session_id, buffer=SMALL)
    await wire.send(HELLO)
    assert json.loads((await wire.hear())[1])["writer"]["you"]
    sending = flood(extension)
    reading = asyncio.create_task(slowly(wire))
    _, welcome = await client.greet(session_id, client_id="vscode")
    assert not welcome["writer"]["you"]
    reading.cancel()
    sending.cancel()
    await asyncio.gather(reading, sending, return_exceptions=True)


async def slowly(wire: Wire) -> None:
    while True:
        await wire.hear()
        await asyncio.sleep(0.02)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("end", ["close", "abort", "abort while it waits", "half", "silence"])
async def test_no_end_leaves_a_traceback(
    client: Client, extension: CodeAssess, quiet: pytest.LogCaptureFixture, tmp_path: Path, end: str
) -> None:
    """The server closes and gets no answer; the client goes without a word, or sends no more: pings go on meanwhile."""
    wire = await Wire.open(client, await client.begin())
    (socket,) = extension.sockets
    failed: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failed.append(context))
    if end == "close":
        socket.close(4012, "the server is restarting")
    elif end == "abort":
        wire.writer.transport.abort()
    elif end == "abort while it waits":
        async with nothing_is_stored(tmp_path):
            await wire.send(b"".join(frame(update(n, f"a = {n}\n")) for n in range(1, 21)))
            wire.writer.transport.abort()
            await asyncio.sleep(0.3)
    elif end == "half":
        wire.writer.write_eof()
    await all_gone(extension)
    assert failed == []
    assert [r for r in quiet.records if r.levelno >= logging.WARNING and r.exc_info] == []
