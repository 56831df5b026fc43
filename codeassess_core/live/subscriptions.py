"""Subscriptions to the events of sessions: each open connection waits here for new events.

A wake-up says only that something was stored; the events are read from their table, in order. So a
lost wake-up delays an event but loses none: `watch` reads the table every two seconds, also for
events that another process has stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

from ..errors import NotFound, StoreUnavailable
from ..model import Event

log = logging.getLogger(__name__)
POLL_SECONDS = 2.0


class _Events(Protocol):
    async def after(self, session_id: str, event_seq: int, *, limit: int = 200) -> tuple[Event, ...]: ...


class _Heads(Protocol):
    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]: ...


class Subscription:
    """One reader of one session's events, from `cursor` on."""

    def __init__(self, events: _Events, heads: _Heads, session_id: str, cursor: int) -> None:
        self._events = events
        self._heads = heads
        self.session_id = session_id
        self.cursor = cursor
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Read the table again."""
        self._woken.set()

    async def follow(self) -> AsyncIterator[Event]:
        """Every event after the cursor, then each new one as it comes; ends only when closed.

        Raises:
            NotFound: the session was erased.
        """
        woken = False
        while True:
            self._woken.clear()
            try:
                fresh = await self._events.after(self.session_id, self.cursor)
                if woken and not fresh:
                    await self._check_session()
            except StoreUnavailable as problem:
                log.warning("events wait for the database: %s", problem.for_the_log)
                await asyncio.sleep(POLL_SECONDS)
                continue
            for event in fresh:
                yield event
                self.cursor = event.event_seq
            woken = False
            if not fresh:
                await self._woken.wait()
                woken = True

    async def _check_session(self) -> None:
        """Nothing new was found: check that the session still exists."""
        if not await self._heads.heads([self.session_id]):
            raise NotFound("There is no such session.")


class Subscriptions:
    """The subscriptions of this process."""

    def __init__(self, events: _Events, heads: _Heads) -> None:
        self._events = events
        self._heads = heads
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)

    @contextmanager
    def subscribe(self, session_id: str, cursor: int) -> Iterator[Subscription]:
        """A `Subscription` that ends with the block."""
        subscription = Subscription(self._events, self._heads, session_id, cursor)
        self._subscriptions[session_id].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[session_id].discard(subscription)
            if not self._subscriptions[session_id]:
                del self._subscriptions[session_id]

    def wake(self, session_id: str) -> None:
        """Wake its subscriptions: something was stored for this session, or it was erased."""
        for subscription in self._subscriptions.get(session_id, ()):
            subscription.wake()

    def wake_all(self) -> None:
        """Wake all subscriptions: something may have been stored for any session."""
        for session_id in list(self._subscriptions):
            self.wake(session_id)

    async def watch(self) -> None:
        """Every two seconds wake subscriptions with unread events or an erased session. Runs until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            waiting = list(self._subscriptions)
            if not waiting:
                continue
            with suppress(StoreUnavailable):  # tried again in the next round
                heads = await self._heads.heads(waiting)
                for session_id in waiting:
                    self._wake_behind(session_id, heads.get(session_id))

    def _wake_behind(self, session_id: str, head: int | None) -> None:
        """Wake the subscriptions with a cursor below `head`; all of them when the session was erased (None)."""
        for subscription in self._subscriptions.get(session_id, ()):
            if head is None or subscription.cursor < head:
                subscription.wake()
