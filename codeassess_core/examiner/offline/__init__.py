"""The examiner that needs no key and no network: static analysis for questions, expected points for answers.

It stands in when no model is configured or reachable, and it says so: its judgement
of an answer is never more than "covers these of the expected points". Every evaluation
of its carries a flag that leaves the decision to a person, however sure it is.
"""

from __future__ import annotations

import asyncio

from ...ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief
from . import evaluation, narrative, questions
from .provenance import RULES_VERSION


class OfflineExaminer:
    """The `Examiner` port by rules alone: pure, deterministic, quick. Candidates' code is read, never run.

    It works in a thread: hostile code can take it half a second, and nobody else's update waits for that.
    """

    name = "offline"

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        """A question about the changed lines; raises `ExaminerUnavailable` when nothing is left to ask about."""
        return await asyncio.to_thread(questions.ask, brief)

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        """Which expected points the answer covers, each with the sentence that shows it."""
        return await asyncio.to_thread(evaluation.evaluate, brief)

    async def summarize(self, brief: ReportBrief) -> Narrative:
        """What the answers showed and left open."""
        return await asyncio.to_thread(narrative.summarize, brief)


__all__ = ["RULES_VERSION", "OfflineExaminer"]
