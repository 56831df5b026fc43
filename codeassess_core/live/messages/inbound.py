"""What a client sends: typed, bounded, and free of what a database would refuse (NUL, lone surrogates)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator

from ...documents.edits import Edit, Position
from ...model import MAIN_DOCUMENT, Cause
from ..validation import Text

MAX_RESPONSE_CHARACTERS: Final = 20_000
MAX_URI_CHARACTERS: Final = 1_000
MAX_SLOTS: Final = 20
MAX_SLOT_CHARACTERS: Final = 2_000


def _plain(value: Any, parse: Callable[[Any], Any]) -> Any:
    """One error message instead of one for each member of the union."""
    try:
        return parse(value)
    except ValidationError:
        raise ValueError("must be a text without NUL, a number up to 2^53, true, false or null") from None


_Number = Annotated[int | float, Field(ge=-(2**53), le=2**53, allow_inf_nan=False)]
Scalar = Annotated[
    Annotated[Text, Field(max_length=MAX_RESPONSE_CHARACTERS)] | bool | _Number | None, WrapValidator(_plain)
]
"""A value in the detail of an activity. Numbers are limited to those that all clients and databases read alike."""

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Seq = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Id = Annotated[Text, Field(min_length=1, max_length=64)]
SlotAnswer = Annotated[Text, Field(max_length=MAX_SLOT_CHARACTERS)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Document(_In):
    """The document of an update."""

    uri: Annotated[Text, Field(min_length=1, max_length=MAX_URI_CHARACTERS)] = MAIN_DOCUMENT
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    language: Annotated[Text, Field(max_length=40)] | None = None


class Hello(_In):
    """The first message of a client that speaks protocol 1. With `take` it becomes the writer in place of another."""

    message_type: Literal["hello"]
    protocol: Annotated[int, Field(ge=0, le=2**31 - 1)]
    client_id: Name
    last_event_seq: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    epoch: Id | None = None
    take: bool = False


class WirePosition(_In):
    """A position in a text, as in LSP: line from 0, character in UTF-16 code units from 0."""

    line: Annotated[int, Field(ge=0, le=2**31 - 1)]
    character: Annotated[int, Field(ge=0, le=2**31 - 1)]


class WireRange(_In):
    """The text between two positions."""

    start: WirePosition
    end: WirePosition


class WireChange(_In):
    """`text` replaces `range`, or the whole text when there is no range."""

    text: Text
    range: WireRange | None = None


class CodeUpdate(_In):
    """The candidate's code: whole (`code`), or as `changes` of the document's last text, applied in order.

    `sha256`, when sent, is the hash of the whole text after the update, in UTF-8.
    """

    message_type: Literal["code_update"]
    code: Text | None = None
    changes: Annotated[tuple[WireChange, ...], Field(min_length=1, max_length=1_000, strict=False)] | None = None
    seq: Seq | None = None
    document: Document = Document()
    cause: Annotated[Cause, Field(strict=False)] | None = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class ResponseSubmitted(_In):
    """The candidate's answer to an open question; `slots` has the answers to slots by their ids."""

    message_type: Literal["response_submitted"]
    interaction_id: Id
    response: Annotated[Text, Field(max_length=MAX_RESPONSE_CHARACTERS)]
    slots: Annotated[dict[Id, SlotAnswer], Field(max_length=MAX_SLOTS)] = {}
    seq: Seq | None = None


class DeferQuestion(_In):
    """Not now: the question ends without an answer and the cool-down begins."""

    message_type: Literal["defer_question"]
    interaction_id: Id
    seq: Seq | None = None


class Activity(_In):
    """An event in the editor besides editing: a run, a test result, a change of focus, an opened file."""

    message_type: Literal["activity"]
    kind: Name
    detail: Annotated[dict[Name, Scalar], Field(max_length=50)] = {}
    seq: Seq | None = None


class Finish(_In):
    """The candidate is done: finish the session and write the report.

    With `closing`, the questions that are missing to the assessment's `min_questions` are asked first.
    """

    message_type: Literal["finish"]
    closing: bool = False
    seq: Seq | None = None


ClientMessage = Hello | CodeUpdate | ResponseSubmitted | DeferQuestion | Activity | Finish
CLIENT_MESSAGE_TYPES: Final[tuple[str, ...]] = tuple(
    get_args(model.model_fields["message_type"].annotation)[0] for model in get_args(ClientMessage)
)


def edits_of(update: CodeUpdate) -> tuple[Edit, ...]:
    """The changes of an update as edits; empty when it has the whole code."""
    return tuple(
        Edit(text=change.text)
        if change.range is None
        else Edit(text=change.text, start=_position(change.range.start), end=_position(change.range.end))
        for change in update.changes or ()
    )


def _position(position: WirePosition) -> Position:
    return Position(position.line, position.character)
