"""What one session's trouble costs the others, and what the death of a process and a slow model cost.

    python -m benchmarks faults [--seconds 60] [--snapshots 20000] [--rounds 3] [--sessions 10] [--model 60]
    python -m benchmarks faults --short

Each round is measured with the trouble and without, in turns, through a whole server on
Postgres. It fails when, in the median of the rounds, the 99th percentile with the trouble is
more than twice that without and more than 100 ms above it, and when no export or no hostile
program has come to its end in a round: then nothing was measured. Before that, processes
share a database and a model that takes `--model` seconds (`instances`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from functools import partial

import httpx
import websockets

from codeassess_core.clock import new_id, utcnow
from codeassess_core.model import AssessmentSession
from codeassess_core.storage.database import Database
from codeassess_core.storage.entries import CodeEntry
from codeassess_core.storage.reading import NoJobs
from codeassess_core.storage.record import Record
from tests.servers import fresh_database, postgres_server

from . import instances
from .server import Server, jupyter_server
from .troubles import Trouble, exporting, hostile, locked, stopped

PAUSE = 0.05  # seconds between two updates of one session
WARM_UP = 6.0
ALLOWED = 0.1  # seconds
LONGEST = 120.0  # seconds that a round may last longer, for an export to end in it


@dataclass(slots=True)
class Typist:
    """One candidate who types and waits for each ack; in trouble, who is refused and tries again."""

    server: Server
    session_id: str
    seq: int = 0
    took: list[float] = field(default_factory=list)

    async def type(self, until: float, enough: Callable[[], bool]) -> None:
        """Send updates until then (monotonic), and until it is enough, going on where the last round ended."""
        address = f"{self.server.url.replace('http', 'ws', 1)}/ws/session/{self.session_id}"
        headers = {"Authorization": f"token {self.server.token}"}
        async with websockets.connect(address, additional_headers=headers, max_size=None) as socket:
            while time.monotonic() < until or not enough():
                begun = time.monotonic()
                await socket.send(json.dumps(self._update()))
                if await self._acked(socket):
                    self.took.append(time.monotonic() - begun)
                    self.seq += 1
                await asyncio.sleep(PAUSE)

    def _update(self) -> dict[str, object]:
        return {"message_type": "code_update", "seq": self.seq + 1, "code": f"a = {self.seq}\n" * 20}

    async def _acked(self, socket: websockets.ClientConnection) -> bool:
        async for frame in socket:
            message = json.loads(frame)
            if message["message_type"] == "ack" and message["seq"] == self.seq + 1:
                return True
            if message["message_type"] == "error":
                return False
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One round without a trouble and one beside it: the seconds that each ack of the others took."""

    without: list[float]
    beside: list[float]
    ended: int  #: pieces of the troublesome work that ended within the round
    work: list[float]  #: the seconds that each piece took, those that ended later as well


def main(arguments: list[str]) -> None:
    """Measure all and print what came of it; exits with 1 when a gate is missed."""
    options = _options(arguments)
    with postgres_server() as postgres:
        missed = instances.measure(postgres, options.processes, silence=options.model, heartbeat=options.heartbeat)
        with fresh_database(postgres) as url:
            exported = asyncio.run(_long_session(url, options.snapshots))
            with jupyter_server(database_url=url, rate_limit="0", max_questions="0", idle_pause="3600") as server:
                missed += asyncio.run(_measure(url, server, exported, options))
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="of one round, and so of the trouble")
    parser.add_argument("--snapshots", type=int, default=20_000, help="of the session that is exported")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=10, help="that are measured")
    parser.add_argument("--model", type=float, default=60, help="seconds that one call of the model takes")
    parser.add_argument("--heartbeat", type=float, default=5, help="of the processes that share a database")
    parser.add_argument("--processes", type=int, default=4, help="that share a database and the model")
    parser.add_argument("--short", action="store_true", help="the same in less than a minute: it works, no more")
    if "--short" in arguments:
        parser.set_defaults(seconds=2, snapshots=500, rounds=1, sessions=3, model=2, heartbeat=1, processes=2)
    return parser.parse_args(arguments)


async def _long_session(url: str, snapshots: int) -> str:
    """The id of a session with so many snapshots."""
    database = Database(url)
    record = Record(database, jobs=NoJobs())
    await record.open()
    session = await record.sessions.begin(
        AssessmentSession(id=new_id(), owner="ada", created_at=utcnow(), epoch=new_id())
    )
    for first in range(1, snapshots + 1, 500):
        entries = [
            CodeEntry(
                session_id=session.id, document="main", code="\n".join(f"x{i} = {n}" for i in range(n % 200)),
                client_seq=n, received_at=utcnow(),
            )
            for n in range(first, min(first + 500, snapshots + 1))
        ]  # fmt: skip
        await asyncio.gather(*(record.recorder.record(entry) for entry in entries))
    await record.aclose()
    return session.id


async def _measure(url: str, server: Server, exported: str, options: argparse.Namespace) -> list[str]:
    ids = [await _begun(server) for _ in range(options.sessions + 1)]
    pasted = await _eager_assessment(server)
    await asyncio.sleep(WARM_UP)
    others = [Typist(server, session_id) for session_id in ids[1:]]
    await _round(others, seconds=min(5, options.seconds))
    print(f"{options.rounds} rounds of {options.seconds:g} s, {options.sessions} sessions; p99 of their acks in ms")
    victim = Typist(server, ids[0])
    troubles: dict[str, tuple[Trouble, str]] = {
        "a locked row": (locked, ids[0]),
        "a stopped process": (stopped, ids[0]),
        f"four exports of {options.snapshots:,} snapshots": (exporting, exported),
        "hostile code": (hostile, pasted),
    }
    missed = []
    for name, (trouble, session_id) in troubles.items():
        besides = [victim] if trouble in (locked, stopped) else []
        rounds = [
            await _with_and_without(partial(trouble, url, server, session_id), others, besides=besides, options=options)
            for _ in range(options.rounds)
        ]
        unhurt = _are_unhurt(name, rounds) or options.short  # so few acks say nothing
        ended = bool(besides) or _have_ended(name, rounds)
        missed += [] if unhurt and ended else [name]
    return missed


async def _with_and_without(
    trouble: Callable[[], AbstractAsyncContextManager[list[float]]],
    others: list[Typist],
    *,
    besides: list[Typist],
    options: argparse.Namespace,
) -> Measured:
    without = await _round(others, seconds=options.seconds)
    async with trouble() as done:
        enough = _nothing_to_wait_for if besides else partial(bool, done)
        beside = await _round(others, seconds=options.seconds, besides=besides, enough=enough)
        ended = len(done)
    return Measured(without=without, beside=beside, ended=ended, work=done)


def _are_unhurt(name: str, rounds: list[Measured]) -> bool:
    """Print what the acks took; are they hardly slower beside the trouble?"""
    before = statistics.median(_p99(one.without) for one in rounds)
    beside = statistics.median(_p99(one.beside) for one in rounds)
    acks = min(len(took) for one in rounds for took in (one.without, one.beside))
    print(f"{name}: {1000 * before:.0f} without, {1000 * beside:.0f} beside; at least {acks:,} acks a round")
    return beside <= max(2 * before, before + ALLOWED)


def _have_ended(name: str, rounds: list[Measured]) -> bool:
    """Print what the troublesome work took; has some of it come to its end in each round?"""
    work = [seconds for one in rounds for seconds in one.work]
    took = f", {statistics.median(work):.1f} s each in the median" if work else ""
    print(f"{name}: ended in each round: {', '.join(str(one.ended) for one in rounds)}{took}")
    return all(one.ended for one in rounds)


async def _eager_assessment(server: Server) -> str:
    """One in which every run is asked about, whatever the server's own terms are."""
    policy = {"max_questions": 8, "min_time_between_interactions": 0, "min_code_change_lines": 1}
    body = {"title": "Hostile", "policy": policy}
    async with httpx.AsyncClient(timeout=60) as client:
        headers = {"Authorization": f"token {server.token}"}
        reply = await client.post(f"{server.url}/assessments/", headers=headers, json=body)
    assert reply.is_success, reply.text
    return str(reply.json()["assessment_id"])


async def _begun(server: Server) -> str:
    async with httpx.AsyncClient(timeout=60) as client:
        reply = await client.post(f"{server.url}/sessions/", headers={"Authorization": f"token {server.token}"})
    return str(reply.json()["session_id"])


def _nothing_to_wait_for() -> bool:
    return True


async def _round(
    others: list[Typist],
    *,
    seconds: float,
    besides: list[Typist] | None = None,
    enough: Callable[[], bool] = _nothing_to_wait_for,
) -> list[float]:
    """The seconds that each ack of the others took, in a round that lasts until it is `enough` as well."""
    for typist in others:
        typist.took.clear()
    until = time.monotonic() + seconds
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds + LONGEST):
            await asyncio.gather(*(typist.type(until, enough) for typist in [*others, *(besides or ())]))
    return [took for typist in others for took in typist.took]


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]
