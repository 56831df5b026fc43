"""How fast messages are sent: below the limit of the server, and with a pause after it could not store one."""

from __future__ import annotations

import asyncio
import time
from typing import Final

SHARE: Final = 0.8  # of the server's limit: leave room when many messages wait
BURST: Final = 10


class SendRate:
    """Await a `turn` before each message."""

    def __init__(self) -> None:
        self._interval = 0.0  # seconds between two messages
        self._due = 0.0  # when the next one may go, on the monotonic clock

    def allow(self, limit: float) -> None:
        """The server accepts so many messages a second; 0: any number."""
        self._interval = 1 / (limit * SHARE) if limit else 0.0

    def rest(self, seconds: float) -> None:
        """Send nothing for so long."""
        self._due = time.monotonic() + seconds

    async def turn(self) -> None:
        """Wait until one more message may be sent."""
        now = time.monotonic()
        self._due = max(self._due, now - BURST * self._interval)
        if self._due > now:
            await asyncio.sleep(self._due - now)
        self._due += self._interval
