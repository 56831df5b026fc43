"""The input of REST as pydantic models: bodies and queries, and how they are read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from codeassess_core.errors import BadFrame, InvalidInput
from codeassess_core.exports import EXPORTS
from codeassess_core.live.messages import MAX_RESPONSE_CHARACTERS
from codeassess_core.live.validation import Text, invalid_field, read_json
from codeassess_core.model import InteractionKind, ReviewVerdict
from codeassess_core.new_assessment import Language
from codeassess_core.reports import EXPORTERS
from codeassess_core.scoring import MAX_SCORE

B = TypeVar("B", bound=BaseModel)

UUID_FIELD: Final = Field(json_schema_extra={"format": "uuid"})
DEFAULT_PAGE = 100
LARGEST_PAGE = 1_000


class NewSession(BaseModel):
    """The wanted session; every field is optional.

    `consent_sha256`: of the assessment's text to which the candidate has agreed (`GET /codeassess/consent`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    assessment_id: Text | None = None
    language: Language | None = None
    consent_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


def _true(agreed: bool) -> bool:
    if not agreed:
        raise ValueError("must be true: nothing is recorded of a refusal")
    return agreed


class Consent(BaseModel):
    """That the candidate agreed, and to which text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    agreed: Annotated[bool, AfterValidator(_true), Field(json_schema_extra={"const": True})]
    statement: Annotated[Text, Field(min_length=1, max_length=MAX_RESPONSE_CHARACTERS)]


class SignIn(BaseModel):
    """What somebody signs in with: a token, or an invitation's code."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    token: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    code: Annotated[Text, Field(min_length=1, max_length=2_000)] | None = None


_OVERRIDE_OR_CONFIRM: Final[dict[str, JsonValue]] = {
    "if": {"properties": {"verdict": {"const": ReviewVerdict.OVERRIDE.value}}},
    "then": {
        "required": ["score", "reason"],
        "properties": {"score": {"type": "number"}, "reason": {"type": "string"}},
    },
    "else": {"properties": {"score": {"type": "null"}}},
}
"""The rules of `NewReview` for `score` and `reason`, as JSON schema."""


class NewReview(BaseModel):
    """A grader's decision on the score of one answer: `score` and `reason` are needed to override it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, json_schema_extra=_OVERRIDE_OR_CONFIRM)

    question_id: Text
    verdict: Annotated[ReviewVerdict, Field(strict=False)]
    score: Annotated[float | None, Field(ge=0, le=MAX_SCORE, allow_inf_nan=False, validate_default=True)] = None
    reason: Annotated[
        Text | None, Field(max_length=4_000, validate_default=True, json_schema_extra={"pattern": r"\S"})
    ] = None
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """The `number` of the newest review of this answer that the grader knows; 0: of none."""

    @field_validator("score", "reason")
    @classmethod
    def _as_the_verdict_says(cls, value: float | str | None, info: ValidationInfo) -> float | str | None:
        verdict = info.data.get("verdict")
        if verdict is ReviewVerdict.OVERRIDE and value is None:
            raise ValueError("is needed to override")
        if verdict is ReviewVerdict.CONFIRM and info.field_name == "score" and value is not None:
            raise ValueError("is only for an override: what is confirmed is the examiner's")
        if isinstance(value, str) and not value.strip():
            raise ValueError("must say something, or be left out")
        return value


class NewContest(BaseModel):
    """The answer whose score the candidate contests, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    question_id: Text
    reason: Annotated[Text, Field(min_length=1, max_length=4_000, json_schema_extra={"pattern": r"\S"})]

    @field_validator("reason")
    @classmethod
    def _said(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("must say why")
        return value


class PageQuery(BaseModel):
    """Where a list begins and how long it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: Annotated[str | None, Field(json_schema_extra={"pattern": "^[0-9]{1,9}$"})] = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE


def _utc(moment: datetime) -> datetime:
    """The moment in UTC, as the stores compare it."""
    if moment.tzinfo is None:
        raise ValueError("needs a time zone, as in 2026-01-31T09:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("must be a time between the years 1 and 9999 in UTC") from problem


def _iso(text: str) -> str:
    """Refuse a number: it is not known from when it would count."""
    if not re.match("[0-9]{4}-", text):
        raise ValueError("must be a date and time as in 2026-01-31T09:00:00Z")
    return text


UtcMoment = Annotated[datetime, BeforeValidator(_iso), AfterValidator(_utc)]


class NewestFirstQuery(PageQuery):
    """Where a list by ids begins, the newest first."""

    cursor: Annotated[str | None, UUID_FIELD] = None


class AuditQuery(NewestFirstQuery):
    """Which lines of the audit are listed: of a session, by a person, of one action, since a time, only refusals."""

    session: Annotated[Text | None, UUID_FIELD] = None
    person: Annotated[Text | None, Field(max_length=200)] = None
    action: Annotated[Text | None, Field(max_length=60)] = None
    since: UtcMoment | None = None
    refused: bool = False


def _kinds(text: str) -> tuple[InteractionKind, ...]:
    """The kinds that `text` lists, separated by commas."""
    try:
        return tuple(InteractionKind(name.strip()) for name in text.split(","))
    except ValueError:
        raise ValueError(f"must be one or more of {', '.join(InteractionKind)}, separated by commas") from None


class InteractionsQuery(PageQuery):
    """Which interactions are listed; all kinds when none is named."""

    kind: Annotated[
        tuple[InteractionKind, ...],
        BeforeValidator(_kinds),
        Field(default_factory=tuple, json_schema_extra={"minItems": 1}),
    ]


Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportQuery(_Query):
    """Which version of a report is read, and in which format."""

    format: Annotated[str, Field(json_schema_extra={"enum": list(EXPORTERS)})] | None = None
    version: Version | None = None


def _export(name: str | None) -> str:
    if name not in EXPORTS:
        raise ValueError(f"must be one of {', '.join(EXPORTS)}")
    return name


class ExportQuery(_Query):
    """In which form a session is exported."""

    format: Annotated[str, BeforeValidator(_export), Field(json_schema_extra={"enum": list(EXPORTS)})]


class ConsentQuery(_Query):
    """Of which assessment; without it the one that the credential is for."""

    assessment_id: Annotated[Text | None, UUID_FIELD] = None


class AssessmentQuery(_Query):
    """Which version of an assessment is read."""

    version: Version | None = None


def checked_key(idempotency_key: str | None) -> str | None:
    """The header `Idempotency-Key` as it came.

    Raises:
        InvalidInput: it is empty or too long.
    """
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= 200:
        raise InvalidInput("The Idempotency-Key must have 1 to 200 characters.", field="Idempotency-Key")
    return idempotency_key


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


def read_query(model: type[B], query: dict[str, str]) -> B:
    """The query parameters as `model`.

    Raises:
        InvalidInput: with the parameter that is wrong.
    """
    try:
        return model.model_validate(query)
    except ValidationError as problem:
        raise invalid_field(problem) from None
