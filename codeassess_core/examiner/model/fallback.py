"""An examiner that tries again, and falls back to the offline examiner.

The fallback may write a question or a summary when the model cannot, and the provenance
says so. It never evaluates in place of the model: an answer that the model could not
evaluate is left to a person.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from ...costs.budget import Spending
from ...errors import ExaminerError, ExaminerRefused, ExaminerUnavailable
from ...jobs.deadline import remaining
from ...model import Provenance
from ...ports import EvaluationBrief, EvaluationDraft, Examiner, Narrative, QuestionBrief, QuestionDraft, ReportBrief
from .breaker import GivenUp

log = logging.getLogger(__name__)
B = TypeVar("B", QuestionBrief, EvaluationBrief, ReportBrief)
D = TypeVar("D", QuestionDraft, EvaluationDraft, Narrative)

PAUSES = (0.0, 1.0, 5.0)
"""Seconds before each attempt."""

LONGEST_ASKING = 60.0
"""Seconds after which no further attempt at a question is made: meanwhile the candidate goes on coding."""


class FallbackExaminer:
    """Wraps `examiner`: after ExaminerUnavailable it is asked again after a pause, after a refusal it is not."""

    def __init__(self, examiner: Examiner, fallback: Examiner, *, pauses: tuple[float, ...] = PAUSES) -> None:
        self.name = examiner.name
        self._examiner = examiner
        self._fallback = fallback
        self._pauses = pauses

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        try:
            return await self._tried(self._examiner.ask, brief, longest=LONGEST_ASKING)
        except ExaminerError as problem:
            draft = await self._fallback.ask(brief)
            return replace(draft, provenance=_by_fallback(draft.provenance, problem))

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        try:
            return await self._tried(self._examiner.evaluate, brief)
        except ExaminerError as problem:
            log.warning("an answer is left to a person: %s", problem.for_the_log)
            raise

    async def summarize(self, brief: ReportBrief) -> Narrative:
        try:
            return await self._tried(self._examiner.summarize, brief)
        except ExaminerError as problem:
            narrative = await self._fallback.summarize(brief)
            return replace(narrative, provenance=_by_fallback(narrative.provenance, problem))

    async def _tried(self, attempt: Callable[[B], Awaitable[D]], brief: B, *, longest: float = math.inf) -> D:
        """Try up to once for each pause. Tokens of failed attempts are counted, in the draft or in the error."""
        began = time.monotonic()
        problem: ExaminerError = ExaminerUnavailable()
        vain: Spending | None = None
        for pause in self._pauses:
            if pause >= remaining():
                break
            await asyncio.sleep(pause)
            try:
                draft = await attempt(replace(brief, allowance=brief.allowance.less(vain)))
                return replace(draft, provenance=vain.into(draft.provenance)) if vain else draft
            except ExaminerError as again:
                problem, vain = again, again.spent + vain if again.spent else vain
                if isinstance(again, ExaminerRefused | GivenUp) or time.monotonic() - began >= longest:
                    break
        problem.spent = vain
        raise problem


def _by_fallback(provenance: Provenance, problem: ExaminerError) -> Provenance:
    log.warning("the offline examiner stands in: %s", problem.for_the_log)
    marked = replace(provenance, fallback_reason=problem.message)
    return problem.spent.into(marked) if problem.spent and problem.spent.tokens.total else marked
