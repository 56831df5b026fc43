"""The connection under a websocket: what is read and written, and how it ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest
from raw_wire import Wire, frame, update
from rest_client import TIMEOUT, Client
from tornado.iostream import StreamClosedError

from codeassess_ext import CodeAssess
from codeassess_ext.socket_stream import SocketStream

SMALL = 16 * 1024


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of one connection."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    yield ours, theirs
    for end in (ours, theirs):
        end.close()


Pair = tuple[socket.socket, socket.socket]


async def received(end: socket.socket, size: int) -> bytes:
    """So many bytes from the other end."""
    data = b""
    async with asyncio.timeout(TIMEOUT):
        while len(data) < size:
            data += await asyncio.get_running_loop().sock_recv(end, size - len(data))
    return data


async def test_reads_come_in_order_and_first_what_was_read_before(pair: Pair) -> None:
    stream = SocketStream(pair[0], b"with the request")
    pair[1].send(b"and then")
    assert await stream.read_bytes(100) == b"with the request"
    assert await stream.read_bytes(100) == b"and then"
    stream.close()


async def test_what_is_offered_and_used_wakes_no_reader(pair: Pair) -> None:
    stream = SocketStream(pair[0])
    offered: asyncio.Queue[bytes] = asyncio.Queue()

    def offer(data: bytes) -> bytes | None:
        offered.put_nowait(data)
        return data[-1:] if data == b"three" else None

    reading = stream.read_bytes(100, offer=offer)
    for data in (b"one", b"two", b"three"):
        assert not reading.done()
        pair[1].send(data)
        assert await offered.get() == data
    assert await reading == b"e"
    stream.close()


async def test_while_nobody_reads_the_rest_stays_with_the_sender(pair: Pair) -> None:
    stream = SocketStream(pair[0])
    reading = stream.read_bytes(10)
    pair[1].send(b"a")
    assert await reading == b"a"
    sent = 0
    with pytest.raises(BlockingIOError):
        while sent < 100 * 1024 * 1024:
            sent += pair[1].send(b"x" * 65_536)
            await asyncio.sleep(0)
    read = 0
    while read < sent:
        read += len(await stream.read_bytes(65_536))
    assert read == sent
    stream.close()


async def test_a_write_that_the_kernel_does_not_take_waits_and_keeps_its_order(pair: Pair) -> None:
    stream = SocketStream(pair[0])
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    assert stream.write(b"first").done() and not stream.writing()
    parts = [bytes([n]) * 100_000 for n in range(10)]
    writes = [stream.write(part) for part in parts]
    assert stream.writing() and not writes[-1].done()
    assert await received(pair[1], 1_000_005) == b"first" + b"".join(parts)
    await asyncio.gather(*writes)
    assert not stream.writing()
    assert stream._total_write_index == stream._total_write_done_index == 1_000_005
    stream.close()


async def test_the_other_end_closes_and_who_waits_is_told(pair: Pair) -> None:
    stream = SocketStream(pair[0])
    reading = stream.read_bytes(10)
    pair[1].close()
    with pytest.raises(StreamClosedError):
        await reading
    assert stream.closed()
    for use in (lambda: stream.read_bytes(1), lambda: stream.write(b"x")):
        with pytest.raises(StreamClosedError):
            use()


async def test_closing_ends_reads_and_writes(pair: Pair) -> None:
    stream = SocketStream(pair[0])
    reading, writing = stream.read_bytes(10), stream.write(b"x" * 10_000_000)
    stream.close()
    stream.close()
    for waiting in (reading, writing):
        with pytest.raises(StreamClosedError):
            await waiting


async def test_a_reader_that_was_cancelled_takes_nothing_away(pair: Pair) -> None:
    stream = SocketStream(pair[0])
    reading = stream.read_bytes(10)
    reading.cancel()
    pair[1].send(b"kept")
    await asyncio.sleep(0.01)
    assert await stream.read_bytes(10) == b"kept"
    stream.close()


async def test_frames_that_come_with_the_handshake_are_not_lost(client: Client, extension: CodeAssess) -> None:
    first = b"".join(frame(update(n, f"a = {n}\n")) for n in range(1, 4))
    wire = await Wire.open(client, await client.begin(), with_it=first)
    assert await wire.acks(3) == [1, 2, 3]
    (opened,) = extension.sockets
    assert opened.ws_connection is not None
    stream: object = opened.ws_connection.stream
    assert isinstance(stream, SocketStream)
