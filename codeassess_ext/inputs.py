"""What REST takes, as pydantic models: bodies and queries, and how they are read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from codeassess_core.errors import BadFrame
from codeassess_core.inbound import Text, invalid_field, read_json
from codeassess_core.model import SessionStatus
from codeassess_core.new_assessment import Language

B = TypeVar("B", bound=BaseModel)

DEFAULT_PAGE = 100
LARGEST_PAGE = 1_000


class NewSession(BaseModel):
    """What a session is to be about; everything may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    assessment_id: Text | None = None
    language: Language | None = None


class PageQuery(BaseModel):
    """Where a list begins and how long it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE


def _utc(moment: datetime) -> datetime:
    """Aware and in UTC: what the stores compare with."""
    if moment.tzinfo is None:
        raise ValueError("needs a time zone, as in 2026-01-31T09:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("must be a time between the years 1 and 9999 in UTC") from problem


class SessionsQuery(PageQuery):
    """Which sessions are listed."""

    status: SessionStatus | None = None
    candidate: Text | None = None
    assessment_id: Text | None = None
    created_after: Annotated[datetime, AfterValidator(_utc)] | None = None


class ReportQuery(BaseModel):
    """In which format a report is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str | None = None


class AssessmentQuery(BaseModel):
    """Which version of an assessment is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


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
