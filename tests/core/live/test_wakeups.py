"""Events reach connections of another process at once over Postgres or Redis, and without them a little later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import servers
from records import begin, decided, draft, opened
from sqlalchemy import text

from codeassess_core.errors import NotFound
from codeassess_core.live import subscriptions as subscriptions_module
from codeassess_core.live.subscriptions import Subscriptions
from codeassess_core.live.wakeups import Wakeups
from codeassess_core.storage.database import parse_url
from codeassess_core.storage.record import Record
from codeassess_core.storage.redis_wakes import RedisWakes
from codeassess_core.storage.wakes import PostgresWakes, Wakes


class Side:
    """The parts of one process: a record, its subscriptions, and the notifications."""

    def __init__(self, record: Record, wakes: Wakes) -> None:
        self.record = record
        self.subscriptions = Subscriptions(record.events, record.sessions)
        self.wakeups = Wakeups(wakes, self.subscriptions)

    async def follow(self, session_id: str, seen: list[float]) -> None:
        with self.subscriptions.subscribe(session_id, 0) as subscription:
            async for _ in subscription.follow():
                seen.append(time.monotonic())


@pytest.fixture(params=["postgres", "redis"])
def way(request: pytest.FixtureRequest, postgres_server: str) -> Iterator[tuple[str, str]]:
    """The kind of notifications, and the database."""
    redis = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    with servers.fresh_database(postgres_server) as url:
        yield redis, url


@asynccontextmanager
async def two_sides(way: tuple[str, str]) -> AsyncIterator[tuple[Side, Side]]:
    redis, url = way
    async with opened(url) as one, opened(url) as other:
        sides = tuple(
            Side(record, RedisWakes(redis) if redis else PostgresWakes(record.database, parse_url(url)))
            for record in (one, other)
        )
        works = [asyncio.create_task(work()) for side in sides for work in (side.wakeups.send, side.wakeups.listen)]
        await asyncio.sleep(0.5)
        try:
            yield sides[0], sides[1]
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            for side in sides:
                await side.wakeups.aclose()


async def asked(side: Side, session: Any, upto: int) -> float:
    """Store a question's event and notify the others; returns when it was stored."""
    question_id = await decided(side.record, session, f"a = {upto}\n", upto=upto)
    message = {"message_type": "question", "interaction_id": question_id}
    await side.record.questions.publish(question_id, draft(), excerpt="", retrieved=(), message=message)
    stored = time.monotonic()
    side.wakeups.notify(session.id)
    return stored


async def until(seen: list[float], count: int, seconds: float = 60.0) -> None:
    latest = time.monotonic() + seconds
    while len(seen) < count:
        assert time.monotonic() < latest, "no event came"
        await asyncio.sleep(0.005)


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found by the look every two seconds: what comes was told."""
    monkeypatch.setattr(subscriptions_module, "POLL_SECONDS", 3_600.0)


@pytest.mark.usefixtures("nobody_looks")
async def test_an_event_reaches_the_other_process_at_once(way: tuple[str, str], record_property: Any) -> None:
    async with two_sides(way) as (here, there):
        took = []
        for _ in range(20):
            session, seen = await begin(here.record), list[float]()
            following = asyncio.create_task(there.follow(session.id, seen))
            await asyncio.sleep(0.02)
            stored = await asked(here, session, 1)
            await until(seen, 1)
            took.append(seen[0] - stored)
            following.cancel()
        took.sort()
        record_property("p50_ms", round(took[10] * 1000))
        record_property("p95_ms", round(took[18] * 1000))


@pytest.mark.usefixtures("nobody_looks")
async def test_whoever_has_an_erased_session_open_learns_it_at_once(way: tuple[str, str]) -> None:
    async with two_sides(way) as (here, there):
        session = await begin(here.record)
        following = [asyncio.create_task(side.follow(session.id, [])) for side in (here, there)]
        await asyncio.sleep(0.05)
        await here.record.sessions.erase(session.id, principal="op")
        here.wakeups.notify(session.id)
        for task in following:
            with pytest.raises(NotFound):
                await asyncio.wait_for(task, 60)


async def end_listeners(record: Record) -> int:
    """End the connections that listen now; returns how many."""
    async with record.database.write() as connection:
        listening = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        return len((await connection.execute(text(f"SELECT pg_terminate_backend(pid) {listening}"))).all())


@pytest.mark.usefixtures("nobody_looks")
async def test_a_listener_whose_connection_dies_comes_back_and_misses_nothing(postgres_server: str) -> None:
    with servers.fresh_database(postgres_server) as url:
        async with two_sides(("", url)) as (here, there):
            session, seen = await begin(here.record), list[float]()
            following = asyncio.create_task(there.follow(session.id, seen))
            await asyncio.sleep(0.05)
            ended = 0
            while ended < 2:  # each of them as soon as it listens
                ended += await end_listeners(here.record)
            await asked(here, session, 1)
            await until(seen, 1)
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following


async def test_without_a_way_to_the_others_an_erased_session_is_found_by_the_look(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions_module, "POLL_SECONDS", 0.1)
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite'}") as record:
        post = Subscriptions(record.events, record.sessions)
        wakeups = Wakeups(None, post)
        session = await begin(record)
        watching = asyncio.create_task(post.watch())

        async def follow() -> None:
            with post.subscribe(session.id, 0) as subscription:
                async for _ in subscription.follow():
                    pass

        following = asyncio.create_task(follow())
        await asyncio.sleep(0.05)
        await record.sessions.erase(session.id, principal="op")  # by another process, without a notification
        with pytest.raises(NotFound):
            await asyncio.wait_for(following, 60)
        watching.cancel()
        await wakeups.send()
        await wakeups.listen()
