"""Every message on the websocket, in and out, and the door through which they come in.

`parse` is the only way from bytes to a message: what it returns is typed, bounded and
free of what a database would refuse (NUL, lone surrogates). The TypeScript types of
the clients and docs/protocol.md follow these classes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, WrapValidator

from .edits import Edit, Position
from .errors import BadFrame, CodeAssessError, DocumentTooBig, InvalidInput, TooLarge, UnknownMessageType
from .inbound import Text, invalid_field, json_type, read_json
from .model import MAIN_DOCUMENT, MAX_DOCUMENT_BYTES, Cause, SessionStatus

PROTOCOL_VERSION: Final = 1
MAX_FRAME_BYTES: Final = 2_621_440
MAX_RESPONSE_CHARACTERS: Final = 20_000


def _plain(value: Any, parse: Callable[[Any], Any]) -> Any:
    """One sentence instead of one complaint for each kind of value that it could have been."""
    try:
        return parse(value)
    except ValidationError:
        raise ValueError("must be a text without NUL, a number up to 2^53, true, false or null") from None


_Number = Annotated[int | float, Field(ge=-(2**53), le=2**53, allow_inf_nan=False)]
Scalar = Annotated[
    Annotated[Text, Field(max_length=MAX_RESPONSE_CHARACTERS)] | bool | _Number | None, WrapValidator(_plain)
]
"""A value that says something about an activity. Numbers are those that every client and database reads alike."""

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Seq = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Id = Annotated[Text, Field(min_length=1, max_length=64)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Document(_In):
    """Which text an update is about."""

    uri: Annotated[Text, Field(min_length=1, max_length=1_000)] = MAIN_DOCUMENT
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    language: Annotated[Text, Field(max_length=40)] | None = None


class Hello(_In):
    """The first message of a client that speaks protocol 1."""

    message_type: Literal["hello"]
    protocol: Annotated[int, Field(ge=0, le=2**31 - 1)]
    client_id: Name
    last_event_seq: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    epoch: Id | None = None


class WirePosition(_In):
    """A place in a text, as in LSP: line from 0, character in UTF-16 code units from 0."""

    line: Annotated[int, Field(ge=0, le=2**31 - 1)]
    character: Annotated[int, Field(ge=0, le=2**31 - 1)]


class WireRange(_In):
    """What lies between two places."""

    start: WirePosition
    end: WirePosition


class WireChange(_In):
    """`text` takes the place of `range`, or of everything when there is none."""

    text: Text
    range: WireRange | None = None


class CodeUpdate(_In):
    """The candidate's code: whole (`code`), or as `changes` to the document's last text, one after the other.

    `sha256`, when sent, is of the UTF-8 of the whole text after the update.
    """

    message_type: Literal["code_update"]
    code: Text | None = None
    changes: Annotated[tuple[WireChange, ...], Field(min_length=1, max_length=1_000, strict=False)] | None = None
    seq: Seq | None = None
    document: Document = Document()
    cause: Annotated[Cause, Field(strict=False)] | None = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class ResponseSubmitted(_In):
    """The candidate's answer to an open question."""

    message_type: Literal["response_submitted"]
    interaction_id: Id
    response: Annotated[Text, Field(max_length=MAX_RESPONSE_CHARACTERS)]
    seq: Seq | None = None


class DeferQuestion(_In):
    """ "Not now": the question is closed and the cool-down begins."""

    message_type: Literal["defer_question"]
    interaction_id: Id
    seq: Seq | None = None


class Activity(_In):
    """Something the editor saw besides text: a run, a test result, focus, a file opened."""

    message_type: Literal["activity"]
    kind: Name
    detail: Annotated[dict[Name, Scalar], Field(max_length=50)] = {}
    seq: Seq | None = None


class Finish(_In):
    """The candidate is done: the same as asking for the report."""

    message_type: Literal["finish"]
    seq: Seq | None = None


ClientMessage = Hello | CodeUpdate | ResponseSubmitted | DeferQuestion | Activity | Finish
_CLIENT: TypeAdapter[ClientMessage] = TypeAdapter(Annotated[ClientMessage, Field(discriminator="message_type")])
_SEQ: TypeAdapter[int] = TypeAdapter(Seq)
_ID: TypeAdapter[str] = TypeAdapter(Id)
CLIENT_MESSAGE_TYPES: Final = ("hello", "code_update", "response_submitted", "defer_question", "activity", "finish")


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


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


class SessionOutline(_Out):
    """What an editor shows of its session. Times in seconds; a question that was put off counts as asked."""

    session_id: str
    status: SessionStatus
    language: str
    mode: str
    created_at: str
    questions_asked: int
    max_questions: int
    cool_down: float


class Welcome(_Out):
    """The answer to hello: where the session stands."""

    message_type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL_VERSION
    session: SessionOutline
    acked_seq: int
    head_event_seq: int
    epoch: str
    limits: dict[str, int | float]
    server_time: str
    open_questions: list[QuestionMessage]


class Ack(_Out):
    """All messages up to `seq` are stored."""

    message_type: Literal["ack"] = "ack"
    seq: int


class Nack(_Out):
    """A message is missing: send again from `expected`."""

    message_type: Literal["nack"] = "nack"
    expected: int


class Resync(_Out):
    """Events cannot be replayed from where the client is: read the state over REST."""

    message_type: Literal["resync"] = "resync"
    head_event_seq: int
    epoch: str


class EvaluationResult(_Out):
    """What an answer was worth, 0 to 10. `needs_review`: provisional until a person decides."""

    message_type: Literal["evaluation_result"] = "evaluation_result"
    interaction_id: str
    evaluation: str
    score: float
    needs_review: Literal[True] | None = None


class EvaluationFailed(_Out):
    """An answer could not be evaluated; a person will."""

    message_type: Literal["evaluation_failed"] = "evaluation_failed"
    interaction_id: str
    reason: str


class ReportReady(_Out):
    """The report is stored."""

    message_type: Literal["report_ready"] = "report_ready"
    session_id: str


class SessionState(_Out):
    """The session moved on."""

    message_type: Literal["session_state"] = "session_state"
    status: str


class ErrorMessage(_Out):
    """A message was refused. `ref` is its seq or interaction_id, when it had one."""

    message_type: Literal["error"] = "error"
    code: str
    message: str
    ref: str | int | None = None
    detail: dict[str, Any] | None = None


ServerMessage = (
    Welcome
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


def edits_of(update: CodeUpdate) -> tuple[Edit, ...]:
    """The changes of an update as edits; none when it carries the whole code."""
    return tuple(
        Edit(text=change.text)
        if change.range is None
        else Edit(text=change.text, start=_position(change.range.start), end=_position(change.range.end))
        for change in update.changes or ()
    )


def _position(position: WirePosition) -> Position:
    return Position(position.line, position.character)


def dump(message: ServerMessage) -> dict[str, Any]:
    """The message as it goes over the wire; what is None is left out."""
    return message.model_dump(exclude_none=True)


def parse(frame: str | bytes) -> ClientMessage:
    """The message in a frame.

    Raises:
        BadFrame: not one JSON object in UTF-8 text; the message names what was wrong.
        UnknownMessageType: no such message_type, or none.
        TooLarge, DocumentTooBig: over `MAX_FRAME_BYTES` or `MAX_DOCUMENT_BYTES`.
        InvalidInput: a field is missing, unknown or has the wrong form; `detail.field` names it.
    """
    if isinstance(frame, bytes):
        raise BadFrame("Send text frames with JSON, not binary frames.")
    # Only a frame that could be too long is worth counting: a character is at most four bytes.
    if len(frame) > MAX_FRAME_BYTES // 4 and len(frame.encode(errors="replace")) > MAX_FRAME_BYTES:
        raise TooLarge(f"A frame may have {MAX_FRAME_BYTES} bytes.", limit=MAX_FRAME_BYTES)
    try:
        message = _CLIENT.validate_json(frame)
    except (ValidationError, UnicodeEncodeError):
        raise _explain(frame) from None
    if isinstance(message, CodeUpdate):
        _check_update(message)
    return message


def _check_update(update: CodeUpdate) -> None:
    """What no field can know of another."""
    if (update.code is None) == (update.changes is None):
        raise InvalidInput("code: send either code or changes.", field="code")
    if update.code is not None and len(update.code.encode()) > MAX_DOCUMENT_BYTES:
        raise DocumentTooBig(f"A document may have {MAX_DOCUMENT_BYTES} bytes of UTF-8.", limit=MAX_DOCUMENT_BYTES)


def _explain(frame: str) -> InvalidInput:
    """Say what is wrong with a frame that was refused. Slow is fine here: good frames never come by."""
    try:
        value = read_json(frame)
    except InvalidInput as known:
        return known
    if not isinstance(value, dict):
        return BadFrame(f"A message is a JSON object, not {json_type(value)}.")
    found = value.get("message_type")
    if found not in CLIENT_MESSAGE_TYPES:
        shown = f"There is no message_type {found!r:.80}" if "message_type" in value else "The message_type is missing"
        return UnknownMessageType(f"{shown}; it is one of {', '.join(CLIENT_MESSAGE_TYPES)}.", field="message_type")
    try:
        _CLIENT.validate_python(value)
    except ValidationError as told:  # of the parsed value it can name the field where the text was no Unicode
        return invalid_field(told, skip=1)
    return BadFrame("The frame is not valid Unicode text.")


def refusal(problem: CodeAssessError, frame: str | bytes = b"") -> ErrorMessage:
    """What a client is told. `ref` is the seq or else the interaction_id of the frame, where one can be read.

    What a driver said of a store that is away is for the log, not for a candidate.
    """
    detail = {name: value for name, value in problem.detail.items() if name != "reason"}
    return ErrorMessage(code=problem.code, message=problem.message, ref=_ref(frame), detail=detail or None)


def _ref(frame: str | bytes) -> str | int | None:
    if isinstance(frame, bytes) or len(frame) > MAX_FRAME_BYTES:
        return None
    try:
        value = read_json(frame)
    except InvalidInput:
        return None
    for wanted, name in ((_SEQ, "seq"), (_ID, "interaction_id")):
        try:
            return wanted.validate_python(value[name])
        except (ValidationError, LookupError, TypeError):
            continue
    return None
