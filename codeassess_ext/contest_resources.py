"""The answers of REST about contested scores, as pydantic models."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from codeassess_core.clock import isoformat
from codeassess_core.model import Contest, Review, ReviewVerdict


class ContestDecision(BaseModel):
    """The review that decided a contest. `reviewer` is told to whoever may read the report."""

    verdict: ReviewVerdict
    score: float
    reason: str | None
    decided_at: str
    reviewer: str | None


class ContestOut(BaseModel):
    """A contested score: why, and what was decided; null while it waits for a person."""

    contest_id: str
    question_id: str
    reason: str
    created_at: str
    decision: ContestDecision | None

    @classmethod
    def of(cls, contest: Contest, *, named: bool) -> Self:
        return cls(
            contest_id=contest.id,
            question_id=contest.question_id,
            reason=contest.reason,
            created_at=isoformat(contest.created_at),
            decision=_decision(contest.review, named=named) if contest.review else None,
        )


def _decision(review: Review, *, named: bool) -> ContestDecision:
    return ContestDecision(
        verdict=review.verdict,
        score=review.score,
        reason=review.reason,
        decided_at=isoformat(review.created_at),
        reviewer=review.reviewer if named else None,
    )


class ContestsOut(BaseModel):
    """The contests of a session, the oldest first; `until` is when the time for them ends, null: not possible now."""

    items: list[ContestOut]
    next: None = None
    until: str | None
