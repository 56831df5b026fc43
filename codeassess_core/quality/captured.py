"""The worst judge there is, to measure the checks behind it: everything is perfect, and it is sure of it."""

from __future__ import annotations

from typing import Final

from .. import __version__
from ..errors import ExaminerRefused
from ..examiner.judgement import evaluation_draft
from ..examiner.schemas import CriterionReply, EvaluationReply
from ..model import Provenance
from ..ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief

CAPTURED: Final = "captured"
"""Its name where a model is asked for."""

_QUOTED: Final = 60  #: characters of the answer that it gives as evidence


class CapturedExaminer:
    """Full marks for every answer, with the answer's own words as evidence; what it says passes the real checks."""

    name = CAPTURED

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        """Everything is met."""
        criteria = [
            CriterionReply(criterion=c.name, quote=brief.answer[:_QUOTED], reason="Perfect.", verdict="met")
            for c in brief.rubric
        ]
        reply = EvaluationReply(criteria=criteria, text="Perfect.", confidence=1.0)
        provenance = Provenance(examiner="model", model=CAPTURED, version=__version__)
        return evaluation_draft(reply, provenance, brief=brief)

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        """Not its business. Raises ExaminerRefused."""
        raise ExaminerRefused("The captured judge asks no questions.")

    async def summarize(self, brief: ReportBrief) -> Narrative:
        """Not its business. Raises ExaminerRefused."""
        raise ExaminerRefused("The captured judge writes no reports.")
