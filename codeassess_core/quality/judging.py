"""Has answers evaluated as a session would: the examiner's verdicts, the score by `scoring`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import scoring
from ..errors import ExaminerError
from ..examiner.offline.evaluation import PROVISIONAL
from ..ports import EvaluationBrief, EvaluationDraft, Examiner
from .answers import GradedAnswer, brief_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one answer. A failed evaluation has neither score nor confidence."""

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
    """What a session would make of a draft.

    It abstains where a session would wait for a person (`scoring.needs_review`), but for one
    reason: that the offline examiner's scores are provisional on principle.
    """
    flags = tuple(flag for flag in draft.flags if flag != PROVISIONAL)
    scored = scoring.scored(draft.criteria, brief.answer, brief.code, confidence=draft.confidence, flags=flags)
    return Judged(provisional=scored.score, confidence=draft.confidence, abstained=scored.needs_review, flags=flags)


def failed(problem: ExaminerError) -> Judged:
    """An evaluation that could not be had: a task for a person, never a score."""
    log.warning("an evaluation failed: %s", problem.message)
    return Judged(provisional=None, confidence=None, abstained=True)


async def judge_all(
    examiner: Examiner, rows: Sequence[GradedAnswer], *, parallel: int, done: Callable[[], None]
) -> tuple[Judged, ...]:
    """Evaluate all, `parallel` at a time, in the order of the rows; `done` is called after each."""
    gate = asyncio.Semaphore(parallel)

    async def one(row: GradedAnswer) -> Judged:
        async with gate:
            judged = await judge(examiner, row)
        done()
        return judged

    return tuple(await asyncio.gather(*map(one, rows)))
