"""When to decide: not mid-keystroke, not never.

A decision waits until the candidate has paused for `idle_pause` seconds, at most
`LONGEST_WAIT` while they type on. What is due is kept in memory for speed; `sweep`
finds in the database what memory does not know: after a restart, or when the process
that knew has died.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clock import Clock
from .errors import CodeAssessError

log = logging.getLogger(__name__)
LONGEST_WAIT = 30.0
SWEEP_SECONDS = 2.0
_GRACE = timedelta(seconds=1)  # for the process that knows: it decides first
AT_ONCE = 8  # decisions under way at the same time, so that a rush leaves connections to the record path


@dataclass(frozen=True, slots=True)
class _Wait:
    since: datetime
    due: datetime


class Pauses:
    """Calls `decide(session_id)` once for each pause. One instance for each process.

    `undecided(quiet_since=…, waiting_since=…)` names the sessions in the database that
    have had no update after the one moment, or wait since before the other.
    """

    def __init__(
        self,
        *,
        idle_pause: float,
        decide: Callable[[str], Awaitable[None]],
        undecided: Callable[..., Awaitable[Iterable[str]]],
        clock: Clock,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._pause = timedelta(seconds=idle_pause)
        self._longest = timedelta(seconds=longest_wait)
        self._decide = decide
        self._undecided = undecided
        self._clock = clock
        self._waits: dict[str, _Wait] = {}
        self._deciding: set[str] = set()
        self._changed = asyncio.Event()
        self._sleeping_until: datetime | None = None

    def touch(self, session_id: str, at: datetime) -> None:
        """The session has a new snapshot: its decision waits for the next pause."""
        known = self._waits.get(session_id)
        since = known.since if known else at
        self._wait(session_id, _Wait(since, due=min(at + self._pause, since + self._longest)))

    def _wait(self, session_id: str, wait: _Wait) -> None:
        due = wait.due
        self._waits[session_id] = wait
        if self._sleeping_until is None or due < self._sleeping_until:
            self._changed.set()

    async def run(self) -> None:
        """Decide what is due, for ever. A failing session is left to the sweep; it stops no other."""
        while True:
            now = self._clock()
            due = [session_id for session_id, wait in self._waits.items() if wait.due <= now][:AT_ONCE]
            for session_id in due:
                del self._waits[session_id]
            await asyncio.gather(*(self._settle(session_id) for session_id in due))
            await self._sleep()

    async def _sleep(self) -> None:
        self._changed.clear()
        self._sleeping_until = due = min((wait.due for wait in self._waits.values()), default=None)
        timeout = None if due is None else max(0.0, (due - self._clock()).total_seconds())
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except TimeoutError:
            return

    async def sweep(self) -> None:
        """Every two seconds: take up sessions in the database that are overdue and that nobody here waits for."""
        while True:
            now = self._clock()
            overdue = now - _GRACE
            try:
                found = await self._undecided(quiet_since=overdue - self._pause, waiting_since=overdue - self._longest)
                for session_id in found:
                    if session_id not in self._waits and session_id not in self._deciding:
                        self._wait(session_id, _Wait(since=now, due=now))
            except CodeAssessError as problem:
                log.warning("the sweep for undecided sessions waits: %s", problem.message)
            await asyncio.sleep(SWEEP_SECONDS)

    async def _settle(self, session_id: str) -> None:
        self._deciding.add(session_id)
        try:
            await self._decide(session_id)
        except CodeAssessError as problem:
            log.warning("no decision for session %s: %s", session_id, problem.message)
        except Exception:
            log.exception("no decision for session %s", session_id)
        finally:
            self._deciding.discard(session_id)
