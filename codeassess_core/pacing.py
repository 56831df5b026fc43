"""How fast one socket may talk.

A client over the rate is slowed down, which loses nothing: the next frame is not read
before this one is done. Only one that leans on the limit without a pause for
`PATIENCE` seconds is told off and disconnected.
"""

from __future__ import annotations

import asyncio
import time

from .errors import RateLimited

PATIENCE = 10.0
BURST_SECONDS = 2.0


class Pacer:
    """A token bucket of `rate` a second and a burst of twice that; a rate of 0 never waits."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._tokens = rate * BURST_SECONDS
        self._at = time.monotonic()
        self._leaning_since: float | None = None

    async def pace(self) -> None:
        """Return when the next message may be handled.

        Raises:
            RateLimited: the limit was leaned on for too long.
        """
        if self._rate <= 0:
            return
        now = time.monotonic()
        self._tokens = min(self._rate * BURST_SECONDS, self._tokens + (now - self._at) * self._rate)
        self._at = now
        self._tokens -= 1
        if self._tokens >= 0:
            self._leaning_since = None
            return
        self._leaning_since = self._leaning_since or now
        if now - self._leaning_since > PATIENCE:
            raise RateLimited(f"At most {self._rate:g} messages a second.", limit=self._rate)
        await asyncio.sleep(-self._tokens / self._rate)
