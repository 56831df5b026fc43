"""What REST gives, as pydantic models: the same ones that describe the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from codeassess_core.clock import isoformat
from codeassess_core.model import (
    AssessmentSession,
    AssessmentSpec,
    Interaction,
    SessionStatus,
    Snapshot,
    SnapshotInfo,
)
from codeassess_core.new_assessment import NewAssessment

T = TypeVar("T")


class AssessmentPart(BaseModel):
    """What a candidate may know of the assessment."""

    assessment_id: str
    version: int
    title: str
    instructions: str
    starter_code: str
    language: str
    time_limit: float | None

    @classmethod
    def of(cls, spec: AssessmentSpec) -> Self:
        return cls(
            assessment_id=spec.id, **{name: getattr(spec, name) for name in cls.model_fields if name != "assessment_id"}
        )


class Counts(BaseModel):
    """How much is recorded."""

    interactions: int
    snapshots: int
    questions: int


class SessionOut(BaseModel):
    """A session."""

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
    assessment: AssessmentPart | None = None

    @classmethod
    def of(cls, session: AssessmentSession, spec: AssessmentSpec | None = None) -> Self:
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
            assessment=AssessmentPart.of(spec) if spec else None,
        )


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


class AssessmentOut(NewAssessment):
    """An assessment as graders see it."""

    model_config = ConfigDict(strict=False)

    assessment_id: str
    version: int
    created_by: str
    created_at: str

    @classmethod
    def of(cls, spec: AssessmentSpec) -> Self:
        values = asdict(spec) | {"assessment_id": spec.id, "created_at": isoformat(spec.created_at)}
        return cls.model_validate({name: values[name] for name in cls.model_fields} | {"graders": list(spec.graders)})


class ReportStatus(BaseModel):
    """Where the report stands."""

    status: SessionStatus


class Health(BaseModel):
    """The state of each part, "ok" or a sentence, and of the whole."""

    status: str
    version: str
    mode: str
    examiner: str
    parts: dict[str, str]


class ErrorBody(BaseModel):
    """What was wrong: a stable code, a sentence, and particulars."""

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
