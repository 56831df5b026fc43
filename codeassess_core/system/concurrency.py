"""Waiting with a deadline and stopping tasks without losing a cancellation.

`asyncio.wait_for` can lose a cancellation on Python 3.11: when the awaited object ends at the same
moment, it returns the result and the task continues without end (bpo-37658, gh-86296). Libraries
that use it have the same fault. So it is not used here, and a task that did not stop is cancelled again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from ..errors import CodeAssessError

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 1.0  #: after which a task that still runs is cancelled again
STOP_SECONDS: Final = 30.0  #: after which a task is given up, with a line in the log

Result = TypeVar("Result")


async def within(seconds: float | None, awaited: Awaitable[Result]) -> Result:
    """The result of `awaited`, which may take `seconds` (None: no limit).

    Raises:
        TimeoutError: it took longer and was cancelled.
    """
    async with asyncio.timeout(seconds):
        return await awaited


async def in_thread(function: Callable[[], Result]) -> Result:
    """Call `function` in a thread; returns or raises what it does.

    A thread cannot be stopped: a cancelled caller waits until the function has ended, and is
    cancelled then.
    """
    running = asyncio.ensure_future(asyncio.to_thread(function))
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError as problem:
            cancelled = problem
    if cancelled is None:
        return running.result()
    if problem_of_thread := running.exception():
        unexpected = None if isinstance(problem_of_thread, CodeAssessError) else problem_of_thread
        log.warning(
            "what ran in a thread failed after its caller was cancelled: %s", problem_of_thread, exc_info=unexpected
        )
    raise cancelled


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel these tasks and wait until they have ended. Their exceptions are dropped."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + STOP_SECONDS
    running = {task for task in tasks if not task.done()}
    while running and loop.time() < deadline:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=AGAIN_SECONDS)
    for task in running:
        log.error("%s could not be stopped within %.0f seconds", task.get_name(), STOP_SECONDS)
    for task in set(tasks) - running:
        if not task.cancelled():
            task.exception()  # retrieved, so that asyncio does not log it
