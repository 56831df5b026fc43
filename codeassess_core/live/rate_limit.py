"""The rate limit of one websocket.

A client above the rate is slowed down without loss: the next frame is not read before this one is
handled. Only a client that stays at the limit for `MAX_SECONDS_AT_LIMIT` without a pause gets an
error and is disconnected.
"""

from __future__ import annotations

import asyncio
import time
from weakref import WeakValueDictionary

from ..errors import RateLimited
from ..identity import Principal
from ..limits import Limits

MAX_SECONDS_AT_LIMIT = 10.0
BURST_SECONDS = 2.0
_MINUTE = 60.0


class RateLimiter:
    """A token bucket of `rate` a second and a burst of `burst` seconds of it; a rate of 0 never waits.

    `limit` says the limit in a sentence.
    """

    def __init__(self, rate: float, *, burst: float = BURST_SECONDS, limit: str = "") -> None:
        self._rate = rate
        self._burst = burst
        self._limit = limit or f"At most {rate:g} messages a second."
        self._tokens = rate * burst
        self._at = time.monotonic()
        self._leaning_since: float | None = None

    async def pace(self, cost: float = 1.0) -> None:
        """Return when the next message may be handled, which takes `cost`.

        Raises:
            RateLimited: the client was at the limit for too long.
        """
        if self._rate <= 0:
            return
        now = self._refill()
        self._tokens -= cost
        if self._tokens >= 0:
            self._leaning_since = None
            return
        self._leaning_since = self._leaning_since or now
        if now - self._leaning_since > MAX_SECONDS_AT_LIMIT:
            raise RateLimited(self._limit, limit=self._rate)
        await asyncio.sleep(-self._tokens / self._rate)

    def has(self, cost: float = 1.0) -> bool:
        """May a message of this cost be handled at once? Else `pace` has to be awaited."""
        if self._rate <= 0:
            return True
        self._refill()
        return self._tokens >= cost

    def spend(self, cost: float = 1.0) -> None:
        """Count a message for which there was room."""
        self._tokens -= cost
        self._leaning_since = None

    def _refill(self) -> float:
        """Add the tokens of the time that has passed; returns the time."""
        now = time.monotonic()
        self._tokens = min(self._rate * self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return now


class CandidateRate:
    """What one candidate sends to this process, on all their connections."""

    def __init__(self, limits: Limits) -> None:
        messages, size = limits.messages_per_minute, limits.bytes_per_minute
        said = f"At most {messages:g} messages a minute from one candidate: wait, and send less often."
        self._messages = RateLimiter(messages / _MINUTE, burst=_MINUTE, limit=said)
        said = f"At most {size / 1_048_576:.3g} MiB a minute from one candidate: wait, and send only changes."
        self._bytes = RateLimiter(size / _MINUTE, burst=_MINUTE, limit=said)

    async def pace(self, size: int) -> None:
        """Return when a message of so many bytes may be handled.

        Raises:
            RateLimited: the candidate was at a limit for too long.
        """
        await self._messages.pace()
        await self._bytes.pace(size)

    def passes(self, size: int) -> bool:
        """True when a message of so many bytes may be handled at once; it then counts."""
        if not (self._messages.has() and self._bytes.has(size)):
            return False
        self._messages.spend()
        self._bytes.spend(size)
        return True


class CandidateRates:
    """The rates of all who are connected to this process; each is forgotten with the last connection."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rates: WeakValueDictionary[tuple[str, str], CandidateRate] = WeakValueDictionary()

    def of(self, principal: Principal) -> CandidateRate:
        """The one rate of this person."""
        return self._rates.setdefault((principal.tenant, principal.name), CandidateRate(self._limits))


class ConnectionRate:
    """What may come over one connection: its own rate, and that of its candidate on all of theirs."""

    def __init__(self, rate: float, candidate: CandidateRate | None) -> None:
        self._own = RateLimiter(rate)
        self._candidate = candidate

    async def pace(self, size: int) -> None:
        """Return when a message of so many bytes may be handled.

        Raises:
            RateLimited: the client, or its candidate, was at a limit for too long.
        """
        await self._own.pace()
        if self._candidate is not None:
            await self._candidate.pace(size)

    def passes(self, size: int) -> bool:
        """True when a message of so many bytes may be handled at once; it then counts."""
        if not self._own.has() or not (self._candidate is None or self._candidate.passes(size)):
            return False
        self._own.spend()
        return True
