"""The replies of the operations, and how ids and cursors are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from codeassess_core.errors import InvalidInput, NotFound

from .reply import JSON as JSON
from .reply import Reply as Reply
from .resources import Page

V = TypeVar("V")
M = TypeVar("M", bound=BaseModel)


def as_json(model: BaseModel, *, status: int = 200, location: str | None = None) -> Reply:
    return Reply(body=model.model_dump_json(by_alias=True).encode(), status=status, location=location)


def page_of(items: Sequence[V], shown: Callable[[V], M], *, limit: int, cursor: Callable[[V], str]) -> Page[M]:
    """A page of items, with the cursor of the next page when there may be one."""
    following = cursor(items[-1]) if len(items) == limit else None
    return Page(items=[shown(item) for item in items], next=following)


def uuid(text: str, name: str) -> str:
    """`text` as a canonical UUID.

    Raises:
        InvalidInput: it is not one.
    """
    try:
        return str(UUID(text))
    except ValueError as problem:
        raise InvalidInput(f"{name} must be a UUID.", field=name) from problem


def uuid_or_missing(text: str, what: str) -> str:
    """`text` as a canonical UUID; what is not one gets the same answer as an id that does not exist."""
    try:
        return str(UUID(text))
    except ValueError as problem:
        raise NotFound(f"There is no such {what}.") from problem


def number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise InvalidInput("cursor must be the `next` of the page before.", field="cursor")
    return int(cursor)
