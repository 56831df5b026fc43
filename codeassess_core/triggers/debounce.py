"""Decides when to take a decision: at a pause, not between keystrokes, and within a limited time.

A decision waits until the candidate has paused for `idle_pause` seconds, at most
`LONGEST_WAIT` while they go on typing. What is due is kept in memory for speed. `sweep` finds
in the database what memory does not have: after a restart, or when the process that had it
died. Then, as after a broken connection, the client may come back with newer text than is
stored: it gets `grace` seconds for that, and once it is back the next pause counts.

Waits are measured by a monotonic clock. With a clock that can be set, putting it back an
hour delayed a question by an hour.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..clock import Clock
from ..errors import CodeAssessError, NotFound, StoreBusy
from ..model import Moment
from ..system.concurrency import within

log = logging.getLogger(__name__)
LONGEST_WAIT = 30.0
SWEEP_SECONDS = 2.0
GRACE = 10.0
"""Seconds in which a client may come back before a decision is taken without it."""
WHILE_HELD = 10.0  # seconds until a session that another process holds is tried again
_HEADSTART = 1.0  # seconds in which the process that has the session in memory decides first
_CATCHING_UP = 1.0  # seconds for a client that is back to send what it kept
AT_ONCE = 8  # simultaneous decisions; a limit, so that recording keeps database connections


@dataclass(frozen=True, slots=True)
class _Wait:
    since: float
    due: float
    moment: Moment = Moment.PAUSE


class Debounce:
    """Calls `decide(session_id, moment)` once for each pause, and at once at other moments. One for each process.

    `undecided(quiet_since=…, waiting_since=…)` names the sessions in the database that have had
    no update after the first time, or have waited since before the second.
    """

    def __init__(
        self,
        *,
        idle_pause: float,
        decide: Callable[[str, Moment], Awaitable[None]],
        undecided: Callable[..., Awaitable[Iterable[str]]],
        clock: Clock,
        longest_wait: float = LONGEST_WAIT,
        grace: float = GRACE,
    ) -> None:
        self._pause, self._longest, self._grace = idle_pause, longest_wait, grace
        self._decide = decide
        self._undecided = undecided
        self._clock = clock
        self._waits: dict[str, _Wait] = {}
        self._deciding: set[str] = set()
        self._changed = asyncio.Event()
        self._sleeping_until: float | None = None

    def touch(self, session_id: str, at: datetime, moment: Moment = Moment.PAUSE) -> None:
        """A decision is due: at the next pause after a new snapshot, at once at another moment."""
        age = (self._clock() - at).total_seconds()
        begun = time.monotonic() - min(max(age, 0.0), self._pause)  # the clock may have been set meanwhile
        known = self._waits.get(session_id)
        since = known.since if known else begun
        due = begun if moment is not Moment.PAUSE else min(begun + self._pause, since + self._longest)
        if known is not None and known.moment is not Moment.PAUSE:  # a pause does not replace a run
            due, moment = min(due, known.due), known.moment if moment is Moment.PAUSE else moment
        self._wait(session_id, _Wait(since, due, moment))

    def returned(self, session_id: str) -> None:
        """A client is there (again) and may be about to send what it kept: the next pause decides."""
        now = time.monotonic()
        known = self._waits.get(session_id)
        if known is None or known.moment is Moment.PAUSE:
            self._wait(session_id, _Wait(since=now, due=now + max(self._pause, min(_CATCHING_UP, self._grace))))

    def left(self, session_id: str) -> None:
        """The writing client has gone, and may come back with what it kept: what is due waits for it."""
        known = self._waits.get(session_id)
        if known is not None and known.moment is Moment.PAUSE:
            self._wait(session_id, _Wait(since=known.since, due=max(known.due, time.monotonic() + self._grace)))

    def _wait(self, session_id: str, wait: _Wait) -> None:
        due = wait.due
        self._waits[session_id] = wait
        if self._sleeping_until is None or due < self._sleeping_until:
            self._changed.set()

    async def run(self) -> None:
        """Take the due decisions, forever. A session that fails or waits stops no other; it is tried again later."""
        async with asyncio.TaskGroup() as decisions:
            while True:
                now = time.monotonic()
                free = AT_ONCE - len(self._deciding)
                due = [session_id for session_id, wait in self._free_waits() if wait.due <= now][:free]
                for session_id in due:
                    self._deciding.add(session_id)
                    decisions.create_task(self._settle(session_id, self._waits.pop(session_id).moment))
                await self._sleep()

    def _free_waits(self) -> Iterator[tuple[str, _Wait]]:
        """The waits of sessions that are not being decided: a slow decision is no reason for a second one beside it."""
        return ((session_id, wait) for session_id, wait in self._waits.items() if session_id not in self._deciding)

    async def _sleep(self) -> None:
        self._changed.clear()
        full = len(self._deciding) >= AT_ONCE  # then the end of a decision wakes us
        self._sleeping_until = due = None if full else min((wait.due for _, wait in self._free_waits()), default=None)
        timeout = None if due is None else max(0.0, due - time.monotonic())
        try:
            await within(timeout, self._changed.wait())
        except TimeoutError:
            return

    def _take_up(self, session_id: str) -> None:
        if session_id not in self._waits and session_id not in self._deciding:
            now = time.monotonic()
            self._wait(session_id, _Wait(since=now, due=now))

    async def sweep(self) -> None:
        """Every two seconds, take up overdue sessions from the database that this process does not have in memory."""
        await asyncio.sleep(self._grace)  # first the clients of the previous process come back
        while True:
            try:
                for session_id in await self._overdue():
                    self._take_up(session_id)
            except CodeAssessError as problem:
                log.warning("the sweep for undecided sessions waits: %s", problem.for_the_log)
            await asyncio.sleep(SWEEP_SECONDS)

    async def _overdue(self) -> Iterable[str]:
        latest = self._clock() - timedelta(seconds=max(self._grace, _HEADSTART))
        pause, longest = timedelta(seconds=self._pause), timedelta(seconds=self._longest)
        return await self._undecided(quiet_since=latest - pause, waiting_since=latest - longest)

    async def _settle(self, session_id: str, moment: Moment) -> None:
        try:
            await self._decide(session_id, moment)
        except NotFound:  # erased meanwhile
            log.info("no decision for session %s: it is gone", session_id)
        except CodeAssessError as problem:
            log.warning("no decision for session %s: %s", session_id, problem.for_the_log)
            again = time.monotonic() + (WHILE_HELD if isinstance(problem, StoreBusy) else SWEEP_SECONDS)
            self._waits.setdefault(session_id, _Wait(since=again, due=again, moment=moment))
        except Exception:
            log.exception("no decision for session %s", session_id)
        finally:
            self._deciding.discard(session_id)
            self._changed.set()
