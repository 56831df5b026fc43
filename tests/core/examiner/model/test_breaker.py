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
    of = breaker(rest=0.02)
    of.failed(time.monotonic(), others_wait=True)
    time.sleep(0.03)
    with pytest.raises(ModelDown):
        of.admit(may_probe=False)
    of.admit()
    with pytest.raises(ModelDown):
        of.admit()
    of.failed(time.monotonic(), others_wait=False)
    time.sleep(0.025)
    with pytest.raises(ModelDown):
        of.admit()  # the next pause is longer


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
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 20)
    assert {type(outcome) for outcome in outcomes} == {ModelDown}


async def test_waiting_behind_a_model_that_answers_does_not_count_to_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("codeassess_core.examiner.model.throttle._SLICE", 0.05)
    throttle = Throttle(most=1, breaker=breaker(tolerated=60))

    async def job() -> float:
        async with job_deadline(0.5):
            async with throttle.turn():
                left = remaining()
                await asyncio.sleep(0.3)
            return left

    left = await asyncio.gather(*(job() for _ in range(4)))
    assert min(left) > 0.3


async def test_a_call_does_not_outlast_the_job_and_none_is_begun_without_time() -> None:
    with serving(Reply(completion(json.dumps(GOOD_EVALUATION)), silence=30.0)) as server:
        silent = FallbackExaminer(examiner(server.base_url, timeout=20.0), OfflineExaminer())
        await silent._examiner._chat_model()  # type: ignore[attr-defined]
        began = time.monotonic()
        with pytest.raises(ExaminerUnavailable):
            async with job_deadline(2.0):
                await silent.evaluate(evaluation_brief())
        assert time.monotonic() - began < 20.0 and len(server.bodies) == 1, "not the 30 s that the model takes"


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
    async with job_deadline(1.0):
        assert 0.8 < remaining() <= 0.9
        extend(5.0)
        assert remaining() > 5
    assert issubclass(ModelDown, GivenUp)
