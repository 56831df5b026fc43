"""A model is down when no call got an answer for a while, whatever the failures are; one answer ends that."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from model_cases import GOOD_EVALUATION, Reply, completion, evaluation_brief, examiner, serving

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.model.breaker import ENOUGH, Breaker, GivenUp, ModelDown
from codeassess_core.examiner.model.fallback import FallbackExaminer
from codeassess_core.examiner.model.throttle import Throttle
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.jobs.deadline import extend, job_deadline, note_waited, remaining


def breaker(*, tolerated: float = 0.0, rest: float = 0.1) -> Breaker:
    return Breaker(tolerated=tolerated, rest=rest, probe=0.5)


def test_a_model_is_out_after_some_failures_and_is_back_with_one_answer() -> None:
    of = breaker(rest=60)
    outs = [of.failed(time.monotonic(), others_wait=False) for _ in range(ENOUGH)]
    assert outs == [False] * (ENOUGH - 1) + [True]
    with pytest.raises(ModelDown, match="answered nothing for 0 s"):
        of.admit()
    of.answered()
    of.admit()


def test_failures_within_the_tolerated_time_are_a_blip() -> None:
    of = breaker(tolerated=60)
    assert not any(of.failed(time.monotonic(), others_wait=True) for _ in range(10))
    assert of.failed(time.monotonic() - 61, others_wait=True), "it counts from the begin of a silent call"


def test_one_silent_call_is_enough_when_others_wait_behind_it() -> None:
    assert breaker().failed(time.monotonic(), others_wait=True)


def test_after_the_rest_one_call_finds_out_and_the_others_do_not_wait_for_it() -> None:
    now = 100.0
    of = Breaker(tolerated=0, rest=10, probe=5, now=lambda: now)
    of.failed(now, others_wait=True)
    now += 10
    with pytest.raises(ModelDown):
        of.admit(may_probe=False)
    of.admit()
    with pytest.raises(ModelDown):
        of.admit()
    of.failed(now, others_wait=False)
    now += 19
    with pytest.raises(ModelDown):
        of.admit()  # the next pause is longer
    now += 1
    of.admit()


async def test_whoever_waits_for_a_turn_is_told_at_once_that_the_model_is_out() -> None:
    throttle = Throttle(most=1, breaker=breaker(rest=60))
    waiting: list[asyncio.Task[None]] = []

    async def call() -> None:
        async with throttle.turn():
            raise AssertionError("there was a turn")

    with pytest.raises(ExaminerUnavailable, match="in time"):
        async with throttle.turn():
            waiting += [asyncio.create_task(call()) for _ in range(5)]
            await asyncio.sleep(0.01)
            raise ExaminerUnavailable("It did not answer in time.")
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)
    assert {type(outcome) for outcome in outcomes} == {ModelDown}


async def test_waiting_behind_a_model_that_answers_does_not_count_to_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("codeassess_core.examiner.model.throttle._SLICE", 0.05)
    throttle, now = Throttle(most=1, breaker=breaker(tolerated=60)), asyncio.get_running_loop().time

    async def job() -> tuple[float, float]:
        async with job_deadline(1_000):
            began, before = now(), remaining()
            async with throttle.turn():
                waited, counted = now() - began, before - remaining()
                await asyncio.sleep(0.3)
            return waited, counted

    waited, counted = map(sum, zip(*await asyncio.gather(*(job() for _ in range(4))), strict=True))
    assert counted < waited / 2


async def test_a_call_does_not_outlast_the_job_and_none_is_begun_without_time() -> None:
    with serving(Reply(completion(json.dumps(GOOD_EVALUATION)), silence=600.0)) as server:
        silent = FallbackExaminer(examiner(server.base_url, timeout=600.0), OfflineExaminer())
        await silent._examiner._chat_model()  # type: ignore[attr-defined]
        with pytest.raises(ExaminerUnavailable):  # and no TimeoutError of the job, which has time left
            async with job_deadline(2.0):
                await silent.evaluate(evaluation_brief())
        assert len(server.bodies) <= 1, "no second call is begun"


async def test_a_silent_model_costs_many_answers_one_deadline_together() -> None:
    with serving(Reply(completion(json.dumps(GOOD_EVALUATION)), silence=30.0)) as server:
        silent = FallbackExaminer(examiner(server.base_url, timeout=1.0), OfflineExaminer())
        await silent._examiner._chat_model()  # type: ignore[attr-defined]
        outcomes = await asyncio.gather(
            *(silent.evaluate(evaluation_brief()) for _ in range(40)), return_exceptions=True
        )
        assert all(isinstance(outcome, ExaminerUnavailable) for outcome in outcomes)
        assert any(isinstance(outcome, ModelDown) for outcome in outcomes)
        assert len(server.bodies) < 12, "not a call for each of them"


async def test_an_answer_that_is_late_already_does_not_find_out_how_the_model_is() -> None:
    of = breaker(rest=0.01)
    throttle = Throttle(breaker=of)
    of.failed(time.monotonic(), others_wait=True)
    await asyncio.sleep(0.02)
    async with job_deadline(10):
        note_waited(5)
        with pytest.raises(ModelDown):
            async with throttle.turn():
                raise AssertionError("there was a turn")
        note_waited(0.1)
        async with throttle.turn():
            pass
    assert not of.failing


async def test_outside_a_job_there_is_no_deadline() -> None:
    extend(5.0)
    assert remaining() == float("inf")
    async with job_deadline(1_000):
        assert 800 < remaining() <= 900
        extend(5_000)
        assert remaining() > 5_000
    assert issubclass(ModelDown, GivenUp)
