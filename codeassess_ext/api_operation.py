"""What the OpenAPI document says of one operation."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One verb on one address."""

    verb: str
    path: str
    summary: str
    answer: type[BaseModel] | None = None
    status: int = 200
    body: type[BaseModel] | None = None
    body_needed: bool = False  #: also of a body without a required field
    query: type[BaseModel] | None = None
    errors: tuple[int, ...] = (400, 401, 403, 404)
    media_types: tuple[str, ...] = ()  #: of an answer that is not one of our JSON objects
    keyed: bool = False  #: does it accept an Idempotency-Key?
    again: int | None = None  #: the status when the same was done before
    conditional: str | None = None  #: the header of a condition that it accepts: If-Match or If-None-Match
