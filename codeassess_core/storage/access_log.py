"""Accesses to the record, allowed and refused, on their way into the audit.

Lines are stored by one task, many at once. The same access of the same person within a minute is one line with a count.
Refused requests cannot fill the disk: each person has a number of lines a minute, and so have all whom nobody knows
together; what is beyond is counted in one more line.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ..clock import Clock
from ..errors import StoreUnavailable
from ..system.concurrency import stop, within
from .audit import DONE, NOBODY, Audit, AuditLine, row_of

log = logging.getLogger(__name__)

MINUTE: Final = 60.0
REFUSALS_OF_ONE: Final = 20  # lines a minute for what one known person is refused
REFUSALS_OF_ALL: Final = 200  # for all known persons together
REFUSALS_OF_STRANGERS: Final = 20  # for all requests of which nobody knows the sender, together
MOST_WAITING: Final = 10_000  # lines that wait for the database; the next ones are dropped, with a warning
COUNT_SECONDS: Final = 2.0  # after which the counts of lines are stored
_SEVERAL: Final = "several"  # the outcome of the line for what is beyond


@dataclass(slots=True)
class _Line:
    """A line of this minute."""

    row: dict[str, Any]
    refused_of: str | None  # whose refusals it counts among; None: it is none
    since: float
    stored: asyncio.Future[None]
    waited: bool = False  # does anybody wait for it?
    counted: int = 1  # what the database has
    times: int = 1
    last_at: datetime | None = None

    @property
    def dirty(self) -> bool:
        return self.times > self.counted and self.stored.done()


@dataclass(slots=True)
class _Refusals:
    """How many lines of this minute are refusals: of each person, and of all strangers (the empty name)."""

    of: Counter[str] = field(default_factory=Counter)

    def room(self, who: str) -> bool:
        if who == "":
            return self.of[""] < REFUSALS_OF_STRANGERS
        return self.of[who] < REFUSALS_OF_ONE and self.of.total() - self.of[""] < REFUSALS_OF_ALL


class AccessLog:
    """The accesses that this process sees. Only `done` waits for the database."""

    def __init__(self, audit: Audit, *, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._lines: dict[AuditLine, _Line] = {}
        self._new: list[_Line] = []
        self._refusals = _Refusals()
        self._wake = asyncio.Event()
        self._flushing = asyncio.Lock()  # one after the other, so that a count never falls back
        self._worker: asyncio.Task[None] | None = None
        self._dropped = 0

    async def done(self, line: AuditLine) -> None:
        """Return when the line is stored; a repetition within the minute is only counted.

        Raises:
            StoreUnavailable: it is not stored.
        """
        found = self._add(line)
        if found is None:
            raise StoreUnavailable("The audit takes no lines now; nothing is told without one. Try again.")
        found.waited = True
        await asyncio.shield(found.stored)

    def note(self, line: AuditLine) -> None:
        """Have the line stored soon. Never raises and never waits."""
        found = self._add(line)
        if found is None:
            self._dropped += 1
        else:
            found.stored.add_done_callback(_retrieved)

    async def flush(self) -> None:
        """Return when what was noted until now is stored, as far as the database takes it."""
        async with self._flushing:
            await self._flush(counts=True)

    async def aclose(self) -> None:
        """Store what waits, then stop."""
        if self._worker is not None:
            await stop(self._worker)
            self._worker = None
        await self.flush()

    def _add(self, line: AuditLine) -> _Line | None:
        """The line of this minute for an access; None: too many wait."""
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="codeassess-audit")
        self._expire()
        line, who = self._within_bounds(line)
        known = self._lines.get(line)
        if known is not None:
            known.times += 1
            known.last_at = self._clock()
            return known
        if len(self._new) >= MOST_WAITING:
            return None
        made = _Line(row_of(line, at=self._clock()), who, time.monotonic(), asyncio.get_running_loop().create_future())
        if who is not None:
            self._refusals.of[who] += 1
        self._lines[line] = made
        self._new.append(made)
        self._wake.set()
        return made

    def _within_bounds(self, line: AuditLine) -> tuple[AuditLine, str | None]:
        """The line itself, or the one that counts what is beyond the bounds; and whose refusals it counts among."""
        if line.outcome == DONE:
            return line, None
        who = f"{line.author.tenant}/{line.author.name}" if line.known else ""
        if line in self._lines or self._refusals.room(who):
            return line, who
        author = line.author if line.known and self._refusals.of[who] else NOBODY
        beyond = AuditLine(author=author, known=author is not NOBODY, action="refused", object="", outcome=_SEVERAL)
        return beyond, None

    def _expire(self) -> None:
        """Forget the lines that are older than a minute; the counts that are not stored yet are kept until they are."""
        oldest = time.monotonic() - MINUTE
        for line, known in list(self._lines.items()):
            if known.since > oldest:
                break  # they are in the order of their making
            if known.dirty:
                continue
            del self._lines[line]
            if known.refused_of is not None:
                self._refusals.of[known.refused_of] -= 1
                self._refusals.of += Counter()  # without those at 0

    async def _work(self) -> None:
        counted_at = time.monotonic()
        while True:
            with suppress(TimeoutError):
                await within(COUNT_SECONDS, self._wake.wait())
            self._wake.clear()
            counts = time.monotonic() - counted_at >= COUNT_SECONDS
            counted_at = time.monotonic() if counts else counted_at
            async with self._flushing:
                await self._flush(counts=counts)

    async def _flush(self, *, counts: bool) -> None:
        """Store the new lines, and with `counts` how often known ones were repeated."""
        new, self._new = self._new, []
        counted = [line for line in self._lines.values() if line.dirty] if counts else []
        if not new and not counted:
            return
        told = [(line, line.times) for line in counted]
        try:
            rows = [line.row for line in new]
            await self._audit.add(rows, [_count(line) for line in counted])
        except Exception as problem:
            self._failed(new, problem)
            return
        except BaseException:  # stopped: what was not answered is stored at the end
            self._new = new + self._new
            raise
        for line in new:
            _settle(line)
        for line, times in told:
            line.counted = times
        if self._dropped:
            log.error("%s lines of the audit were dropped while the database was away", self._dropped)
            self._dropped = 0

    def _failed(self, new: list[_Line], problem: Exception) -> None:
        """Tell those who wait for a line; the lines for which nobody waits are tried again."""
        if not isinstance(problem, StoreUnavailable):
            log.error("lines of the audit could not be stored", exc_info=problem)
        else:
            log.warning("%s lines of the audit wait for the database: %s", len(new), problem.for_the_log)
        waited = {id(line) for line in new if line.waited}
        self._lines = {key: line for key, line in self._lines.items() if id(line) not in waited}
        for line in new:
            if line.waited:
                line.stored.set_exception(StoreUnavailable("The audit takes no lines now; try again."))
        self._new = [line for line in new if not line.waited] + self._new


def _settle(line: _Line) -> None:
    if not line.stored.done():
        line.stored.set_result(None)


def _count(line: _Line) -> dict[str, Any]:
    return {"id": line.row["id"], "count": line.times, "last_at": line.last_at}


def _retrieved(stored: asyncio.Future[None]) -> None:
    """Nobody waits: its error is in the log."""
    if not stored.cancelled():
        stored.exception()
