"""The JSON of a report, typed: what `build` writes and every format reads (docs/reports.md).

A stored report is never changed, so this schema only grows: a field that is added later
has a default, and no field changes its meaning without another `SCHEMA_VERSION`.
Times are ISO 8601 in UTC with milliseconds, scores run from 0 to 10, lines count from 1.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

from .characters import storable

SCHEMA_VERSION: Final = 1

Text = Annotated[str, BeforeValidator(storable)]
"""Text from people or models, made safe for every store: neither NUL nor lone surrogates."""


class Part(BaseModel):
    """A frozen piece of the body; fields of a newer version are ignored when read."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class SessionPart(Part):
    """Whose sitting it was, where and when."""

    id: str
    owner: Text
    """The candidate's principal name; no other field of the body holds it, and no model is told it."""
    status: str
    mode: str
    language: Text
    created_at: str
    ended_at: str | None
    duration_seconds: float
    """From the start to the end, or to the last recorded interaction while the session has no end."""


class AssessmentPart(Part):
    """The task."""

    id: str
    version: int
    title: Text


class OverallPart(Part):
    """The score of the session, computed by `scoring.overall`."""

    score: float | None
    """The mean over the evaluations that stand; null when none stands."""
    with_waiting: float | None
    """The mean that also counts the evaluations that wait for a person."""
    provisional: bool
    counted: int
    waiting: int
    failed: int
    reviewed: int = 0
    """Of the evaluations that are counted, those that a person decided on."""
    explanation: Text


class LinesPart(Part):
    """Both ends are included."""

    start: int
    end: int


class ExcerptPart(Part):
    """The code that a question is about, as it was then."""

    code: Text
    start_line: int


class SourcePart(Part):
    """Where a retrieved passage comes from. Its text stays out: it may be a rubric note or a graded example."""

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
    """The model that the tokens went to, where another one wrote the text."""
    samples: int | None = None
    """How often an evaluation was made, where the agreement is its confidence."""


class CriterionPart(Part):
    """The verdict on one criterion with its evidence and what it brought to the score."""

    criterion: Text
    verdict: str
    quote: Text
    verified: bool
    """Was the quote found, by code, in the answer or the code?"""
    reason: Text
    weight: float
    points: float
    max_points: float


class EvaluationPart(Part):
    """What an answer was worth, and why."""

    text: Text
    score: float
    max: float
    confidence: float
    """0 to 1."""
    needs_review: bool
    """The score is provisional: it waits for a person and is not in the overall score."""
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
    """The score that was confirmed, or the one that takes its place."""
    reason: Text | None
    reviewer: Text
    """The principal name of the grader."""
    created_at: str


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
    response: Text | None
    responded_at: str | None
    seconds_to_answer: float | None
    evaluation: EvaluationPart | None
    failure: Text | None
    reviews: list[ReviewPart] = []
    """Oldest first; the newest counts."""
    final_score: float | None = None
    """The score that counts: of the newest review, else of the evaluation; null while none counts."""


class TimelineEntry(Part):
    """One line of the story: one interaction or decision, or a run of alike ones."""

    at: str
    offset: float
    """Seconds since the start of the session."""
    until: str | None
    """When the last of a run happened; null for a single one."""
    seq: int | None
    """Place in the session's record, of the first one; null for a decision."""
    kind: str
    count: int
    text: Text
    interaction_id: str | None
    snapshot: int | None
    """The snapshot after the last of a run."""


class DocumentPart(Part):
    """The last snapshot of one document."""

    document: Text
    language: Text | None
    """Null when it is not known."""
    code: Text
    sha256: str
    snapshot: int


class ActivityPart(Part):
    """The sitting in numbers."""

    snapshots: int
    questions: int
    """Questions that reached the candidate."""
    answered: int
    active_seconds: float
    """Time between recorded actions of the candidate, of each gap at most a minute."""
    pastes: int
    """Updates that the editor called a paste: a hint, never part of a score."""


class TokensPart(Part):
    """Tokens over all model calls, those in vain included; null when there were none."""

    input: int | None
    output: int | None
    estimated: bool = False
    """A part is estimated, because the provider did not report it."""


class FallbackPart(Part):
    """Where the offline examiner stood in for the model, and why."""

    part: str
    reason: Text


class ProvenanceSummary(Part):
    """Everything that had a hand in the report, each named once."""

    examiners: list[Text]
    models: list[Text]
    versions: list[Text]
    prompt_sha256: list[str]
    tokens: TokensPart
    cost: float | None = None
    """In the unit of the operator's prices; null when no called model has one."""
    fallbacks: list[FallbackPart]
    server_version: str
    protocol: int


class ReportBody(Part):
    """The whole report."""

    schema_version: int
    session: SessionPart
    assessment: AssessmentPart | None
    integrity: str
    """"unverified" or "recorded by the service"."""
    integrity_reason: str
    overall: OverallPart
    summary: Text
    strengths: list[Text]
    concerns: list[Text]
    questions: list[QuestionPart]
    timeline: list[TimelineEntry]
    final_code: list[DocumentPart]
    activity: ActivityPart
    provenance: ProvenanceSummary
    generated_at: str
    notes: list[Text]
