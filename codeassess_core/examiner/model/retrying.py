"""Repeats a call to a busy model server, and waits as long as the server asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    wait_exponential,
    wait_random,
)
from tenacity.stop import stop_base

from ...jobs.deadline import remaining
from .failures import ModelBusy

T = TypeVar("T")

BUSY_TRIES: Final = 3
"""Calls in all when the server is busy, failing or unreachable."""
LONGEST_WAIT: Final = 20.0
"""Seconds: a call is given up at once when the server asks for a longer wait (Retry-After)."""


async def retried(call: Callable[[], Awaitable[T]]) -> T:
    """The result of `call`, tried up to BUSY_TRIES times while the server is busy."""
    retrying = AsyncRetrying(
        retry=retry_if_exception(_worth_waiting),
        stop=stop_any(stop_after_attempt(BUSY_TRIES), _NoTimeLeft()),
        wait=_wait,
        reraise=True,
    )
    return await retrying(call)


def _worth_waiting(problem: BaseException) -> bool:
    return isinstance(problem, ModelBusy) and (problem.retry_after or 0.0) <= LONGEST_WAIT


class _NoTimeLeft(stop_base):
    """Stops when the job's deadline would pass before the next attempt."""

    def __call__(self, state: RetryCallState) -> bool:
        return _wait(state) >= remaining()


_backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)


def _wait(state: RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    told = problem.retry_after if isinstance(problem, ModelBusy) else None
    return _backoff(state) if told is None else told
