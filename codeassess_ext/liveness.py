"""Is the client of a websocket still there? A machine that sleeps or lost its network closes nothing.

Jupyter sends a ping and waits for its pong alone. The pong may wait behind other messages of
the client, or the ping behind what it has not read yet. Here everything that the client sends
is a sign of life, and so is that it reads what was written before the ping.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tornado.iostream import StreamClosedError

from codeassess_core.system.concurrency import within

from .frames import Frames

ROUND_SECONDS = 30.0  # between two pings to a silent client
SILENT_SECONDS = 60.0  # after a ping, until the connection is closed


class Liveness:
    """Watches one connection; `full` says whether reading from it has stopped."""

    def __init__(self, frames: Frames, *, full: Callable[[], bool]) -> None:
        self._frames = frames
        self._full = full

    async def answers(self, seconds: float) -> bool:
        """Send a ping; is there a sign of life within `seconds`?"""
        frames = self._frames
        taken_before = frames.bytes_taken()
        try:
            ping_at = frames.ask()
        except StreamClosedError:
            return False
        try:
            await within(seconds, frames.heard.wait())
        except TimeoutError:
            behind_data = (
                taken_before < frames.bytes_taken() < ping_at
            )  # the ping waits, and the client reads what is before it
            return behind_data or (self._full() and not frames.is_closing())
        return not frames.is_closing()

    async def watch(self, gone: Callable[[], None]) -> None:
        """Ping a silent client again and again; call `gone` once when it does not answer."""
        while not self._frames.is_closing():
            self._frames.heard.clear()
            await asyncio.sleep(ROUND_SECONDS)
            if self._frames.heard.is_set() or await self.answers(SILENT_SECONDS):
                continue
            if not self._frames.is_closing():
                gone()
            return
