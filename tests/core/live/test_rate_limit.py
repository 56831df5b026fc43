"""A fast client is slowed down before it is told off. Time passes only where somebody sleeps."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from codeassess_core.errors import RateLimited
from codeassess_core.live import rate_limit
from codeassess_core.live.rate_limit import RateLimiter


class Clock:
    """A clock that stands until somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(rate_limit, "asyncio", SimpleNamespace(sleep=clock.sleep))
    return clock


async def seconds_for(clock: Clock, limiter: RateLimiter, messages: int) -> float:
    started = clock.now
    for _ in range(messages):
        await limiter.pace()
    return clock.now - started


async def test_a_burst_of_two_seconds_worth_waits_for_nothing(clock: Clock) -> None:
    assert await seconds_for(clock, RateLimiter(50), 100) == 0


async def test_beyond_the_burst_messages_pass_at_the_rate(clock: Clock) -> None:
    limiter = RateLimiter(50)
    await seconds_for(clock, limiter, 100)
    assert await seconds_for(clock, limiter, 20) == pytest.approx(0.4)


async def test_a_rate_of_zero_never_waits(clock: Clock) -> None:
    assert await seconds_for(clock, RateLimiter(0), 10_000) == 0


async def test_only_who_leans_on_the_limit_without_a_pause_is_refused(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "MAX_SECONDS_AT_LIMIT", 0.2)
    limiter = RateLimiter(50)
    await seconds_for(clock, limiter, 105)  # leans for 0.1 s
    clock.now += 0.2
    await seconds_for(clock, limiter, 10)  # had a pause: leaning starts anew
    with pytest.raises(RateLimited, match="At most 50 messages a second"):
        await seconds_for(clock, limiter, 50)
