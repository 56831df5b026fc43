"""The answer of an operation. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, ready to be sent."""

    body: bytes
    status: int = 200
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    location: str | None = None  #: the address of what was created, below the base URL
