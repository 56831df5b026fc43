"""The rate limit of one websocket.

A client above the rate is slowed down without loss: the next frame is not read before this one is
handled. Only a client that stays at the limit for `MAX_SECONDS_AT_LIMIT` without a pause gets an
error and is disconnected.
"""

from __future__ import annotations

import asyncio
import time

from ..errors import RateLimited

MAX_SECONDS_AT_LIMIT = 10.0
BURST_SECONDS = 2.0


class RateLimiter:
    """A token bucket of `rate` a second and a burst of twice that; a rate of 0 never waits."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._tokens = rate * BURST_SECONDS
        self._at = time.monotonic()
        self._leaning_since: float | None = None

    def passes(self) -> bool:
        """True when a message may be handled at once; it then counts. False: `pace` has to be awaited."""
        if self._rate <= 0:
            return True
        self._refill()
        if self._tokens < 1:
            return False
        self._tokens -= 1
        self._leaning_since = None
        return True

    async def pace(self) -> None:
        """Return when the next message may be handled.

        Raises:
            RateLimited: the client was at the limit for too long.
        """
        if self._rate <= 0:
            return
        now = self._refill()
        self._tokens -= 1
        if self._tokens >= 0:
            self._leaning_since = None
            return
        self._leaning_since = self._leaning_since or now
        if now - self._leaning_since > MAX_SECONDS_AT_LIMIT:
            raise RateLimited(f"At most {self._rate:g} messages a second.", limit=self._rate)
        await asyncio.sleep(-self._tokens / self._rate)

    def _refill(self) -> float:
        """Add the tokens of the time that has passed; returns the time."""
        now = time.monotonic()
        self._tokens = min(self._rate * BURST_SECONDS, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return now
