"""Frames as networks deliver them: cut anywhere, glued together, fragmented, with pings in between."""

from __future__ import annotations

import asyncio
import json
import os
import struct

import pytest
from door import PATIENCE, Door
from tornado.util import _websocket_mask_python as masked

TEXT, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x0, 0x8, 0x9, 0xA


def frame(payload: bytes, *, opcode: int = TEXT, last: bool = True) -> bytes:
    """One frame as a client sends it (RFC 6455, section 5.2)."""
    head = bytes([(0x80 if last else 0) | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65_536:
        head += struct.pack("!BH", 0x80 | 126, len(payload))
    else:
        head += struct.pack("!BQ", 0x80 | 127, len(payload))
    mask = os.urandom(4)
    return head + mask + masked(mask, payload)


def update(seq: int, code: str) -> bytes:
    return json.dumps({"message_type": "code_update", "seq": seq, "code": code, "document": {"uri": "main"}}).encode()


class Wire:
    """A websocket whose bytes the test itself cuts and glues."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, door: Door, session_id: str) -> Wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        lines = [
            f"GET {door.base}/ws/session/{session_id} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            f"Authorization: token {door.token}",
        ]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert answer.startswith(b"HTTP/1.1 101"), answer
        return cls(reader, writer)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hear(self) -> tuple[int, bytes]:
        """The opcode and payload of the next frame of the server, which has no mask."""
        async with asyncio.timeout(PATIENCE):
            first, length = await self.reader.readexactly(2)
            if length == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            return first & 0x0F, await self.reader.readexactly(length)

    async def acks(self, upto: int) -> list[int]:
        heard: list[int] = []
        while not heard or heard[-1] < upto:
            opcode, payload = await self.hear()
            if opcode == TEXT:
                heard.append(json.loads(payload)["seq"])
        return heard


async def begun(door: Door) -> Wire:
    return await Wire.open(door, await door.begin())


async def test_many_frames_in_one_packet(door: Door) -> None:
    wire = await begun(door)
    await wire.send(b"".join(frame(update(n, f"a = {n}\n")) for n in range(1, 201)))
    assert await wire.acks(200) == list(range(1, 201))


async def test_a_frame_that_comes_byte_by_byte(door: Door) -> None:
    wire = await begun(door)
    for byte in frame(update(1, "a = 'é🙂'\n")):
        await wire.send(bytes([byte]))
        await asyncio.sleep(0)
    assert await wire.acks(1) == [1]


@pytest.mark.parametrize("size", [65_500, 65_536, 131_072, 1_000_000])
async def test_frames_larger_than_a_chunk(door: Door, size: int) -> None:
    wire = await begun(door)
    big = frame(update(1, "x" * size))
    await wire.send(big[: size // 3])
    await asyncio.sleep(0.05)
    await wire.send(big[size // 3 :] + frame(update(2, "small\n")))
    assert await wire.acks(2) == [1, 2]


async def test_a_ping_between_the_fragments_of_a_message(door: Door) -> None:
    wire = await begun(door)
    whole = update(1, "a = 1\n")
    await wire.send(
        frame(whole[:7], last=False)
        + frame(b"are you there", opcode=PING)
        + frame(whole[7:20], opcode=CONTINUATION, last=False)
        + frame(whole[20:], opcode=CONTINUATION)
    )
    assert await wire.hear() == (PONG, b"are you there")
    assert await wire.acks(1) == [1]


async def test_what_came_before_the_end_of_the_stream_is_stored(door: Door) -> None:
    """The client's computer sleeps in the middle of a frame: the whole frames before it count."""
    session_id = await door.begin()
    wire = await Wire.open(door, session_id)
    await wire.send(frame(update(1, "a = 1\n")) + frame(update(2, "a = 2\n")) + frame(update(3, "a = 3\n"))[:20])
    assert await wire.acks(2) == [1, 2]
    wire.writer.transport.abort()
    assert (await door.get(f"/sessions/{session_id}/")).json["acked_seq"] == 2
    talk, welcome = await door.greet(session_id)
    assert welcome["acked_seq"] == 2
    assert await talk.ask({"message_type": "code_update", "seq": 3, "code": "a = 3\n"}) == {
        "message_type": "ack",
        "seq": 3,
    }


async def test_a_close_is_answered_with_a_close(door: Door) -> None:
    wire = await begun(door)
    await wire.send(frame(update(1, "a = 1\n")) + frame(struct.pack("!H", 1000), opcode=CLOSE))
    heard = [await wire.hear(), await wire.hear()]
    assert heard[0] == (TEXT, b'{"message_type":"ack","seq":1}')
    assert heard[1][0] == CLOSE and heard[1][1][:2] == struct.pack("!H", 1000)
