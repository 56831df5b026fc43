"""The deadline of a job: code that works on it can read the remaining time, or exclude a wait from it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

RESERVE = 0.1  #: share of the time of a job that is kept for storing the result


@dataclass(slots=True)
class _Deadline:
    timeout: asyncio.Timeout
    seconds: float
    waited: float = 0.0


_current: ContextVar[_Deadline | None] = ContextVar("job_deadline", default=None)


@asynccontextmanager
async def job_deadline(seconds: float) -> AsyncIterator[None]:
    """Limit the block to `seconds` of the event loop's time. Raises TimeoutError."""
    async with asyncio.timeout(seconds) as timeout:
        token = _current.set(_Deadline(timeout, seconds))
        try:
            yield
        finally:
            _current.reset(token)


def remaining() -> float:
    """Seconds left, without the reserve; infinite outside a job."""
    deadline = _current.get()
    when = deadline.timeout.when() if deadline else None
    if deadline is None or when is None:
        return math.inf
    return max(0.0, when - asyncio.get_running_loop().time() - deadline.seconds * RESERVE)


def extend(seconds: float) -> None:
    """Extend the deadline by a wait that is not counted."""
    deadline = _current.get()
    when = deadline.timeout.when() if deadline else None
    if deadline is not None and when is not None and not deadline.timeout.expired():
        deadline.timeout.reschedule(when + seconds)


def note_waited(seconds: float) -> None:
    """Note for how many seconds somebody has waited for this job before it began."""
    if (deadline := _current.get()) is not None:
        deadline.waited = max(0.0, seconds)


def is_late() -> bool:
    """True when somebody has waited so long that the job should not wait again."""
    deadline = _current.get()
    return deadline is not None and deadline.waited > deadline.seconds * RESERVE
