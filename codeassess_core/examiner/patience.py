"""An examiner that tries again, and knows who may stand in for it.

The understudy (the offline examiner) may write a question or a summary when the model
cannot, and says so in the provenance. It never evaluates in the model's place: an
answer that the model could not evaluate is a task for a person.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

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
T = TypeVar("T")

PAUSES = (0.0, 1.0, 5.0)
"""Seconds before each attempt."""


class PatientExaminer:
    """Wraps `examiner`: an unavailable one is asked again after a pause, a refusal stands at once."""

    def __init__(self, examiner: Examiner, understudy: Examiner, *, pauses: tuple[float, ...] = PAUSES) -> None:
        self.name = examiner.name
        self._examiner = examiner
        self._understudy = understudy
        self._pauses = pauses

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        try:
            return await self._patiently(lambda: self._examiner.ask(brief))
        except ExaminerError as problem:
            draft = await self._understudy.ask(brief)
            return replace(draft, provenance=_stood_in(draft.provenance, problem))

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        return await self._patiently(lambda: self._examiner.evaluate(brief))

    async def summarize(self, brief: ReportBrief) -> Narrative:
        try:
            return await self._patiently(lambda: self._examiner.summarize(brief))
        except ExaminerError as problem:
            narrative = await self._understudy.summarize(brief)
            return replace(narrative, provenance=_stood_in(narrative.provenance, problem))

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        problem: ExaminerError = ExaminerUnavailable()
        for pause in self._pauses:
            await asyncio.sleep(pause)
            try:
                return await attempt()
            except ExaminerRefused:
                raise
            except ExaminerUnavailable as again:
                problem = again
        raise problem


def _stood_in(provenance: Provenance, problem: ExaminerError) -> Provenance:
    log.warning("the offline examiner stands in: %s", problem.message)
    return replace(provenance, fallback_reason=problem.message)
