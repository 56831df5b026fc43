"""Code updates that are recorded without waiting are recorded and answered as by the general way."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from codeassess_core.identity import Principal, Role
from codeassess_core.live.messages import Ack, dump
from codeassess_core.model import MAX_DOCUMENT_BYTES
from codeassess_core.new_session import SessionRequest
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core
from codeassess_ext.receive_queue import ReceiveQueue

ADA = Principal(name="ada", role=Role.CANDIDATE)


class Client:
    """A plain client over no transport. `pipelined`: its updates may be recorded without waiting."""

    def __init__(self, core: Core, session_id: str, *, pipelined: bool) -> None:
        self.answers: list[dict[str, Any]] = []
        self.reads = True
        self.taken = 0
        write = self._write if pipelined else None
        self.connection = core.connect(session_id, send=self._send, close=lambda *_: None, write=write)
        self.queue = ReceiveQueue(self.connection.receive, take_now=self._take)

    async def _send(self, message: dict[str, Any]) -> None:
        self.answers.append(message)

    def _write(self, text: str) -> bool:
        if self.reads:
            self.answers.append(json.loads(text))
        return self.reads

    def _take(self, frame: str | bytes, done: Any) -> bool:
        took = self.connection.take(frame, done)
        self.taken += took
        return took

    async def say(self, *frames: str | bytes) -> None:
        for frame in frames:
            room = self.queue.take(frame)
            if room is not None:
                await room
        await self.queue.settled()


@asynccontextmanager
async def core_on(database_url: str, tmp_path: Any) -> AsyncIterator[Core]:
    core = Core(Settings(database_url=database_url, data_dir=str(tmp_path), model="offline", rate_limit=0.0))
    await core.record.open()
    try:
        yield core
    finally:
        await core.aclose()


async def client_of(core: Core, *, pipelined: bool) -> tuple[str, Client]:
    session = await core.assessment.begin(ADA, SessionRequest())
    return session.id, Client(core, session.id, pipelined=pipelined)


def update(seq: int | None, code: str, **more: Any) -> str:
    message = {"message_type": "code_update", "seq": seq, "code": code, **more}
    return json.dumps({name: value for name, value in message.items() if value is not None})


@dataclass
class Typist:
    """A client that types: `seq` and `code` are what the server will have when all goes well."""

    chance: random.Random
    seq: int = 0
    code: str = ""

    def follows(self) -> str:
        self.seq += 1
        sha = hashlib.sha256(self.code.encode()).hexdigest()
        return update(self.seq, self.code, sha256=self.chance.choice((sha, None)), cause=self.chance.choice(CAUSES))

    def runs(self) -> str:
        self.seq += 1
        return json.dumps({"message_type": "activity", "kind": "run", "seq": self.seq})

    def changes_a_part(self) -> str:
        self.seq, self.code = self.seq + 1, "# " + self.code
        return change(self.seq, line=0, text="# ")

    def no_message(self) -> str:
        return self.chance.choice(("[1]", "{", "null", '{"message_type":"x"}'))


CAUSES = ("run", "save", None)
WRONG: Sequence[Callable[[Typist], str]] = (
    lambda typist: update(typist.seq + 2, typist.code),  # a gap
    lambda typist: update(max(typist.seq, 1), typist.code),  # taken, perhaps by other content
    lambda typist: update(typist.seq + 1, typist.code, sha256="0" * 64),
    lambda typist: update(typist.seq + 1, "a\0b"),
    lambda typist: update(typist.seq + 1, "x" * (MAX_DOCUMENT_BYTES + 1)),
    lambda typist: change(typist.seq + 1, line=9_999, text=""),  # not in the text
)
RIGHT: Sequence[Callable[[Typist], str]] = (
    Typist.runs,
    Typist.changes_a_part,
    lambda typist: update(None, typist.code),
)


def change(seq: int, *, line: int, text: str) -> str:
    place = {"line": line, "character": 0}
    there = {"start": place, "end": place}
    return json.dumps({"message_type": "code_update", "seq": seq, "changes": [{"text": text, "range": there}]})


def some_frames(seed: int, many: int) -> list[str | bytes]:
    """What good and bad clients send: most follow, some are wrong in each way that is known."""
    typist = Typist(random.Random(seed))
    makers = [Typist.follows] * 10 + [*RIGHT, *WRONG] + [Typist.no_message] * (seed % 2)
    frames: list[str | bytes] = []
    for _ in range(many):
        typist.code += typist.chance.choice(("a = 1\n", "é🙂\n", "\n", "x" * 200, "if a:\n    b = 2\n"))
        frames.append(typist.chance.choice(makers)(typist))
        if typist.chance.random() < 0.05:
            frames.append(typist.chance.choice(frames))  # once more
    return frames


def answers_to_messages(client: Client) -> list[dict[str, Any]]:
    """What was said to the client's messages, in order; a question comes when its time comes."""
    return [answer for answer in client.answers if answer["message_type"] in ("ack", "nack", "error")]


@pytest.mark.parametrize("seed", range(12))
async def test_both_ways_answer_and_store_the_same(database_url: str, tmp_path: Any, seed: int) -> None:
    frames = some_frames(seed, 60)
    async with core_on(database_url, tmp_path) as core:
        outcomes = []
        for pipelined in (False, True):
            session_id, client = await client_of(core, pipelined=pipelined)
            for frame in frames[:2]:
                await client.say(frame)
            await client.say(*frames[2:])
            stored = [
                (info.n, info.sha256, info.document)
                for info in await core.record.snapshots.list(session_id, limit=1_000)
            ]
            outcomes.append((answers_to_messages(client), stored))
            assert bool(client.taken) == pipelined
            await client.connection.aclose()
        assert outcomes[0] == outcomes[1]


async def test_an_ack_is_the_message_ack(database_url: str, tmp_path: Any) -> None:
    async with core_on(database_url, tmp_path) as core:
        _, client = await client_of(core, pipelined=True)
        await client.say(update(1, "a = 1\n"))
        await client.say(update(2, "a = 2\n"), update(3, "a = 3\n"))
        assert client.taken == 2  # the first one has to look at the session's assessment
        assert client.answers == [dump(Ack(seq=seq)) for seq in (1, 2, 3)]
        await client.connection.aclose()


async def test_another_message_waits_for_the_updates_before_it(database_url: str, tmp_path: Any) -> None:
    async with core_on(database_url, tmp_path) as core:
        session_id, client = await client_of(core, pipelined=True)
        await client.say(update(1, "a = 1\n"))
        run = json.dumps({"message_type": "activity", "kind": "run", "seq": 22})
        await client.say(*(update(n, f"a = {n}\n") for n in range(2, 22)), run, update(23, "a = 23\n"))
        assert [answer["seq"] for answer in client.answers] == list(range(1, 24))
        assert (await core.record.sessions.get(session_id)).acked_seq == 23
        await client.connection.aclose()


async def test_answers_keep_the_order_of_the_messages(database_url: str, tmp_path: Any) -> None:
    async with core_on(database_url, tmp_path) as core:
        _, client = await client_of(core, pipelined=True)
        await client.say(update(1, "a = 1\n"))
        wrong = update(2, "a = 2\n", sha256="0" * 64)
        await client.say(wrong, update(1, "a = 1\n"), update(2, "a = 3\n"), wrong, update(3, "a = 4\n"))
        said = [(answer["message_type"], answer.get("seq")) for answer in client.answers]
        assert said == [("ack", 1), ("error", None), ("ack", 1), ("ack", 2), ("error", None), ("ack", 3)]
        assert client.taken == 5
        await client.connection.aclose()


async def test_a_client_that_does_not_read_is_not_read_from(database_url: str, tmp_path: Any) -> None:
    async with core_on(database_url, tmp_path) as core:
        _, client = await client_of(core, pipelined=True)
        await client.say(update(1, "a = 1\n"))
        client.reads, reading = False, asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            await reading.wait()
            client.answers.append(message)

        client.connection._send_frame = send
        for n in range(2, 300):
            if (full := client.queue.take(update(n, f"a = {n}\n"))) is not None:
                break
        assert full is not None, "after 256 messages that were not answered"
        await asyncio.sleep(0)
        assert not full.done()
        reading.set()
        await client.queue.settled()
        assert full.done() and [answer["seq"] for answer in client.answers] == list(range(1, n + 1))
        await client.connection.aclose()


async def test_who_only_reads_is_told_so(database_url: str, tmp_path: Any) -> None:
    async with core_on(database_url, tmp_path) as core:
        session_id, writer = await client_of(core, pipelined=True)
        reader = Client(core, session_id, pipelined=True)
        hello = {"message_type": "hello", "protocol": 1}
        await writer.say(json.dumps(hello | {"client_id": "one"}), update(1, "a = 1\n"))
        await reader.say(json.dumps(hello | {"client_id": "two"}), update(2, "a = 2\n"), update(2, "a = 2\n"))
        assert [answer["code"] for answer in reader.answers if answer["message_type"] == "error"] == ["not_writer"] * 2
        assert reader.taken == 0
        for client in (reader, writer):
            await client.connection.aclose()
