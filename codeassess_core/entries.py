"""What goes into the record, and what comes back once it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .model import Cause, InteractionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One code_update as it came in."""

    session_id: str
    document: str
    code: str
    cause: Cause | None
    client_seq: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Any other message of a candidate; `payload` is what makes two of them the same."""

    session_id: str
    kind: InteractionKind
    payload: dict[str, Any]
    client_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is stored once a message was recorded. `known`: it had been stored before."""

    acked_seq: int
    snapshot: int | None = None
    known: bool = False
