"""Telling clients: whoever holds a socket waits here until its session has something new.

A wake-up says only *that* something was stored; what it was is read from the events
table, in order. So a lost wake-up costs time, never an event, and `watch` looks at
the table every two seconds in case another process stored something.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from .errors import StoreUnavailable
from .model import Event

log = logging.getLogger(__name__)
POLL_SECONDS = 2.0


class _Events(Protocol):
    async def after(self, session_id: str, event_seq: int, *, limit: int = 200) -> tuple[Event, ...]: ...


class _Heads(Protocol):
    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]: ...


class _Writer(Protocol):
    def superseded(self) -> None: ...


class Subscription:
    """One reader of one session's events, from `cursor` on."""

    def __init__(self, events: _Events, session_id: str, cursor: int) -> None:
        self._events = events
        self.session_id = session_id
        self.cursor = cursor
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at the table again."""
        self._woken.set()

    async def follow(self) -> AsyncIterator[Event]:
        """Every event after the cursor, then each new one as it comes; ends only when closed."""
        while True:
            self._woken.clear()
            try:
                fresh = await self._events.after(self.session_id, self.cursor)
            except StoreUnavailable as problem:
                log.warning("events wait for the database: %s", problem.detail.get("reason", problem.message))
                await asyncio.sleep(POLL_SECONDS)
                continue
            for event in fresh:
                yield event
                self.cursor = event.event_seq
            if not fresh:
                await self._woken.wait()


class Delivery:
    """Who waits for what, in this process."""

    def __init__(self, events: _Events, heads: _Heads) -> None:
        self._events = events
        self._heads = heads
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._writers: dict[str, _Writer] = {}

    @contextmanager
    def subscribe(self, session_id: str, cursor: int) -> Iterator[Subscription]:
        """A `Subscription` for as long as the block lasts."""
        subscription = Subscription(self._events, session_id, cursor)
        self._subscriptions[session_id].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[session_id].discard(subscription)
            if not self._subscriptions[session_id]:
                del self._subscriptions[session_id]

    def take_over(self, session_id: str, writer: _Writer) -> None:
        """One writer for each session: the newest. The one before it is told.

        This is a courtesy to two editors in one process. What keeps two writers from
        mixing their messages anywhere is the numbering under the session's lock.
        """
        before = self._writers.get(session_id)
        self._writers[session_id] = writer
        if before is not None and before is not writer:
            before.superseded()

    def leave(self, session_id: str, writer: _Writer) -> None:
        """This writer has gone."""
        if self._writers.get(session_id) is writer:
            del self._writers[session_id]

    def wake(self, session_id: str) -> None:
        """Something was stored for this session."""
        for subscription in self._subscriptions.get(session_id, ()):
            subscription.wake()

    async def watch(self) -> None:
        """The backstop: wake whoever is behind the table. Runs until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            waiting = list(self._subscriptions)
            if not waiting:
                continue
            try:
                heads = await self._heads.heads(waiting)
            except StoreUnavailable:
                continue  # the next round looks again
            for session_id, head in heads.items():
                for subscription in self._subscriptions.get(session_id, ()):
                    if subscription.cursor < head:
                        subscription.wake()
