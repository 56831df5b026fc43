"""The worst possible judge, which praises everything with full confidence: it measures the checks after a judge."""

from __future__ import annotations

from typing import Final

from .. import __version__
from ..errors import ExaminerRefused
from ..examiner.model.judgement import evaluation_draft
from ..examiner.model.schemas import CriterionReply, EvaluationReply
from ..model import Provenance
from ..ports import EvaluationBrief, EvaluationDraft, Narrative, QuestionBrief, QuestionDraft, ReportBrief

CAPTURED: Final = "captured"
"""Its name in place of a model."""

_QUOTED: Final = 60  #: characters of the answer that it quotes as evidence


class CapturedExaminer:
    """Full points for every answer, with the answer's own words as evidence; its replies pass the real checks."""

    name = CAPTURED

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        """Every criterion is met."""
        criteria = [
            CriterionReply(criterion=c.name, quote=brief.answer[:_QUOTED], reason="Perfect.", verdict="met")
            for c in brief.rubric
        ]
        reply = EvaluationReply(criteria=criteria, text="Perfect.", confidence=1.0)
        provenance = Provenance(examiner="model", model=CAPTURED, version=__version__)
        return evaluation_draft(reply, provenance, brief=brief)

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        """Raises ExaminerRefused: it only judges."""
        raise ExaminerRefused("The captured judge asks no questions.")

    async def summarize(self, brief: ReportBrief) -> Narrative:
        """Raises ExaminerRefused: it only judges."""
        raise ExaminerRefused("The captured judge writes no reports.")
