"""What the server sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from ...model import Question, SessionStatus, Slot, SlotKind

PROTOCOL_VERSION: Final = 1
FEATURES: Final = ("slots",)
"""The features of this server beyond protocol 1, as listed in `welcome`."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class WireSlot(_Out):
    """A part of a question with its own answer field; a choice has `options`. Right answers stay on the server."""

    id: str
    kind: SlotKind
    label: str
    options: list[str] | None = None


class QuestionMessage(_Out):
    """A question about the code just written. Lines are from 1, both ends included."""

    message_type: Literal["question"] = "question"
    interaction_id: str
    question: str
    kind: str
    document: str
    snapshot: int
    start_line: int
    end_line: int
    slots: list[WireSlot] | None = None


class SessionOutline(_Out):
    """What an editor shows of its session. Times in seconds; a deferred question counts as asked."""

    session_id: str
    status: SessionStatus
    language: str
    mode: str
    created_at: str
    questions_asked: int
    max_questions: int
    cool_down: float


class WriterInfo(_Out):
    """Who writes in the session: this connection (`you`), another one (`held`), or nobody."""

    you: bool
    held: bool
    client_id: str | None = None
    since: str | None = None


class Welcome(_Out):
    """The answer to hello, with the present state of the session."""

    message_type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL_VERSION
    session: SessionOutline
    acked_seq: int
    head_event_seq: int
    epoch: str
    limits: dict[str, int | float]
    server_time: str
    open_questions: list[QuestionMessage]
    writer: WriterInfo
    features: list[str] = list(FEATURES)


class WriterChanged(WriterInfo):
    """To a connection that reads: another connection writes now, or nobody does."""

    message_type: Literal["writer"] = "writer"


class Ack(_Out):
    """All messages up to `seq` are stored."""

    message_type: Literal["ack"] = "ack"
    seq: int


class Nack(_Out):
    """A message is missing: send again from `expected`."""

    message_type: Literal["nack"] = "nack"
    expected: int


class Resync(_Out):
    """The events after the last one that the client has seen cannot be replayed: read the state over REST."""

    message_type: Literal["resync"] = "resync"
    head_event_seq: int
    epoch: str


class EvaluationResult(_Out):
    """The evaluation of an answer, 0 to 10: `score` is an estimate between `score_min` and `score_max`.

    `needs_review`: the two ends differ, and a person has to decide. `score_text` is the score in words.
    """

    message_type: Literal["evaluation_result"] = "evaluation_result"
    interaction_id: str
    evaluation: str
    score: float
    needs_review: Literal[True] | None = None
    score_min: float
    score_max: float
    score_text: str


class EvaluationFailed(_Out):
    """An answer could not be evaluated; a person will do it."""

    message_type: Literal["evaluation_failed"] = "evaluation_failed"
    interaction_id: str
    reason: str


class ReportReady(_Out):
    """The report is stored."""

    message_type: Literal["report_ready"] = "report_ready"
    session_id: str


class SessionState(_Out):
    """The status of the session has changed. `questions_left`: in the closing round, including the open question."""

    message_type: Literal["session_state"] = "session_state"
    status: str
    questions_left: int | None = None


class ErrorMessage(_Out):
    """A message was refused. `ref` is its seq or interaction_id, when it had one."""

    message_type: Literal["error"] = "error"
    code: str
    message: str
    ref: str | int | None = None
    detail: dict[str, Any] | None = None


ServerMessage = (
    Welcome
    | WriterChanged
    | Ack
    | Nack
    | Resync
    | QuestionMessage
    | EvaluationResult
    | EvaluationFailed
    | ReportReady
    | SessionState
    | ErrorMessage
)


def _wire_slots(slots: Sequence[Slot]) -> list[WireSlot] | None:
    """The slots without right answers and without the reasons of options. None: no slots."""
    shown = [
        WireSlot(id=slot.id, kind=slot.kind, label=slot.label, options=[o.text for o in slot.options] or None)
        for slot in slots
    ]
    return shown or None


def question_message(question: Question) -> QuestionMessage:
    """The message of a question, without what a candidate may not see."""
    return QuestionMessage(
        interaction_id=question.id,
        question=question.text,
        kind=question.kind,
        document=question.region.document,
        snapshot=question.region.snapshot,
        start_line=question.region.start_line,
        end_line=question.region.end_line,
        slots=_wire_slots(question.slots),
    )


def dump(message: BaseModel) -> dict[str, Any]:
    """The message, or a part of one, as JSON values; fields that are None are left out."""
    return message.model_dump(mode="json", exclude_none=True)
