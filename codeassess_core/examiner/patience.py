"""An examiner that tries again, and knows who may stand in for it.

The understudy (the offline examiner) may write a question or a summary when the model
cannot, and says so in the provenance. It never evaluates in the model's place: an
answer that the model could not evaluate is a task for a person.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from ..costs import Spending
from ..errors import ExaminerError, ExaminerRefused, ExaminerUnavailable
from ..model import Provenance
from ..ports import (
    EvaluationBrief,
    EvaluationDraft,
    Examiner,
    Narrative,
    QuestionBrief,
    QuestionDraft,
    ReportBrief,
)

log = logging.getLogger(__name__)
B = TypeVar("B", QuestionBrief, EvaluationBrief, ReportBrief)
D = TypeVar("D", QuestionDraft, EvaluationDraft, Narrative)

PAUSES = (0.0, 1.0, 5.0)
"""Seconds before each attempt."""

LONGEST_ASKING = 60.0
"""Seconds after which no further attempt at a question is made: meanwhile the candidate writes on, unasked."""


class PatientExaminer:
    """Wraps `examiner`: an unavailable one is asked again after a pause, a refusal stands at once."""

    def __init__(self, examiner: Examiner, understudy: Examiner, *, pauses: tuple[float, ...] = PAUSES) -> None:
        self.name = examiner.name
        self._examiner = examiner
        self._understudy = understudy
        self._pauses = pauses

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        try:
            return await self._patiently(self._examiner.ask, brief, longest=LONGEST_ASKING)
        except ExaminerError as problem:
            draft = await self._understudy.ask(brief)
            return replace(draft, provenance=_stood_in(draft.provenance, problem))

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        try:
            return await self._patiently(self._examiner.evaluate, brief)
        except ExaminerError as problem:
            log.warning("an answer is left to a person: %s", problem.message)
            raise

    async def summarize(self, brief: ReportBrief) -> Narrative:
        try:
            return await self._patiently(self._examiner.summarize, brief)
        except ExaminerError as problem:
            narrative = await self._understudy.summarize(brief)
            return replace(narrative, provenance=_stood_in(narrative.provenance, problem))

    async def _patiently(self, attempt: Callable[[B], Awaitable[D]], brief: B, *, longest: float = math.inf) -> D:
        """What the attempts in vain used is counted, with the draft or with the problem."""
        began = time.monotonic()
        problem: ExaminerError = ExaminerUnavailable()
        vain: Spending | None = None
        for pause in self._pauses:
            await asyncio.sleep(pause)
            try:
                draft = await attempt(replace(brief, allowance=brief.allowance.less(vain)))
                return replace(draft, provenance=vain.into(draft.provenance)) if vain else draft
            except ExaminerError as again:
                problem, vain = again, again.spent + vain if again.spent else vain
                if isinstance(again, ExaminerRefused) or time.monotonic() - began >= longest:
                    break
        problem.spent = vain
        raise problem


def _stood_in(provenance: Provenance, problem: ExaminerError) -> Provenance:
    log.warning("the offline examiner stands in: %s", problem.message)
    marked = replace(provenance, fallback_reason=problem.message)
    return problem.spent.into(marked) if problem.spent and problem.spent.tokens.total else marked
