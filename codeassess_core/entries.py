"""What goes into the record, and what comes back once it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .edits import Edit, apply
from .model import Cause, InteractionKind, ReviewVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One code_update as it came in: the whole code, or edits to the document's last text."""

    session_id: str
    document: str
    code: str | None = None
    edits: tuple[Edit, ...] = ()
    sha256: str | None = None  #: of the text after the update, as the client has it
    cause: Cause | None = None
    client_seq: int | None = None
    received_at: datetime

    @property
    def characters(self) -> int:
        """How much text it carries."""
        return len(self.code or "") + sum(len(edit.text) for edit in self.edits)

    def text_after(self, before: str) -> str:
        """The document's text after the update; `before` is its last one.

        Raises:
            InvalidInput: an edit is not in the text.
        """
        return self.code if self.code is not None else apply(before, self.edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Any other message of a candidate; `payload` is what makes two of them the same."""

    session_id: str
    kind: InteractionKind
    payload: dict[str, Any]
    client_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """A grader's decision as it came in. `score` is there for an override, and only then."""

    session_id: str
    question_id: str
    verdict: ReviewVerdict
    score: float | None
    reason: str | None
    reviewer: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is stored once a message was recorded. `known`: it had been stored before."""

    acked_seq: int
    snapshot: int | None = None
    known: bool = False
