"""Makes the evaluation of an answer from the examiner's verdicts and the question's slots. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from .. import scoring
from ..examiner.text.slot_reading import read_slot
from ..model import CriterionResult, Evaluation, Question, Verdict
from ..ports import EvaluationBrief, EvaluationDraft
from .feedback import evaluation_text
from .slots import slot_results

_NOTHING: Final = "Nothing was written about it."


def evaluation_of(draft: EvaluationDraft, brief: EvaluationBrief, question: Question, *, at: datetime) -> Evaluation:
    """The evaluation: quotes are looked up, slots are checked by code, score and interval are computed."""
    checked = slot_results(question, read_slot)
    free = scoring.verify(draft.criteria, brief.answer, brief.code)
    free = scoring.settle(free, confidence=draft.confidence, flags=draft.flags)
    if not (question.response or "").strip():
        free = tuple(map(_unsaid, free))
    scored = scoring.count(scoring.together(checked, free))
    return Evaluation(
        text=evaluation_text(draft, scored.criteria),
        score=scored.score,
        score_min=scored.score_min,
        score_max=scored.score_max,
        confidence=draft.confidence,
        criteria=scored.criteria,
        flags=draft.flags,
        provenance=draft.provenance,
        evaluated_at=at,
    )


def _unsaid(result: CriterionResult) -> CriterionResult:
    """The settled result of an empty answer, whatever the examiner said."""
    return replace(result, verdict=Verdict.NOT, reason=_NOTHING, quote="", verified=False, settled=True)
