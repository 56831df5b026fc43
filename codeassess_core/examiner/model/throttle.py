"""Limits the calls to a provider at one time, and learns the limit from its refusals (status 429).

Without it every job would wait as long as the server asked, and then all of them would come
back and be refused together. Here a refusal halves the number of simultaneous calls and
delays all of them until the time that the server named; each successful call raises the
limit a little (slow start, additive increase and multiplicative decrease; Jacobson 1988,
"Congestion Avoidance and Control").

Waiting for a turn does not count towards a job's deadline while the model answers. When the
model is down (`breaker`), waiting calls fail at once.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from ...errors import ExaminerUnavailable
from ...jobs.deadline import extend, is_late
from .breaker import Breaker, GivenUp
from .failures import ModelBusy
from .retrying import LONGEST_WAIT

MOST: Final = 16  #: simultaneous calls without refusals
FIRST: Final = 4  #: simultaneous calls at the beginning; one more for each success, until the first refusal
LEAST: Final = 2  #: simultaneous calls at least: in an outage each job still learns of it soon
_SLICE: Final = 1.0  #: seconds after which a waiting call checks the state again
_GUESS: Final = 0.5  #: seconds of pause after a refusal that names no time


class Throttle:
    """The turns of the calls to one provider, on one event loop.

    A call that has waited `max_wait` seconds for its turn fails as if the server had refused it.
    `breaker` knows whether the model is down.
    """

    def __init__(self, *, most: int = MOST, max_wait: float = math.inf, breaker: Breaker | None = None) -> None:
        self._most, self._max_wait = most, max_wait
        self._breaker = breaker or Breaker(tolerated=math.inf, rest=0.0, probe=0.0)
        self._limit = float(min(FIRST, most))
        self._starting = True
        self._running = 0
        self._quiet_until = 0.0  #: in the loop's time
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and adapt the limit to the outcome.

        Raises:
            ModelBusy: there is no turn in time. ModelDown: waiting is useless.
        """
        await self._queue()
        began = time.monotonic()
        try:
            yield
        except ExaminerUnavailable as problem:
            if isinstance(problem, ModelBusy):
                self._refused(problem.retry_after)
            self._failed(began, problem)
            raise
        else:
            self._breaker.answered()
            self._limit = min(float(self._most), self._limit + (1 if self._starting else 1 / self._limit))
        finally:
            self._running -= 1
            self._wake()

    async def _queue(self) -> None:
        """Return with a turn."""
        began = time.monotonic()
        while True:
            looked = time.monotonic()
            left = began + self._max_wait - looked
            try:
                async with asyncio.timeout(min(_SLICE, left)):
                    await self._enter()
                return
            except TimeoutError as problem:
                self._wake()  # this call may have been woken and cannot go: wake the next one
                if left <= _SLICE:
                    raise ModelBusy("The model is busy, and there was no turn for this call in time.") from problem
            except BaseException:
                self._wake()
                raise
            finally:
                if not self._breaker.failing:
                    extend(time.monotonic() - looked)

    def _failed(self, began: float, problem: ExaminerUnavailable) -> None:
        """The call got no answer. When the model is down, wake all waiting calls."""
        if isinstance(problem, GivenUp):
            return  # no call was made
        if not isinstance(problem, ModelBusy) and type(problem) is not ExaminerUnavailable:
            self._breaker.answered()  # the model answered, though not usably
        elif self._breaker.failed(began, others_wait=bool(self._waiting)):
            self._wake_all()

    async def _enter(self) -> None:
        """Return when the pause is over and there is room."""
        loop = asyncio.get_running_loop()
        while True:
            self._breaker.admit(may_probe=not is_late())
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
        """Wake as many calls as there is room for; each checks again whether it may go."""
        room = int(self._limit) - self._running
        while self._waiting and room > 0:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                room -= 1

    def _wake_all(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    def _refused(self, retry_after: float | None) -> None:
        """Counts once for all simultaneous calls: what is refused during the pause was sent before it."""
        now = asyncio.get_running_loop().time()
        self._starting = False
        if now >= self._quiet_until:
            self._limit = max(min(LEAST, self._most), self._limit / 2)
        wait = _GUESS if retry_after is None else min(retry_after, LONGEST_WAIT)
        self._quiet_until = max(self._quiet_until, now + wait)
