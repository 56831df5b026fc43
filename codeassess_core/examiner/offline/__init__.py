"""The examiner without key and network: static analysis writes questions, expected points judge answers.

It is used when no model is configured or reachable, and its drafts say so. Its judgement of
an answer is never more than "covers these of the expected points". Each of its evaluations
has a flag that leaves the decision to a person, whatever the confidence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from ...errors import ExaminerUnavailable, WorkFailed
from ...ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief
from ...system.workers import Workers
from . import evaluation, narrative, questions
from .provenance import RULES_VERSION

LONG: Final = 20_000
"""Characters of code from which the analysis runs in another process (about 500 lines, 50 ms of analysis)."""

Brief = TypeVar("Brief")
Draft = TypeVar("Draft")


class OfflineExaminer:
    """The `Examiner` port by rules and runs: deterministic and quick. Candidates' code runs only in the sandbox.

    It works in a thread, and on long code in the worker process if there is one: hostile code can
    take seconds, and other candidates' updates must not wait for it.
    """

    name = "offline"

    def __init__(self, workers: Workers | None = None) -> None:
        self._workers = workers

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        """A question about the changed lines; raises `ExaminerUnavailable` when nothing is left to ask about."""
        return await self._made(questions.ask, brief, len(brief.code) + len(brief.previous))

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        """Which expected points the answer covers, each with the sentence that shows it."""
        return await self._made(evaluation.evaluate, brief, len(brief.code) + len(brief.answer))

    async def summarize(self, brief: ReportBrief) -> Narrative:
        """What the answers showed and what they left open."""
        return await self._made(narrative.summarize, brief, len(brief.final_code))

    async def _made(self, make: Callable[[Brief], Draft], brief: Brief, size: int) -> Draft:
        try:
            if self._workers is None or size < LONG:
                return await asyncio.to_thread(make, brief)
            return await self._workers.run(make, brief)
        except WorkFailed as problem:
            raise ExaminerUnavailable(problem.message) from problem
        except (
            MemoryError,
            RecursionError,
        ) as problem:  # Python's parser raises them for code that is nested too deeply
            raise ExaminerUnavailable("The code cannot be read: it is nested too deeply.") from problem


__all__ = ["RULES_VERSION", "OfflineExaminer"]
