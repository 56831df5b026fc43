"""The slots of a question in a report: what was asked for, what was answered, and what is right."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from codeassess_core.answers.slots import how_found
from codeassess_core.model import Claim, Question, Slot, Verdict

from .part import Part, Text


class OptionPart(Part):
    """One answer that a choice offered, and why it is right or wrong."""

    text: Text
    reason: Text


class SlotPart(Part):
    """A part of a question whose answer code checks."""

    id: str
    kind: str
    label: Text
    options: list[OptionPart] = Field(default_factory=list)
    accepted: list[Text]
    """Every right answer."""
    found: Text
    """How the right answer was found, e.g. "found by running the code"."""
    weight: float
    """In points of the question's ten."""
    answer: Text | None = None
    """What the candidate stated: in the slot's own field, or in the words of the response."""
    right: bool | None = None
    """Null when nothing was answered, or code cannot tell."""


class ClaimPart(Part):
    """What the question takes to be true, found by running code; `code` null is the code that the question is about."""

    code: Text | None
    run: Text
    outcome: str
    value: Text
    slot: str | None
    line: int | None
    name: Text | None
    values: list[Text]


def slot_parts(question: Question) -> Iterator[SlotPart]:
    """The slots of a question, each with the answer that was given."""
    results = {c.slot: c for c in question.evaluation.criteria if c.slot} if question.evaluation else {}
    for slot in question.slots:
        result = results.get(slot.id)
        yield SlotPart(
            id=slot.id,
            kind=str(slot.kind),
            label=slot.label,
            options=[OptionPart(text=o.text, reason=o.reason) for o in slot.options],
            accepted=list(slot.right_answers),
            found=how_found(slot, question),
            weight=slot.weight,
            answer=_answer(slot, question) or (result.quote if result else None) or None,
            right=result.verdict is Verdict.MET if result and result.settled else None,
        )


def _answer(slot: Slot, question: Question) -> str:
    return question.slot_answers.get(slot.id, "").strip()


def claim_part(claim: Claim) -> ClaimPart:
    """One claim."""
    return ClaimPart(
        code=claim.code,
        run=claim.run,
        outcome=str(claim.outcome),
        value=claim.value,
        slot=claim.slot,
        line=claim.line,
        name=claim.name,
        values=list(claim.values),
    )
