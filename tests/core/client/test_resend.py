"""The client of a session, against servers that work well or badly.

Each server here is a script: what it receives, and how it answers.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from codeassess_core.client.errors import ConnectionRefused, ServerUnreachable, Superseded
from codeassess_core.client.resend import SessionClient
from codeassess_core.errors import InvalidInput, SequenceConflict, Unauthenticated
from codeassess_core.live.messages import MAX_DOCUMENT_BYTES, CodeUpdate

Message = dict[str, Any]
Say = Callable[..., Awaitable[None]]


class Script:
    """A server that keeps what it receives, welcomes, and then calls `reply` for each message."""

    def __init__(self, reply: Callable[[Script, Message], Awaitable[None]]) -> None:
        self._reply = reply
        self.heard: list[Message] = []
        self.stored: dict[int, str] = {}
        self.connections = 0
        self.welcome: Message = {}
        self.first_events: tuple[Message, ...] = ()
        self._socket: ServerConnection | None = None

    async def __call__(self, socket: ServerConnection) -> None:
        self._socket = socket
        self.connections += 1
        self.heard.append(json.loads(await socket.recv()))
        await self.say("welcome", acked_seq=len(self.stored), epoch="e", open_questions=[], **self.welcome)
        for event in self.first_events:
            await socket.send(json.dumps(event))
        async for frame in socket:
            message = json.loads(frame)
            self.heard.append(message)
            await self._reply(self, message)

    async def say(self, message_type: str, **fields: Any) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps({"message_type": message_type, **fields}))

    async def close(self, code: int, reason: str = "") -> None:
        assert self._socket is not None
        await self._socket.close(code, reason)

    async def store(self, message: Message) -> None:
        """As the real server: in order, once, acknowledged."""
        seq = message["seq"]
        if seq > len(self.stored) + 1:
            await self.say("nack", expected=len(self.stored) + 1)
            return
        assert self.stored.setdefault(seq, message["code"]) == message["code"], "a seq never means two things"
        await self.say("ack", seq=len(self.stored))


def update(code: str) -> CodeUpdate:
    return CodeUpdate(message_type="code_update", code=code)


async def talk(
    script: Script, work: Callable[[SessionClient], Awaitable[None]], *, give_up_seconds: float = 5.0
) -> list[Any]:
    """Run `work` with a client of the script; returns what the client was told."""
    told: list[Mapping[str, Any]] = []
    async with serve(script, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        async with SessionClient(url, "s", token="t", take=told.append, give_up_seconds=give_up_seconds) as client:
            await work(client)
    return told


async def save_five(client: SessionClient) -> None:
    for number in range(5):
        client.send(update(f"x = {number}\n"))
    assert await client.until(lambda: not client.unsaved, seconds=60.0)


FIVE = {number + 1: f"x = {number}\n" for number in range(5)}


async def store(script: Script, message: Message) -> None:
    await script.store(message)


async def test_messages_are_numbered_from_one_and_acknowledged() -> None:
    script = Script(store)
    await talk(script, save_five)
    assert script.stored == FIVE
    assert script.heard[0]["message_type"] == "hello"


async def test_a_session_that_was_begun_elsewhere_goes_on_after_its_last_seq() -> None:
    script = Script(store)
    script.stored = {1: "a", 2: "b"}

    async def save(client: SessionClient) -> None:
        assert client.send(update("c")) == 3
        assert await client.until(lambda: not client.unsaved, seconds=60.0)

    await talk(script, save)
    assert script.stored == {1: "a", 2: "b", 3: "c"}


async def test_what_was_not_acknowledged_is_sent_again_after_a_break() -> None:
    async def break_twice(script: Script, message: Message) -> None:
        if script.connections < 3 and message["seq"] % 2 == 0:
            await script.close(1011)
        else:
            await script.store(message)

    script = Script(break_twice)
    await talk(script, save_five)
    assert script.stored == FIVE and script.connections == 3


async def test_what_is_stored_but_was_not_acknowledged_is_not_stored_twice() -> None:
    async def lose_the_ack(script: Script, message: Message) -> None:
        if script.connections == 1 and message["seq"] == 3:
            script.stored[3] = message["code"]
            await script.close(1011)
        else:
            await script.store(message)

    script = Script(lose_the_ack)
    await talk(script, save_five)
    assert script.stored == FIVE
    assert [m["seq"] for m in script.heard if m["message_type"] == "code_update"].count(3) == 1


async def test_a_message_that_the_store_could_not_take_is_sent_again_with_all_after_it() -> None:
    refused: list[int] = []

    async def fail_once(script: Script, message: Message) -> None:
        if message["seq"] == 2 and not refused:
            refused.append(2)
            await script.say("error", code="store_unavailable", message="away", ref=2)
        else:
            await script.store(message)

    script = Script(fail_once)
    await talk(script, save_five)
    assert script.stored == FIVE


async def test_many_nacks_for_one_gap_are_answered_once() -> None:
    async def forget_the_second(script: Script, message: Message) -> None:
        if message["seq"] == 2 and sum(m.get("seq") == 2 for m in script.heard) == 1:
            return
        await asyncio.sleep(0.05)  # the client has time to act on each nack
        await script.store(message)

    script = Script(forget_the_second)
    await talk(script, save_five)
    assert script.stored == FIVE
    assert sum(m.get("seq") == 2 for m in script.heard) == 2


async def test_a_refused_answer_counts_as_sent_because_its_seq_is_used_up() -> None:
    async def refuse(script: Script, message: Message) -> None:
        script.stored[message["seq"]] = ""
        await script.say("error", code="question_not_open", message="no", ref=message["seq"])

    told = await talk(Script(refuse), save_five)
    assert [m["code"] for m in told if m["message_type"] == "error"] == ["question_not_open"] * 5


async def test_a_server_that_was_restored_gets_what_is_left_under_new_numbers() -> None:
    async def lose_everything(script: Script, message: Message) -> None:
        if script.connections == 1 and message["seq"] == 4:
            script.stored.clear()
            await script.close(1012)
        else:
            await script.store(message)

    script = Script(lose_everything)
    await talk(script, save_five)
    assert script.stored == {1: "x = 3\n", 2: "x = 4\n"}


async def test_replayed_events_are_told_once_and_the_last_one_is_named_on_return() -> None:
    script = Script(store)
    script.first_events = ({"message_type": "question", "event_seq": 1}, {"message_type": "question", "event_seq": 2})

    async def come_back(client: SessionClient) -> None:
        assert await client.until(lambda: script.connections == 1, seconds=60.0)
        await save_five(client)
        await script.close(1011)
        assert await client.until(lambda: client.connections == 2, seconds=60.0)
        client.send(update("y"))
        assert await client.until(lambda: not client.unsaved, seconds=60.0)

    told = await talk(script, come_back)
    assert [m["event_seq"] for m in told if m["message_type"] == "question"] == [1, 2]
    hellos = [m for m in script.heard if m["message_type"] == "hello"]
    assert [hello["last_event_seq"] for hello in hellos] == [0, 2]


ENDS = [
    (4401, ConnectionRefused),  # the credential was revoked
    (4409, ConnectionRefused),
    (4001, Superseded),  # coming back would take the session from the other editor again
]


@pytest.mark.parametrize(("code", "error"), ENDS)
async def test_a_connection_that_was_ended_for_good_is_not_tried_again(code: int, error: type[Exception]) -> None:
    async def end(script: Script, message: Message) -> None:
        await script.close(code, "because")

    script = Script(end)
    with pytest.raises(error):
        await talk(script, save_five)
    assert script.connections == 1


async def test_a_seq_with_two_meanings_is_an_error_and_not_repeated() -> None:
    async def conflict(script: Script, message: Message) -> None:
        await script.say("error", code="sequence_conflict", message="used", ref=message["seq"])

    with pytest.raises(SequenceConflict):
        await talk(Script(conflict), save_five)


async def test_the_end_of_the_session_is_no_error() -> None:
    async def end(script: Script, message: Message) -> None:
        await script.store(message)
        await script.close(4410, "the session has ended")

    async def send_one(client: SessionClient) -> None:
        client.send(update("x"))
        assert not await client.until(lambda: False, seconds=3_600), "it does not wait for what cannot come"

    await talk(Script(end), send_one)


async def test_a_message_that_the_server_would_refuse_is_not_sent() -> None:
    async def send(client: SessionClient) -> None:
        with pytest.raises(InvalidInput):
            client.send(update("x" * (MAX_DOCUMENT_BYTES + 1)))
        assert client.send(update("x")) == 1, "the refused one has taken no number"
        assert await client.until(lambda: not client.unsaved, seconds=60.0)

    script = Script(store)
    await talk(script, send)
    assert script.stored == {1: "x"}


async def test_a_server_that_is_away_is_given_up_after_a_time() -> None:
    with pytest.raises(ServerUnreachable):
        async with SessionClient("http://127.0.0.1:1", "s", token="t", take=print, give_up_seconds=0.3):
            pass


async def test_a_handshake_without_a_credential_is_not_tried_again() -> None:
    async with serve(lambda _: None, "127.0.0.1", 0, process_request=lambda c, _: c.respond(401, "no")) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(Unauthenticated):
            async with SessionClient(url, "s", token="t", take=print):
                pass
