"""What becomes of a model's reply about an answer: a draft with the rubric's weights, and the flags of the checks.

The one place where a reply turns into an evaluation: sessions, measurements and the
judges of the tests all come through here. Pure.
"""

from __future__ import annotations

from ..model import Criterion, CriterionResult, Provenance, Verdict
from ..ports import EvaluationBrief, EvaluationDraft
from . import material
from .fencing import FLAG, speaks_to_examiner
from .schemas import CriterionReply, EvaluationReply
from .second_look import looked_again


def evaluation_draft(
    reply: EvaluationReply, provenance: Provenance, *, brief: EvaluationBrief, trusted: bool = False
) -> EvaluationDraft:
    """The verdicts in the order of the rubric, with its weights; `reply` has every criterion once (`checks`).

    No score: `scoring` computes that. `trusted`: how much of its praise must be confirmed (`second_look`).
    """
    given = {result.criterion: result for result in reply.criteria}
    draft = EvaluationDraft(
        text=reply.text,
        criteria=tuple(_result(criterion, given[criterion.name]) for criterion in brief.rubric),
        confidence=reply.confidence,
        provenance=provenance,
        flags=(FLAG,) if _steered(brief) else (),
    )
    return looked_again(draft, brief, trusted=trusted)


def _steered(brief: EvaluationBrief) -> bool:
    """Does anything that the model was shown of the candidate speak to it? Earlier answers are shown as well."""
    answer, code = material.shown(brief)
    shown = brief.history[-material.TURNS :]
    earlier = (material.clipped(turn.text, material.TURN_CHARS) for turn in shown if turn.role == "human")
    return speaks_to_examiner("\n\n".join((answer, *earlier)), material.without_numbers(code))


def _result(criterion: Criterion, given: CriterionReply) -> CriterionResult:
    return CriterionResult(
        criterion=criterion.name,
        verdict=Verdict(given.verdict),
        reason=given.reason,
        quote=material.without_numbers(given.quote),
        weight=criterion.weight,
    )
