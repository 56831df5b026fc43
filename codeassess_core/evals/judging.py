"""Has answers evaluated as in a session: verdicts by the examiner, the score by `scoring`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import scoring
from ..errors import ExaminerError
from ..ports import EvaluationBrief, EvaluationDraft, Examiner
from .answers import GradedAnswer, brief_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The outcome for one answer. A failed evaluation has neither score nor confidence."""

    provisional: float | None  #: 0…10, what a session would show
    confidence: float | None
    abstained: bool
    flags: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        """0…10; None when the examiner abstained or failed."""
        return None if self.abstained else self.provisional


async def judge(examiner: Examiner, row: GradedAnswer) -> Judged:
    """Evaluate one answer of the file."""
    brief = brief_of(row)
    try:
        return judged(await examiner.evaluate(brief), brief)
    except ExaminerError as problem:
        return failed(problem)


def judged(draft: EvaluationDraft, brief: EvaluationBrief) -> Judged:
    """What a session makes of a draft: it abstains where the session waits for a person."""
    scored = scoring.scored(draft.criteria, brief.answer, brief.code, confidence=draft.confidence, flags=draft.flags)
    return Judged(
        provisional=scored.score, confidence=draft.confidence, abstained=scored.needs_review, flags=draft.flags
    )


def failed(problem: ExaminerError) -> Judged:
    """A failed evaluation: a task for a person, never a score."""
    log.warning("an evaluation failed: %s", problem.for_the_log)
    return Judged(provisional=None, confidence=None, abstained=True)


async def judge_all(
    examiner: Examiner, rows: Sequence[GradedAnswer], *, parallel: int, done: Callable[[], None]
) -> tuple[Judged, ...]:
    """Evaluate all rows, `parallel` at a time, in their order; `done` is called after each."""
    gate = asyncio.Semaphore(parallel)

    async def one(row: GradedAnswer) -> Judged:
        async with gate:
            judged = await judge(examiner, row)
        done()
        return judged

    return tuple(await asyncio.gather(*map(one, rows)))
