"""How many calls a provider takes at once, learnt from its refusals: one answer to a storm of 429s for all jobs.

Without it each job finds out for itself: all of them wait as long as the server asked,
come back together and are refused together. Here a refusal halves the calls that are
under way at once and holds all of them back until the time that the server named; each
call that is served allows a little more again (slow start, additive increase and
multiplicative decrease; Jacobson 1988, "Congestion Avoidance and Control").
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from .models import LONGEST_WAIT, ModelBusy

MOST: Final = 16  #: calls at once while nothing is refused
FIRST: Final = 4  #: calls at once to begin with; one more for each that is served, until the first refusal
LEAST: Final = 2  #: and when everything is: in an outage each job still finds out soon
PATIENCE: Final = 20.0
"""Seconds that a call waits for its turn before it is given up as if the server had refused it."""
_GUESS: Final = 0.5  #: seconds of quiet after a refusal that names no time


class Throttle:
    """The turns of the calls to one provider, on one event loop."""

    def __init__(self, *, most: int = MOST, patience: float = PATIENCE) -> None:
        self._most, self._patience = most, patience
        self._limit = float(min(FIRST, most))
        self._starting = True
        self._running = 0
        self._quiet_until = 0.0  #: in the loop's time
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and learn from what comes of it. Raises ModelBusy when there is none in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._enter()
        except TimeoutError as problem:
            self._wake()  # it may have been woken and cannot go: the next one may
            raise ModelBusy("The model is busy, and there was no turn for this call in time.") from problem
        except asyncio.CancelledError:
            self._wake()
            raise
        try:
            yield
        except ModelBusy as problem:
            self._refused(problem.retry_after)
            raise
        else:
            self._limit = min(float(self._most), self._limit + (1 if self._starting else 1 / self._limit))
        finally:
            self._running -= 1
            self._wake()

    async def _enter(self) -> None:
        """Return when it is quiet no more and there is room."""
        loop = asyncio.get_running_loop()
        while True:
            if (pause := self._quiet_until - loop.time()) > 0:
                await asyncio.sleep(pause)
            elif self._running < int(self._limit):
                self._running += 1
                return
            else:
                await self._room()

    async def _room(self) -> None:
        """Return when a call has ended."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _wake(self) -> None:
        """As many as there is room for; each looks again whether that is still so."""
        room = int(self._limit) - self._running
        while self._waiting and room > 0:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                room -= 1

    def _refused(self, retry_after: float | None) -> None:
        """Once for all calls that were under way together: what is refused during the quiet was sent before it."""
        now = asyncio.get_running_loop().time()
        self._starting = False
        if now >= self._quiet_until:
            self._limit = max(min(LEAST, self._most), self._limit / 2)
        wait = _GUESS if retry_after is None else min(retry_after, LONGEST_WAIT)
        self._quiet_until = max(self._quiet_until, now + wait)
