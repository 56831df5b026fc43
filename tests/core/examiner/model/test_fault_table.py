"""Every fault of a model's server × question, evaluation and report, over a real socket: each has a named outcome."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from model_cases import (
    GOOD_EVALUATION,
    GOOD_QUESTION,
    GOOD_SUMMARY,
    Reply,
    answered,
    completion,
    evaluation_brief,
    examiner,
    question_brief,
    report_brief,
    serving,
)

from codeassess_core.clock import utcnow
from codeassess_core.errors import ExaminerError, ExaminerRefused, ExaminerUnavailable
from codeassess_core.examiner.model import fallback
from codeassess_core.examiner.model.fallback import FallbackExaminer
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.ports import Examiner

from .faults import FAULTS, RECOVERED, REFUSED, Fault, table

Call = Callable[[Examiner], Awaitable[Any]]
CALLS: dict[str, tuple[dict[str, Any], Call]] = {
    "question": (GOOD_QUESTION, lambda e: e.ask(question_brief())),
    "evaluation": (GOOD_EVALUATION, lambda e: e.evaluate(evaluation_brief())),
    "report": (GOOD_SUMMARY, lambda e: e.summarize(report_brief(answered(utcnow())))),
}


def patient(base_url: str, replies: Sequence[Reply]) -> FallbackExaminer:
    """The examiner of a session with one attempt of a job, and a short timeout where it is to run out."""
    slow = any(reply.silence or reply.drip for reply in replies)
    return FallbackExaminer(examiner(base_url, timeout=2.0 if slow else 60.0), OfflineExaminer(), pauses=(0.0,))


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_every_fault_of_every_call_has_its_outcome(fault: Fault, kind: str) -> None:
    good, call = CALLS[kind]
    replies = fault.script(json.dumps(good))
    with serving(*replies) as server:
        try:
            made = await call(patient(server.base_url, replies))
        except ExaminerError as problem:
            assert kind == "evaluation" and fault.outcome != RECOVERED
            assert type(problem) is not ExaminerError and isinstance(
                problem, ExaminerRefused if fault.outcome == REFUSED else ExaminerUnavailable
            )
            assert problem.message and len(problem.message) < 400
        else:
            assert (made.provenance.examiner == "model") is (fault.outcome == RECOVERED)
            assert bool(made.provenance.fallback_reason) is (fault.outcome != RECOVERED)
            assert kind != "evaluation" or fault.outcome == RECOVERED, "nobody evaluates in the model's place"
        assert len(server.bodies) == fault.calls


async def test_a_server_that_hangs_does_not_hold_up_a_question_for_all_the_attempts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fallback, "LONGEST_ASKING", 1.5)
    with serving(Reply(completion(json.dumps(GOOD_QUESTION)), silence=60.0)) as server:
        hanging = FallbackExaminer(examiner(server.base_url, timeout=1.0), OfflineExaminer(), pauses=(0.0, 0.0, 0.0))
        assert (await hanging.ask(question_brief())).provenance.examiner == "offline"
        assert len(server.bodies) == 2, "the calls of one attempt"


def test_there_are_at_least_22_shapes_and_the_page_shows_them() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 22
    page = (Path(__file__).parents[4] / "docs" / "examiner.md").read_text(encoding="utf-8")
    assert "\n".join(table()) in page


class RateLimited:
    """A server that accepts some calls in each period and refuses the others with a 429."""

    def __init__(self, good: dict[str, Any], *, most: int, seconds: float) -> None:
        self._good, self._most, self._seconds = good, most, seconds
        self._lock, self._until, self._served = Lock(), 0.0, 0
        self.refused = 0

    def __call__(self, body: dict[str, Any]) -> Reply:
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                self._until, self._served = now + self._seconds, 0
            self._served += 1
            if self._served <= self._most:
                return Reply(completion(json.dumps(self._good)))
            self.refused += 1
            wait = round(1_000 * (self._until - now)) + 1
        return Reply({"error": {"message": "Slow down."}}, status=429, headers={"Retry-After-Ms": str(wait)})


@pytest.mark.parametrize("kind", CALLS)
async def test_a_storm_of_429s_loses_no_job_and_at_most_doubles_the_calls(kind: str) -> None:
    good, call = CALLS[kind]
    limited = RateLimited(good, most=3, seconds=0.25)
    with serving(limited) as server:
        shared = FallbackExaminer(examiner(server.base_url), OfflineExaminer())
        made = await asyncio.gather(*(call(shared) for _ in range(24)))
        assert limited.refused > 0, "there was a storm"
        assert {one.provenance.examiner for one in made} == {"model"}
        assert len(server.bodies) <= 2 * len(made)
