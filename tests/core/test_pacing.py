"""A fast client is slowed down before it is told off."""

from __future__ import annotations

import asyncio
import time

import pytest

from codeassess_core import pacing
from codeassess_core.errors import RateLimited
from codeassess_core.pacing import Pacer


async def seconds_for(pacer: Pacer, messages: int) -> float:
    started = time.monotonic()
    for _ in range(messages):
        await pacer.pace()
    return time.monotonic() - started


async def test_a_burst_of_two_seconds_worth_waits_for_nothing() -> None:
    assert await seconds_for(Pacer(50), 100) < 0.2


async def test_beyond_the_burst_messages_pass_at_the_rate() -> None:
    pacer = Pacer(50)
    await seconds_for(pacer, 100)
    assert 0.3 < await seconds_for(pacer, 20) < 1.0  # 20 at 50 a second: 0.4 s


async def test_a_rate_of_zero_never_waits() -> None:
    assert await seconds_for(Pacer(0), 10_000) < 0.5


async def test_only_who_leans_on_the_limit_without_a_pause_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "PATIENCE", 0.2)
    pacer = Pacer(50)
    await seconds_for(pacer, 105)  # leans for 0.1 s
    await asyncio.sleep(0.2)
    await seconds_for(pacer, 10)  # had a pause: leaning starts anew
    with pytest.raises(RateLimited, match="At most 50 messages a second"):
        await seconds_for(pacer, 50)
