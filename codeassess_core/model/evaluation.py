"""Evaluations of answers by an examiner, and reviews by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .provenance import Provenance


class Verdict(StrEnum):
    """How far an answer meets one criterion."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"


class ReviewVerdict(StrEnum):
    """What a person decides about an examiner's score."""

    CONFIRM = "confirm"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """The verdict on one criterion, with its evidence.

    `quote` is verbatim from the answer or the code; `verified`: code found it there. An unverified
    quote does not count (scoring.py).
    """

    criterion: str
    verdict: Verdict
    reason: str
    quote: str = ""
    weight: float = 1.0
    verified: bool = False
    settled: bool = False  #: by code, by rules that confirmed the verdict, or by a person; else it is open
    slot: str | None = None  #: the id of the slot that it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The evaluation of an answer.

    `score` is an estimate between `score_min`, the points of settled criteria, and `score_max`, which
    counts open criteria as met.
    """

    text: str
    score: float
    score_min: float
    score_max: float
    confidence: float  #: 0 to 1
    criteria: tuple[CriterionResult, ...]
    flags: tuple[str, ...] = ()
    provenance: Provenance
    evaluated_at: datetime

    @property
    def needs_review(self) -> bool:
        """True when something is open, so that a person has to decide."""
        return self.score_min != self.score_max


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's decision about the score of one response. Of several, the newest counts; none is overwritten."""

    id: str
    session_id: str
    question_id: str
    number: int  #: from 1, in the session
    verdict: ReviewVerdict
    score: float  #: 0 to 10: the confirmed or the new score
    reason: str | None
    reviewer: str  #: the grader's principal name
    created_at: datetime
    by_owner: bool = False  #: the candidate reviewed their own session: it is shown, and counts for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A candidate contests the score of an answer, once; a task for a grader until a review decides it."""

    id: str
    session_id: str
    question_id: str
    reason: str  #: the candidate's words
    created_at: datetime
    review: Review | None = None  #: that has decided it
