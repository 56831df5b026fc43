"""What REST takes and gives, as pydantic models: the same ones that validate also describe the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, model_validator

from codeassess_core.clock import isoformat
from codeassess_core.errors import BadFrame, InvalidInput
from codeassess_core.messages import Text, invalid_field, read_json
from codeassess_core.model import (
    AssessmentSession,
    AssessmentSpec,
    Interaction,
    SessionStatus,
    Snapshot,
    SnapshotInfo,
    TriggerPolicy,
)

T = TypeVar("T")
B = TypeVar("B", bound=BaseModel)

DEFAULT_PAGE = 100
LARGEST_PAGE = 1_000

Language = Annotated[Text, Field(min_length=1, max_length=40)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class NewSession(_In):
    """What a session is to be about; everything may be left out."""

    assessment_id: Text | None = None
    language: Language | None = None


class CriterionIn(_In):
    """One line of a rubric."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    description: Annotated[Text, Field(min_length=1, max_length=2_000)]
    weight: Annotated[float, Field(gt=0, le=1_000)] = 1.0


class PolicyIn(_In):
    """Overrides of when to ask, in the units of the settings of the same names."""

    min_code_change_lines: Annotated[int, Field(ge=0)] | None = None
    min_time_between_interactions: Annotated[float, Field(ge=0)] | None = None
    cool_down: Annotated[float, Field(ge=0)] | None = None
    max_questions: Annotated[int, Field(ge=0, le=100)] | None = None


class NewAssessment(_In):
    """An assessment, or its next version."""

    title: Annotated[Text, Field(min_length=1, max_length=300)]
    instructions: Annotated[Text, Field(max_length=100_000)] = ""
    starter_code: Annotated[Text, Field(max_length=1_000_000)] = ""
    language: Language = "python"
    rubric: Annotated[list[CriterionIn], Field(max_length=30)] = []
    policy: PolicyIn = PolicyIn()
    time_limit: Annotated[float, Field(gt=0)] | None = None
    show_report: bool = False
    graders: Annotated[list[Annotated[Text, Field(min_length=1, max_length=200)]], Field(max_length=1_000)] = []

    @model_validator(mode="after")
    def _criteria_differ(self) -> Self:
        names = [criterion.name for criterion in self.rubric]
        if len(set(names)) != len(names):
            raise ValueError("the criteria of a rubric must have different names")
        return self


class PageQuery(BaseModel):
    """Where a list begins and how long it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE


class SessionsQuery(PageQuery):
    """Which sessions are listed."""

    status: SessionStatus | None = None
    candidate: Text | None = None
    assessment_id: Text | None = None
    created_after: datetime | None = None

    @model_validator(mode="after")
    def _aware(self) -> Self:
        if self.created_after is not None and self.created_after.tzinfo is None:
            raise ValueError("created_after needs a time zone, as in 2026-01-31T09:00:00Z")
        return self


class ReportQuery(BaseModel):
    """In which format a report is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str | None = None


class AssessmentQuery(BaseModel):
    """Which version of an assessment is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[int, Field(ge=1)] | None = None


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


def read_body(model: type[B], body: bytes) -> B:
    """The request's body as `model`; no body is an empty object.

    Raises:
        InvalidInput: with the field that is wrong. BadFrame: not a JSON object in UTF-8.
    """
    try:
        text = body.decode() if body else "{}"
    except UnicodeDecodeError as problem:
        raise BadFrame("The body is not UTF-8.") from problem
    value = read_json(text)
    if not isinstance(value, dict):
        raise BadFrame("The body must be a JSON object.")
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        raise invalid_field(problem) from None
    except UnicodeEncodeError as problem:  # a lone surrogate in a key
        raise InvalidInput("The body contains a lone surrogate.") from problem


def read_query(model: type[B], query: dict[str, str]) -> B:
    """The query parameters as `model`.

    Raises:
        InvalidInput: with the parameter that is wrong.
    """
    try:
        return model.model_validate(query)
    except ValidationError as problem:
        raise invalid_field(problem) from None


def policy_overrides(policy: PolicyIn) -> dict[str, float]:
    """Only what was set, under the names of `TriggerPolicy`."""
    overrides = policy.model_dump(exclude_none=True)
    assert overrides.keys() <= set(TriggerPolicy.__dataclass_fields__)
    return overrides
