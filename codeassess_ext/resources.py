"""The answers of REST as pydantic models, which also describe the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, SerializeAsAny

from codeassess_core.answers.score_words import of_ten
from codeassess_core.clock import isoformat
from codeassess_core.model import (
    AssessmentSession,
    AssessmentSpec,
    Cause,
    Flag,
    Grading,
    Interaction,
    Moment,
    RecordedDecision,
    Review,
    ReviewVerdict,
    SessionStatus,
    Snapshot,
    SnapshotInfo,
    Step,
)

from .assessment_resources import AssessmentPart

T = TypeVar("T")


class Counts(BaseModel):
    """How many there are."""

    interactions: int
    snapshots: int
    questions: int


class GradingOut(BaseModel):
    """How far a session is graded; the four about the score and `provisional` are of the newest report version."""

    score: float | None
    score_min: float | None
    score_max: float | None
    score_text: str | None
    provisional: bool | None
    answered: int
    waiting_for_review: int
    contested: int
    reviewed_by_candidate: int
    flags: list[Flag]

    @classmethod
    def of(cls, grading: Grading) -> Self:
        low, high = grading.score_min, grading.score_max
        return cls(**asdict(grading), score_text=None if low is None or high is None else of_ten(low, high))


class ConsentOut(BaseModel):
    """What a candidate has to agree to before a session begins; `consent_sha256` is null where there is nothing."""

    assessment_id: str | None
    version: int | None
    title: str | None
    consent_text: str
    consent_sha256: str | None

    @classmethod
    def of(cls, spec: AssessmentSpec | None) -> Self:
        if spec is None:
            return cls(assessment_id=None, version=None, title=None, consent_text="", consent_sha256=None)
        return cls(
            assessment_id=spec.id,
            version=spec.version,
            title=spec.title,
            consent_text=spec.consent,
            consent_sha256=spec.consent_sha256,
        )


class SessionOut(BaseModel):
    """A session. `grading` is there for graders and operators only; `deadline` is the end of its time limit."""

    session_id: str
    status: SessionStatus
    created_at: str
    ended_at: str | None
    owner: str
    language: str
    mode: str
    assessment_id: str | None
    assessment_version: int | None
    acked_seq: int
    head_event_seq: int
    counts: Counts
    title: str | None = None
    grading: GradingOut | None = None
    assessment: AssessmentPart | None = None
    deadline: str | None = None

    @classmethod
    def of(
        cls,
        session: AssessmentSession,
        spec: AssessmentSpec | None = None,
        *,
        title: str | None = None,
        grading: Grading | None = None,
    ) -> Self:
        straight = (
            "status", "owner", "language", "mode", "assessment_id", "assessment_version", "acked_seq", "head_event_seq",
        )  # fmt: skip
        return cls(
            session_id=session.id,
            **{name: getattr(session, name) for name in straight},
            created_at=isoformat(session.created_at),
            ended_at=isoformat(session.ended_at) if session.ended_at else None,
            counts=Counts(
                interactions=session.interaction_count,
                snapshots=session.snapshot_count,
                questions=session.question_count,
            ),
            title=spec.title if spec else title,
            grading=GradingOut.of(grading) if grading else None,
            assessment=AssessmentPart.of(spec, time_limit=session.time_limit(spec)) if spec else None,
            deadline=_deadline(session, spec),
        )


def _deadline(session: AssessmentSession, spec: AssessmentSpec | None) -> str | None:
    limit = session.time_limit(spec)
    return None if limit is None else isoformat(session.created_at + timedelta(seconds=limit))


class InteractionOut(BaseModel):
    """One recorded thing; `payload` depends on the kind."""

    interaction_id: str
    seq: int
    kind: str
    client_seq: int | None
    created_at: str
    payload: dict[str, Any]

    @classmethod
    def of(cls, interaction: Interaction) -> Self:
        return cls(
            interaction_id=interaction.id,
            seq=interaction.seq,
            kind=interaction.kind,
            client_seq=interaction.client_seq,
            created_at=isoformat(interaction.created_at),
            payload=interaction.payload,
        )


class SnapshotInfoOut(BaseModel):
    """A snapshot without its code."""

    n: int
    seq: int | None
    document: str
    sha256: str
    bytes: int
    created_at: str
    language: str | None

    @classmethod
    def of(cls, snapshot: SnapshotInfo) -> Self:
        names = cls.model_fields.keys() - {"created_at"}
        return cls(**{n: getattr(snapshot, n) for n in names}, created_at=isoformat(snapshot.created_at))


class SnapshotOut(SnapshotInfoOut):
    """The candidate's code at one moment."""

    code: str

    @classmethod
    def of(cls, snapshot: SnapshotInfo) -> Self:
        assert isinstance(snapshot, Snapshot)
        return super().of(snapshot)


class StepOut(BaseModel):
    """A snapshot as an edit of the one before it of the same document (the first: of nothing).

    At `start`, `inserted` replaces `deleted` UTF-16 code units. `cause` is null for typing.
    """

    n: int
    seq: int | None
    document: str
    created_at: str
    start: int
    deleted: int
    inserted: str
    cause: Cause | None

    @classmethod
    def of(cls, step: Step) -> Self:
        names = cls.model_fields.keys() - {"created_at"}
        return cls(**{n: getattr(step, n) for n in names}, created_at=isoformat(step.created_at))


class ReviewOut(BaseModel):
    """A person's decision on the score of one answer; `score` is the score after it."""

    review_id: str
    number: int
    question_id: str
    verdict: ReviewVerdict
    score: float
    reason: str | None
    reviewer: str
    created_at: str
    by_owner: bool
    """The candidate reviewed their own session: it counts for nothing."""

    @classmethod
    def of(cls, review: Review) -> Self:
        names = cls.model_fields.keys() - {"review_id", "created_at"}
        values = {name: getattr(review, name) for name in names}
        return cls(review_id=review.id, created_at=isoformat(review.created_at), **values)


class DecisionOut(BaseModel):
    """A decision to ask or not, up to this snapshot. `number` counts the decisions of the session from 1."""

    number: int
    snapshot: int
    moment: Moment
    asked: bool
    rule: str
    reason: str
    changed_lines: int | None
    created_at: str
    question_id: str | None

    @classmethod
    def of(cls, recorded: RecordedDecision) -> Self:
        straight = ("asked", "rule", "reason", "changed_lines")
        return cls(
            number=recorded.number,
            snapshot=recorded.snapshot,
            moment=recorded.decision.moment,
            **{name: getattr(recorded.decision, name) for name in straight},
            created_at=isoformat(recorded.created_at),
            question_id=recorded.question_id,
        )


class TicketOut(BaseModel):
    """What opens the session's websocket once, until it runs out."""

    ticket: str
    expires_at: str


class ReportStatus(BaseModel):
    """The state of the session while its report is written."""

    status: SessionStatus


class Health(BaseModel):
    """The state of each part, "ok" or a sentence, and of the whole."""

    status: str
    version: str
    mode: str
    examiner: str
    parts: dict[str, str]


class ErrorBody(BaseModel):
    """What was wrong: a stable code, a sentence, and details."""

    code: str
    message: str
    detail: dict[str, Any] = {}


class Error(BaseModel):
    """Every error of the API."""

    error: ErrorBody


class Page(BaseModel, Generic[T]):
    """A part of a list; `next` is the cursor of the following one, null at the end."""

    items: list[SerializeAsAny[T]]
    next: str | None
