"""Is an answer worth a follow-up, and which? Pure.

A follow-up gives another chance to say the one thing that an answer left open. It is
part of the same conversation: it comes at once, is a question of its own in the budget
and in the score, and is itself never followed up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .model import CriterionResult, Evaluation, ExpectedPoint, Plan, Question, Region, Verdict
from .planning import difficulty
from .ports import Opening

RULE: Final = "follow_up"
"""The rule of a follow-up, beside those of docs/triggers.md."""

HARMLESS: Final = frozenset({"judged_offline"})
"""Flags that say nothing against the answer; any other one is a matter for a person."""

SHOWN: Final = "You have most of it; one thing is still open."
"""What the candidate is told in place of the evaluation, which names what was missing. It stays in the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A follow-up that may be asked: where the code stands now, and the plan that names its parent."""

    region: Region
    plan: Plan


def left_open(question: Question, evaluation: Evaluation) -> CriterionResult | None:
    """The one criterion that the answer missed or met in part, when it met another; else there is nothing to follow."""
    if question.rule == RULE or not HARMLESS.issuperset(evaluation.flags):
        return None
    missed = [result for result in evaluation.criteria if result.verdict is not Verdict.MET]
    return missed[0] if len(missed) == 1 and len(evaluation.criteria) > 1 else None


def plan_after(question: Question, evaluation: Evaluation, *, number: int, most: int) -> Plan:
    """The plan of a follow-up to `question`, which was number `number` of its session."""
    return Plan(
        kind=RULE,
        difficulty=difficulty(number, most),
        reason=f"The answer to question {number} left one of {len(evaluation.criteria)} points open.",
        follows=question.id,
    )


def opening(question: Question) -> Opening | None:
    """What a follow-up to the evaluated `question` is to give another chance to say."""
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
    """The expected point itself where that was the criterion."""
    named = (point for point in expected if point.text == missed.criterion)
    return next(named, ExpectedPoint(text=missed.criterion, weight=missed.weight))
