"""Turns at a busy provider: how many at once, when again, and which calls wait too long."""

from __future__ import annotations

import asyncio

import pytest

from codeassess_core.examiner.model.failures import ModelBusy
from codeassess_core.examiner.model.throttle import Throttle


class Provider:
    """Accepts `most` calls at once and refuses the others for `retry_after` seconds."""

    def __init__(self, most: int, *, retry_after: float | None = 0.05) -> None:
        self.most, self.retry_after = most, retry_after
        self.running = self.calls = self.refused = self.highest = 0

    async def call(self) -> None:
        self.calls += 1
        self.running += 1
        self.highest = max(self.highest, self.running)
        try:
            await asyncio.sleep(0.005)
            if self.running > self.most:
                self.refused += 1
                raise ModelBusy("Slow down.", retry_after=self.retry_after)
            await asyncio.sleep(0.005)
        finally:
            self.running -= 1


async def insisting(throttle: Throttle, provider: Provider) -> None:
    while True:
        try:
            async with throttle.turn():
                await provider.call()
            return
        except ModelBusy:
            continue


async def test_nothing_is_held_back_while_nothing_is_refused() -> None:
    throttle, provider = Throttle(most=8), Provider(100)
    await asyncio.gather(*(insisting(throttle, provider) for _ in range(24)))
    assert (provider.calls, provider.highest) == (24, 8)


async def test_fewer_calls_are_made_at_once_after_a_refusal_and_all_are_served() -> None:
    throttle, provider = Throttle(most=16), Provider(3)
    await asyncio.gather(*(insisting(throttle, provider) for _ in range(60)))
    assert provider.refused > 0
    assert provider.calls <= 2 * 60


async def test_all_wait_as_long_as_the_server_asks() -> None:
    throttle, loop = Throttle(), asyncio.get_running_loop()
    with pytest.raises(ModelBusy):
        async with throttle.turn():
            raise ModelBusy("Slow down.", retry_after=0.3)
    began = loop.time()
    async with throttle.turn():
        assert loop.time() - began >= 0.28


async def test_who_gets_no_turn_in_time_is_told_that_the_model_is_busy() -> None:
    throttle = Throttle(most=1, max_wait=0.05)
    async with throttle.turn():
        with pytest.raises(ModelBusy, match="no turn"):
            async with throttle.turn():
                raise AssertionError("there was a turn")


async def test_a_call_that_is_given_up_while_it_waits_takes_nobodys_turn() -> None:
    throttle = Throttle(most=1)
    async with throttle.turn():
        first = asyncio.create_task(insisting(throttle, Provider(1)))
        second = asyncio.create_task(insisting(throttle, Provider(1)))
        await asyncio.sleep(0)
        first.cancel()
    await asyncio.wait_for(second, 60)
    assert first.cancelled() or first.cancelling()


async def test_who_is_woken_into_the_quiet_and_gives_up_wakes_the_next() -> None:
    throttle = Throttle(most=1, max_wait=120)
    with pytest.raises(ModelBusy):
        async with throttle.turn():
            waiting = [asyncio.create_task(insisting(throttle, Provider(1))) for _ in range(2)]
            await asyncio.sleep(0)
            raise ModelBusy("Slow down.", retry_after=0.1)
    await asyncio.sleep(0.02)
    waiting[0].cancel()
    await asyncio.wait_for(waiting[1], 60)
