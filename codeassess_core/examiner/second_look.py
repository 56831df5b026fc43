"""A second, independent look at a model's praise: do the rules find what the model says is there? Pure.

A weak model praises nearly everything, a captured one does what the answer tells it.
The offline rules know little, but they cannot be talked to. Where a model gives far
more than they find, nobody need be wrong, but a person should look.
"""

from __future__ import annotations

from typing import Final

from .. import scoring
from ..ports import EvaluationBrief, EvaluationDraft
from .offline import evaluation

FLAG: Final = "not_found_by_rules"
"""The flag of an evaluation whose praise the offline rules cannot confirm."""

FAR: Final = 3.0  #: points of ten by which a model may be above the rules
PRAISE: Final = 6.0  #: points of ten from which an evaluation is praise


def second_look(draft: EvaluationDraft, brief: EvaluationBrief) -> tuple[str, ...]:
    """The flag, when the draft praises and the rules find far less; nothing without expected points to look for."""
    praised = _score(draft, brief)
    if not brief.expected or praised < PRAISE:
        return ()
    return (FLAG,) if praised - _score(evaluation.evaluate(brief), brief) >= FAR else ()


def _score(draft: EvaluationDraft, brief: EvaluationBrief) -> float:
    return scoring.score(scoring.verify(draft.criteria, brief.answer, brief.code))
