"""What is put into the record, and the receipt for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

import msgspec
from pydantic import BaseModel

from ..clock import new_id
from ..documents.edits import Edit, apply
from ..errors import CodeAssessError
from ..live.messages import Activity, DeferQuestion, Finish, ResponseSubmitted
from ..model import Cause, InteractionKind, ReviewVerdict


class CodeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One received code update: the whole code, or edits of the document's last text.

    Its `id` becomes the id of the interaction, however often storing it is tried.
    """

    session_id: str
    document: str
    code: str | None = None
    edits: tuple[Edit, ...] = ()
    sha256: str | None = None  #: of the text after the update, as the client computed it
    cause: Cause | None = None
    signals: bool = True  #: whether a paste is recorded as one
    language: str | None = None  #: of the document; None: the client named none
    client_seq: int | None = None
    received_at: datetime
    id: str = msgspec.field(default_factory=new_id)

    @property
    def characters(self) -> int:
        """The size of its texts."""
        return len(self.code or "") + sum(len(edit.text) for edit in self.edits)

    def text_after(self, before: str) -> str:
        """The document's text after the update; `before` is its last one.

        Raises:
            InvalidInput: an edit is not in the text.
        """
        return self.code if self.code is not None else apply(before, self.edits)


Action = ResponseSubmitted | DeferQuestion | Activity | Finish
M = TypeVar("M", bound=Action, covariant=True)

_KINDS: Final[Mapping[type[BaseModel], InteractionKind]] = {
    ResponseSubmitted: InteractionKind.RESPONSE_RECEIVED,
    DeferQuestion: InteractionKind.QUESTION_DEFERRED,
    Activity: InteractionKind.ACTIVITY,
    Finish: InteractionKind.FINISH,
}
_ENVELOPE: Final = frozenset({"message_type", "seq"})


@dataclass(frozen=True, slots=True)
class ClientAction(Generic[M]):
    """Any other message of a candidate. Two with the same `payload` are the same message.

    One that is not `recorded` only uses up its seq.
    """

    session_id: str
    message: M
    recorded: bool = True

    @property
    def client_seq(self) -> int | None:
        return self.message.seq

    @property
    def kind(self) -> InteractionKind:
        """The kind of the interaction that it becomes."""
        return _KINDS[type(self.message)]

    @property
    def payload(self) -> dict[str, Any]:
        """What its interaction stores; optional fields are left out when they are empty."""
        return {name: value for name, value in self.message if name not in _ENVELOPE and value not in ({}, False)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """A grader's decision about a score. `score` is set for an override, and only then.

    `seen` is the number of the newest review of this answer that the grader has seen; 0: none.
    """

    session_id: str
    question_id: str
    verdict: ReviewVerdict
    score: float | None
    reason: str | None
    reviewer: str
    seen: int = 0
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestEntry:
    """A candidate contests the score of an answer. `within`: for how long after the report they may."""

    session_id: str
    question_id: str
    reason: str
    within: timedelta


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The result of recording a message.

    `known`: it was stored before. `closing`: the session is in its closing round.
    """

    acked_seq: int
    snapshot: int | None = None
    known: bool = False
    closing: bool = False


Tell = Callable[[Receipt | CodeAssessError], None]
"""Called once with the outcome of recording: the receipt, or why there is none."""
