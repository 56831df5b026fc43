"""Events reach all subscriptions, in order and once, even when wake-ups are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from codeassess_core.clock import utcnow
from codeassess_core.errors import StoreUnavailable
from codeassess_core.live import subscriptions
from codeassess_core.live.subscriptions import Subscription, Subscriptions
from codeassess_core.model import Event


class Table:
    """The events of one session in memory; it may be unavailable."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.away = False
        self.reads = 0

    def store(self, count: int = 1) -> None:
        for _ in range(count):
            n = len(self.events) + 1
            self.events.append(Event(event_seq=n, created_at=utcnow(), message={"message_type": "x"}))

    async def after(self, session_id: str, event_seq: int, *, limit: int = 200) -> tuple[Event, ...]:
        self.reads += 1
        if self.away:
            raise StoreUnavailable(reason="gone")
        return tuple(self.events[event_seq : event_seq + limit])

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        if self.away:
            raise StoreUnavailable(reason="gone")
        return dict.fromkeys(session_ids, len(self.events))


async def take(subscription: Subscription, count: int) -> list[int]:
    seen: list[int] = []

    async def read() -> None:
        async for event in subscription.follow():
            seen.append(event.event_seq)
            if len(seen) == count:
                return

    await asyncio.wait_for(read(), 60)
    return seen


async def test_a_subscriber_gets_what_was_and_then_what_comes() -> None:
    table = Table()
    post = Subscriptions(table, table)
    table.store(450)
    with post.subscribe("s", 2) as subscription:
        coming = asyncio.create_task(take(subscription, 450))
        await asyncio.sleep(0.05)
        table.store(2)
        post.wake("s")
        assert await coming == list(range(3, 453))


async def test_a_wake_up_while_reading_is_not_lost() -> None:
    table = Table()
    post = Subscriptions(table, table)
    with post.subscribe("s", 0) as subscription:
        coming = asyncio.create_task(take(subscription, 50))
        for _ in range(50):
            table.store()
            post.wake("s")
            await asyncio.sleep(0)
        assert await coming == list(range(1, 51))


async def test_a_lost_wake_up_costs_time_but_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "POLL_SECONDS", 0.05)
    table = Table()
    post = Subscriptions(table, table)
    watching = asyncio.create_task(post.watch())
    with post.subscribe("s", 0) as subscription:
        coming = asyncio.create_task(take(subscription, 1))
        await asyncio.sleep(0.02)
        table.store()  # by another process, without a wake-up
        assert await coming == [1]
    watching.cancel()


async def test_while_the_database_is_away_delivery_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "POLL_SECONDS", 0.02)
    table = Table()
    post = Subscriptions(table, table)
    watching = asyncio.create_task(post.watch())
    table.store(2)
    table.away = True
    with post.subscribe("s", 0) as subscription:
        coming = asyncio.create_task(take(subscription, 2))
        await asyncio.sleep(0.1)
        assert not coming.done()
        table.away = False
        assert await coming == [1, 2]
    watching.cancel()


async def test_who_has_gone_is_forgotten() -> None:
    table = Table()
    post = Subscriptions(table, table)
    with post.subscribe("s", 0), post.subscribe("s", 0):
        assert len(post._subscriptions["s"]) == 2
    assert not post._subscriptions
    post.wake("s")
    assert table.reads == 0
