"""Has answers evaluated as a session would: the examiner's verdicts, the score by `scoring`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import scoring
from ..errors import ExaminerError
from ..examiner.offline.evaluation import PROVISIONAL
from ..ports import Examiner
from .answers import GradedAnswer, brief_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one answer. A failed evaluation has neither score nor confidence."""

    provisional: float | None  #: 0…10, what a session would show
    confidence: float | None
    abstained: bool

    @property
    def score(self) -> float | None:
        """0…10; None when the examiner abstained or failed."""
        return None if self.abstained else self.provisional


async def judge(examiner: Examiner, row: GradedAnswer) -> Judged:
    """Evaluate one answer.

    It abstains where a session would wait for a person (`scoring.needs_review`), but for one
    reason: that the offline examiner's scores are provisional on principle.
    """
    brief = brief_of(row)
    try:
        draft = await examiner.evaluate(brief)
    except ExaminerError as problem:
        log.warning("an evaluation failed: %s", problem.message)
        return Judged(provisional=None, confidence=None, abstained=True)
    reasons = tuple(flag for flag in draft.flags if flag != PROVISIONAL)
    scored = scoring.scored(draft.criteria, brief.answer, brief.code, confidence=draft.confidence, flags=reasons)
    return Judged(provisional=scored.score, confidence=draft.confidence, abstained=scored.needs_review)


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
