"""The account of a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One immutable version of a session's report. `body` is its JSON (docs/protocol.md, reports)."""

    id: str
    session_id: str
    version: int
    created_at: datetime
    body: dict[str, Any]
