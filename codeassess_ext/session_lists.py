"""What is asked about many sessions, and what is answered of their groups."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from codeassess_core.live.validation import Text
from codeassess_core.model import Flag, SessionStatus
from codeassess_core.storage.session_lists import SessionColumn, SessionGroup

from .inputs import DEFAULT_PAGE, LARGEST_PAGE, UUID_FIELD, UtcMoment


def _flags(text: str) -> tuple[Flag, ...]:
    """The flags that `text` lists, separated by commas."""
    try:
        return tuple(Flag(name.strip()) for name in text.split(","))
    except ValueError:
        raise ValueError(f"must be one or more of {', '.join(Flag)}, separated by commas") from None


class GroupsQuery(BaseModel):
    """Which sessions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: SessionStatus | None = None
    candidate: Text | None = None
    assessment_id: Annotated[Text | None, UUID_FIELD] = None
    created_after: UtcMoment | None = None
    waiting: bool = False
    contested: bool = False
    flag: Annotated[
        tuple[Flag, ...], BeforeValidator(_flags), Field(default_factory=tuple, json_schema_extra={"minItems": 1})
    ]
    search: Annotated[Text, Field(min_length=1, max_length=200)] | None = None


class ResultsQuery(GroupsQuery):
    """Which sessions, and in which order; by default the order that puts first what one looks for."""

    group: Literal["assessment"] | None = None
    sort: SessionColumn = SessionColumn.STARTED
    order: Literal["asc", "desc"] | None = None


class SessionsQuery(ResultsQuery):
    """Which sessions are listed, and where the list begins."""

    cursor: Annotated[str | None, Field(max_length=2_000)] = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE


class SessionGroupOut(BaseModel):
    """The sessions of one assessment; without an id and a title: the open sessions. All numbers are of sessions."""

    assessment_id: str | None
    title: str | None
    sessions: int
    active: int
    waiting: int
    reviewed: int
    contested: int
    flagged: int

    @classmethod
    def of(cls, group: SessionGroup, title: str | None) -> Self:
        counts = ("sessions", "active", "waiting", "reviewed", "contested", "flagged")
        return cls(assessment_id=group.assessment_id, title=title, **{name: getattr(group, name) for name in counts})
