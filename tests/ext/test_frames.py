"""Frames as networks deliver them: cut anywhere, glued together, fragmented, with pings in between."""

from __future__ import annotations

import asyncio
import struct

import pytest
from raw_wire import CLOSE, CONTINUATION, PING, PONG, TEXT, Wire, frame, update
from rest_client import Client


@pytest.fixture(autouse=True, params=["the loop's own", "Tornado's"])
def stream(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the websocket: our reader of plain connections, or the stream of Tornado, as with TLS."""
    if request.param == "Tornado's":
        monkeypatch.setattr("codeassess_ext.guarded_socket.on_the_loop", lambda stream: stream)


async def begun(client: Client) -> Wire:
    return await Wire.open(client, await client.begin())


async def test_many_frames_in_one_packet(client: Client) -> None:
    wire = await begun(client)
    await wire.send(b"".join(frame(update(n, f"a = {n}\n")) for n in range(1, 201)))
    assert await wire.acks(200) == list(range(1, 201))


async def test_a_frame_that_comes_byte_by_byte(client: Client) -> None:
    wire = await begun(client)
    for byte in frame(update(1, "a = 'é🙂'\n")):
        await wire.send(bytes([byte]))
        await asyncio.sleep(0)
    assert await wire.acks(1) == [1]


@pytest.mark.parametrize("size", [65_500, 65_536, 131_072, 1_000_000])
async def test_frames_larger_than_a_chunk(client: Client, size: int) -> None:
    wire = await begun(client)
    big = frame(update(1, "x" * size))
    await wire.send(big[: size // 3])
    await asyncio.sleep(0.05)
    await wire.send(big[size // 3 :] + frame(update(2, "small\n")))
    assert await wire.acks(2) == [1, 2]


async def test_a_ping_between_the_fragments_of_a_message(client: Client) -> None:
    wire = await begun(client)
    whole = update(1, "a = 1\n")
    await wire.send(
        frame(whole[:7], last=False)
        + frame(b"are you there", opcode=PING)
        + frame(whole[7:20], opcode=CONTINUATION, last=False)
        + frame(whole[20:], opcode=CONTINUATION)
    )
    assert await wire.hear() == (PONG, b"are you there")
    assert await wire.acks(1) == [1]


async def test_what_came_before_the_end_of_the_stream_is_stored(client: Client) -> None:
    """The client's computer sleeps in the middle of a frame: the whole frames before it count."""
    session_id = await client.begin()
    wire = await Wire.open(client, session_id)
    await wire.send(frame(update(1, "a = 1\n")) + frame(update(2, "a = 2\n")) + frame(update(3, "a = 3\n"))[:20])
    assert await wire.acks(2) == [1, 2]
    wire.writer.transport.abort()
    assert (await client.get(f"/sessions/{session_id}/")).json["acked_seq"] == 2
    talk, welcome = await client.greet(session_id)
    assert welcome["acked_seq"] == 2
    assert await talk.ask({"message_type": "code_update", "seq": 3, "code": "a = 3\n"}) == {
        "message_type": "ack",
        "seq": 3,
    }


async def test_a_close_is_answered_with_a_close(client: Client) -> None:
    wire = await begun(client)
    await wire.send(frame(update(1, "a = 1\n")) + frame(struct.pack("!H", 1000), opcode=CLOSE))
    heard = [await wire.hear(), await wire.hear()]
    assert heard[0] == (TEXT, b'{"message_type":"ack","seq":1}')
    assert heard[1][0] == CLOSE and heard[1][1][:2] == struct.pack("!H", 1000)
