"""Decides whether an answer gets a follow-up, and plans it. Pure.

A follow-up asks about the one thing that an answer left open. It comes at once, counts as
a question in budget and score, and never gets a follow-up itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..model import CriterionResult, Evaluation, ExpectedPoint, Plan, Question, Region, Verdict
from ..ports import Opening
from .planning import difficulty

RULE: Final = "follow_up"
"""The rule of a follow-up, in addition to those of docs/triggers.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A follow-up that may be asked: the present region, and the plan, which names the parent question."""

    region: Region
    plan: Plan


def left_open(question: Question, evaluation: Evaluation) -> CriterionResult | None:
    """The one criterion that the answer did not fully meet, when it met all others; else None.

    None for a flagged answer, which a person has to check.
    """
    if question.rule == RULE or evaluation.flags:
        return None
    missed = [result for result in evaluation.criteria if result.verdict is not Verdict.MET]
    alone = len(missed) == 1 and len(evaluation.criteria) > 1
    return missed[0] if alone and missed[0].slot is None else None


def plan_after(question: Question, evaluation: Evaluation, *, number: int, most: int) -> Plan:
    """The plan of a follow-up to `question`, which was number `number` of its session."""
    return Plan(
        kind=RULE,
        difficulty=difficulty(number, most),
        reason=f"The answer to question {number} left one of {len(evaluation.criteria)} points open.",
        follows=question.id,
    )


def opening(question: Question) -> Opening | None:
    """What the answer to the evaluated `question` left open; None: nothing, or more than one thing."""
    missed = left_open(question, question.evaluation) if question.evaluation else None
    if missed is None:
        return None
    return Opening(
        question=question.text,
        answer=question.response or "",
        missing=_point(missed, question.expected),
        expected=question.expected,
    )


def _point(missed: CriterionResult, expected: Sequence[ExpectedPoint]) -> ExpectedPoint:
    """The expected point that was the criterion; else one made from the criterion."""
    named = (point for point in expected if point.text == missed.criterion)
    return next(named, ExpectedPoint(text=missed.criterion, weight=missed.weight))
