"""The JSON of a report, typed: what `build` writes and every format reads (docs/reports.md).

A stored report never changes, so this schema only grows: a new field has a default, and no
field changes its meaning without a new `SCHEMA_VERSION`. Times are ISO 8601 in UTC with
milliseconds, scores are from 0 to 10, lines count from 1.
"""

from __future__ import annotations

from typing import Final

from pydantic import Field

from .part import Part, Text
from .question_parts import QuestionPart

SCHEMA_VERSION: Final = 2
"""2: every score is an interval, `overall.score` counts all answers (`stored_body` reads version 1)."""


class SessionPart(Part):
    """Whose session it was, where and when."""

    id: str
    owner: Text
    """The candidate's principal name. No other field has it, and no model is told it."""
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


class ConsentPart(Part):
    """That the candidate agreed to the assessment's text before the session began."""

    agreed_at: str
    version: int
    """Of the assessment."""
    sha256: str
    """Of the text, in UTF-8."""


class OverallPart(Part):
    """The score of the session, computed by `scoring.overall`: each number is the mean over its answers."""

    score: float | None
    """The estimate; null when no answer has one."""
    score_min: float | None
    """What is settled; null when nothing was answered."""
    score_max: float | None
    """What is settled and all that is open."""
    answers: int
    """Evaluated answers, and failed ones, which count from 0 to 10 until a person decides."""
    open: int
    """Answers whose score may still change."""
    provisional: bool
    """Is any answer open?"""
    failed: int
    """Answers without an evaluation."""
    reviewed: int = 0
    """Answers that a person decided on."""
    score_text: str
    """The score in words, e.g. "6 to 10 of 10: the answer waits for a person"."""
    explanation: Text


class TimelineEntry(Part):
    """One line of the timeline: an interaction or a decision, or a run of similar ones."""

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
    """The session in numbers."""

    snapshots: int
    questions: int
    """Questions that reached the candidate."""
    answered: int
    active_seconds: float
    """Time between recorded actions of the candidate, of each gap at most a minute."""
    pastes: int
    """Updates that the editor called a paste: a hint, never part of a score."""
    gaps: int = 0
    """How often a text changed while no client recorded it."""


class TokensPart(Part):
    """Tokens of all model calls, including failed ones; null when there were none."""

    input: int | None
    output: int | None
    estimated: bool = False
    """A part is estimated, because the provider did not report it."""


class FallbackPart(Part):
    """Where the offline examiner replaced the model, and why."""

    part: str
    reason: Text


class ProvenanceSummary(Part):
    """Everything that took part in the report, each named once."""

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


class AttemptPart(Part):
    """An earlier session of the same candidate and assessment."""

    session_id: str
    created_at: str
    status: str
    score: float | None
    """The estimate of its newest report; null when it has none."""


class ReportBody(Part):
    """The whole report."""

    schema_version: int
    session: SessionPart
    assessment: AssessmentPart | None
    integrity: str
    """"unverified" or "recorded by the service"."""
    integrity_reason: str
    consent: ConsentPart | None = None
    """Null where the assessment asks for none, or none is recorded."""
    overall: OverallPart
    summary: Text
    strengths: list[Text]
    concerns: list[Text]
    questions: list[QuestionPart]
    """Those that were asked, then those that could not be written."""
    attempts: list[AttemptPart] = Field(default_factory=list)
    """The earlier attempts that have an update, the first one first."""
    timeline: list[TimelineEntry]
    final_code: list[DocumentPart]
    activity: ActivityPart
    provenance: ProvenanceSummary
    generated_at: str
    notes: list[Text]
