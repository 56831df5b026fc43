"""How often a process polls the queues: often while somebody works, rarely while nobody does.

DBOS polls, and cannot be woken. The interval of a queue is in the database and holds for all processes;
DBOS reads it at each poll. Nobody is late by that: an editor that connects makes the polls frequent, long
before its first question, and so does whatever is enqueued. A job that comes without either waits for
`RARELY` seconds at most.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dbos import Queue

log = logging.getLogger(__name__)

RARELY: Final = 2.0  #: seconds between two polls while nobody works
CALM_SECONDS = 60.0  #: for which nobody works until polls become rare


class QueuePace:
    """The polls of all queues. `busy(seconds)` tells whether anybody has worked for so long, in any process."""

    def __init__(self, busy: Callable[[float], Awaitable[bool]]) -> None:
        self._busy = busy
        self._queues: Sequence[tuple[Queue, float]] = ()
        self._hurried = 0.0
        self._often = True
        self._setting: asyncio.Task[None] | None = None

    def use(self, queues: Sequence[tuple[Queue, float]]) -> None:
        """Pace these queues, which are polled often now; with each, the seconds between two frequent polls."""
        self._hurried, self._often = time.monotonic(), True
        self._queues = queues

    def hurry(self) -> None:
        """Somebody begins to work in this process: poll often."""
        self._hurried = time.monotonic()
        if not self._often and self._setting is None:
            self._setting = asyncio.create_task(self._set_soon(), name="codeassess-pace")

    async def look(self) -> None:
        """Choose the pace; called again and again."""
        calm = time.monotonic() - self._hurried > CALM_SECONDS
        await self._set(often=not calm or await self._busy(CALM_SECONDS))

    async def aclose(self) -> None:
        if self._setting is not None:
            await asyncio.wait([self._setting])

    async def _set_soon(self) -> None:
        try:
            await self._set(often=True)
        except Exception as problem:  # the next look tries again
            log.warning("the queues are polled rarely: %s", type(problem).__name__)
        finally:
            self._setting = None

    async def _set(self, *, often: bool) -> None:
        await asyncio.to_thread(self._write, often)
        self._often = often

    def _write(self, often: bool) -> None:
        """On a thread, because DBOS is synchronous. Another process may have set the pace since."""
        for queue, frequent in self._queues:
            seconds = frequent if often else RARELY
            if queue.polling_interval_sec != seconds:
                queue.set_polling_interval_sec(seconds)
