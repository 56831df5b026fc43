"""The parts of a report's JSON that are about one question (`body` has the whole)."""

from __future__ import annotations

from pydantic import Field

from .part import Part, Text
from .slot_parts import ClaimPart, SlotPart


class LinesPart(Part):
    """Both ends are included."""

    start: int
    end: int


class ExcerptPart(Part):
    """The code that a question is about, as it was when it was asked."""

    code: Text
    start_line: int


class SourcePart(Part):
    """The source of a retrieved passage. Its text is left out: it may be a rubric note or a graded example."""

    source: Text
    score: float


class PlanPart(Part):
    """What code chose for a question before it was written (docs/examiner.md)."""

    kind: Text
    difficulty: str
    reason: Text
    follows: str | None = None
    """The interaction_id of the question whose answer this one follows up."""


class ProvenancePart(Part):
    """Who wrote one question, evaluation or summary (`model.Provenance`)."""

    examiner: Text
    model: Text
    version: Text
    prompt_sha256: str | None
    input_tokens: int | None
    output_tokens: int | None
    fallback_reason: Text | None
    plan: PlanPart | None = None
    """Of a question."""
    spent_on: Text | None = None
    """The model that used the tokens, when another one wrote the text."""
    samples: int | None = None
    """How many evaluations were made, when their agreement is the confidence."""


class CriterionPart(Part):
    """The verdict on one criterion, its evidence, and its points."""

    criterion: Text
    verdict: str
    quote: Text
    verified: bool
    """Did code find the quote in the answer or the code?"""
    reason: Text
    weight: float
    points: float
    max_points: float
    settled: bool = True
    """By code, by rules that confirm it, or by a person; if not, it is open, from 0 to `max_points`."""
    slot: str | None = None
    """The id of the slot that it is about."""


class EvaluationPart(Part):
    """The evaluation of one answer."""

    text: Text
    score: float
    """The estimate, between the two ends."""
    score_min: float
    score_max: float
    score_text: str
    """The score in words."""
    max: float
    confidence: float
    """0 to 1."""
    needs_review: bool
    """The ends of the interval differ: something is open until a person decides."""
    criteria: list[CriterionPart]
    flags: list[Text]
    evaluated_at: str
    provenance: ProvenancePart


class ReviewPart(Part):
    """A person's decision on the score of one answer; the examiner's evaluation stays as it is."""

    review_id: str
    number: int
    """From 1, in the session."""
    verdict: str
    """"confirm" or "override"."""
    score: float
    """The confirmed score, or the one that replaces it."""
    reason: Text | None
    reviewer: Text
    """The principal name of the grader."""
    created_at: str
    by_owner: bool = False
    """The candidate reviewed their own session: it counts for nothing."""


class ContestPart(Part):
    """The candidate contests the score of the answer."""

    contest_id: str
    reason: Text
    """The candidate's words."""
    created_at: str
    review: int | None = None
    """The number of the review that decided it; null while it waits."""


class QuestionPart(Part):
    """The evidence of one question."""

    number: int
    interaction_id: str
    status: str
    rule: Text
    kind: Text
    question: Text
    asked_at: str | None
    snapshot: int
    document: Text
    lines: LinesPart
    excerpt: ExcerptPart
    retrieved: list[SourcePart]
    provenance: ProvenancePart | None
    slots: list[SlotPart] = Field(default_factory=list)
    claims: list[ClaimPart] = Field(default_factory=list)
    response: Text | None
    responded_at: str | None
    seconds_to_answer: float | None
    evaluation: EvaluationPart | None
    failure: Text | None
    reviews: list[ReviewPart] = Field(default_factory=list)
    """Oldest first; the newest counts of those that are not the candidate's own."""
    contest: ContestPart | None = None
    final_score: float | None = None
    """Of the newest review, or of an evaluation in which nothing is open; otherwise null."""
    score_min: float | None = None
    """The ends of the score that counts: of the newest review, or of the evaluation; null without an answer."""
    score_max: float | None = None
    score_text: str | None = None
    """The score that counts, in words."""

    @property
    def decision(self) -> ReviewPart | None:
        """The review that counts; None: the examiner's score does."""
        return next((review for review in reversed(self.reviews) if not review.by_owner), None)
