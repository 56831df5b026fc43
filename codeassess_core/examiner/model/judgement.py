"""Turns a model's reply about an answer into a draft with the rubric's weights and the flags of the checks. Pure.

This is the only place where a reply becomes an evaluation: sessions, measurements and the
judges of the tests all use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from ... import scoring
from ...model import Criterion, CriterionResult, Provenance, Verdict
from ...ports import EvaluationBrief, EvaluationDraft
from ..text.injection import FLAG, speaks_to_examiner
from . import formatted, material
from .schemas import CriterionReply, EvaluationReply
from .second_look import PRAISE, with_second_look

AGAINST_RUN: Final = "against_what_running_found"
"""The flag of an evaluation that praises an answer with another result than running the code gives."""


class Against(Protocol):
    """What texts say about a call that a run of it contradicts; see `found.Found.against`."""

    def __call__(self, texts: Sequence[str], *, about: str = "") -> Sequence[str]: ...


def evaluation_draft(
    reply: EvaluationReply, provenance: Provenance, *, brief: EvaluationBrief, trusted: bool = False
) -> EvaluationDraft:
    """The verdicts in the order of the rubric, with its weights; `reply` has every criterion once (`checks`).

    There is no score: `scoring` computes it. `trusted`: how much of the praise must be confirmed
    (`second_look`).
    """
    given = {result.criterion: result for result in reply.criteria}
    draft = EvaluationDraft(
        text=reply.text,
        criteria=tuple(_result(criterion, given[criterion.name]) for criterion in brief.rubric),
        confidence=reply.confidence,
        provenance=provenance,
        flags=(FLAG,) if _steered(brief) else (),
    )
    return with_second_look(draft, brief, trusted=trusted)


def compared_with_runs(draft: EvaluationDraft, brief: EvaluationBrief, against: Against) -> EvaluationDraft:
    """The draft, flagged where the praised answer, or a reason, contradicts what running the code gives."""
    if scoring.score(scoring.verify(draft.criteria, brief.answer, brief.code)) < PRAISE:
        return draft
    reasons = [c.reason for c in draft.criteria if c.verdict is not Verdict.NOT]
    wrong = against([brief.answer], about=brief.question) or against(reasons)
    return replace(draft, flags=(*draft.flags, AGAINST_RUN)) if wrong else draft


def _steered(brief: EvaluationBrief) -> bool:
    """Does any text of the candidate that the model saw give it instructions? Earlier answers count too."""
    answer, code = material.shown(brief)
    shown = brief.history[-material.TURNS :]
    earlier = (formatted.clipped(turn.text, formatted.TURN_CHARS) for turn in shown if turn.role == "human")
    return speaks_to_examiner("\n\n".join((answer, *earlier)), formatted.without_numbers(code))


def _result(criterion: Criterion, given: CriterionReply) -> CriterionResult:
    return CriterionResult(
        criterion=criterion.name,
        verdict=Verdict(given.verdict),
        reason=given.reason,
        quote=formatted.without_numbers(given.quote),
        weight=criterion.weight,
    )
