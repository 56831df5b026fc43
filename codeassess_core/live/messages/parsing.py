"""Parses a frame into a message, and makes the error message for a refused frame."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError

from ...documents.renames import RENAMED
from ...errors import BadFrame, CodeAssessError, DocumentTooBig, InvalidInput, TooLarge, UnknownMessageType
from ...model import MAX_DOCUMENT_BYTES
from ..validation import invalid_field, json_type, read_json
from .inbound import CLIENT_MESSAGE_TYPES, MAX_URI_CHARACTERS, Activity, ClientMessage, CodeUpdate, Id, Seq
from .outbound import ErrorMessage

MAX_FRAME_BYTES: Final = 2_621_440

_CLIENT: TypeAdapter[ClientMessage] = TypeAdapter(Annotated[ClientMessage, Field(discriminator="message_type")])
_SEQ: TypeAdapter[int] = TypeAdapter(Seq)
_ID: TypeAdapter[str] = TypeAdapter(Id)


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
    # Count bytes only when the frame may be too long: a character has at most four bytes.
    if len(frame) > MAX_FRAME_BYTES // 4 and len(frame.encode(errors="replace")) > MAX_FRAME_BYTES:
        raise TooLarge(f"A frame may have {MAX_FRAME_BYTES} bytes.", limit=MAX_FRAME_BYTES)
    try:
        message = _CLIENT.validate_json(frame)
    except (ValidationError, UnicodeEncodeError):
        raise _explain(frame) from None
    if isinstance(message, CodeUpdate):
        _check_update(message)
    elif isinstance(message, Activity) and message.kind == RENAMED:
        _check_rename(message)
    return message


def _check_update(update: CodeUpdate) -> None:
    """Check what depends on more than one field."""
    if (update.code is None) == (update.changes is None):
        raise InvalidInput("code: send either code or changes.", field="code")
    if update.code is not None and len(update.code.encode()) > MAX_DOCUMENT_BYTES:
        raise DocumentTooBig(f"A document may have {MAX_DOCUMENT_BYTES} bytes of UTF-8.", limit=MAX_DOCUMENT_BYTES)


def _check_rename(activity: Activity) -> None:
    """Check both names of a rename."""
    for field in ("from", "to"):
        name = activity.detail.get(field)
        if not isinstance(name, str) or not 1 <= len(name) <= MAX_URI_CHARACTERS:
            raise InvalidInput(
                f"detail.{field}: must be a document's uri, 1 to {MAX_URI_CHARACTERS} characters.",
                field=f"detail.{field}",
            )
    if activity.detail["from"] == activity.detail["to"]:
        raise InvalidInput("detail.to: must be another name than detail.from.", field="detail.to")


def _explain(frame: str) -> InvalidInput:
    """The error for a refused frame. Only refused frames are parsed a second time here."""
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
    except ValidationError as told:  # of a parsed value pydantic can name the field, also for invalid Unicode
        return invalid_field(told, skip=1)
    return BadFrame("The frame is not valid Unicode text.")


def refusal(problem: CodeAssessError, frame: str | bytes = b"") -> ErrorMessage:
    """The error message for a client. `ref` is the seq, or else the interaction_id, of the frame, if readable.

    The `reason` from a driver of a store is only for the log.
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
