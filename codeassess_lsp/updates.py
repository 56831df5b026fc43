"""What leaves for the session: each message of ours is made here, checked as the server will check it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from codeassess_core.errors import DocumentTooBig
from codeassess_core.inbound import invalid_field
from codeassess_core.messages import (
    Activity,
    CodeUpdate,
    DeferQuestion,
    Document,
    Finish,
    ResponseSubmitted,
    Scalar,
    WireChange,
    WirePosition,
    WireRange,
)
from codeassess_core.model import MAX_DOCUMENT_BYTES, Cause

from .difference import difference
from .linetext import Change
from .outbox import Body
from .texts import OpenText

M = TypeVar("M", bound=BaseModel)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(code: str) -> str:
    """What neither UTF-8 nor a database can hold becomes the character that says so, as in JupyterLab."""
    return _UNSTORABLE.sub("\ufffd", code)


def code_update(text: OpenText, *, name: str, cause: str, before: str | None) -> Body:
    """The message that tells the session about a text; with `before`, the document's last text, also as a change.

    Raises:
        DocumentTooBig: over the server's limit.
    """
    data = text.code.encode()
    if len(data) > MAX_DOCUMENT_BYTES:
        raise DocumentTooBig(f"{name} has more than {MAX_DOCUMENT_BYTES} bytes and is not recorded.", document=name)
    update = CodeUpdate(
        message_type="code_update",
        code=text.code,
        document=Document(uri=name, version=max(0, text.version), language=text.language[:40]),
        cause=Cause(cause),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    change = difference(before, text.code) if before is not None else None
    delta = None
    if change is not None and len(change.text) < len(text.code) // 2:
        delta = _json(update.model_copy(update={"code": None, "changes": (_wire(change),)}))
    return Body(json=_json(update), delta=delta, document=name, typing=cause == "typing")


def _wire(change: Change) -> WireChange:
    start, end = change.start, change.end
    assert start is not None and end is not None
    span = WireRange(
        start=WirePosition(line=start.line, character=start.character),
        end=WirePosition(line=end.line, character=end.character),
    )
    return WireChange(text=change.text, range=span)


def response(question: str, text: str) -> Body:
    """Raises InvalidInput when the answer is too long or cannot be stored."""
    return _body(lambda: ResponseSubmitted(message_type="response_submitted", interaction_id=question, response=text))


def deferral(question: str) -> Body:
    return _body(lambda: DeferQuestion(message_type="defer_question", interaction_id=question))


def activity(kind: str, **detail: Scalar) -> Body:
    return _body(lambda: Activity(message_type="activity", kind=kind, detail=detail))


def finish() -> Body:
    return _body(lambda: Finish(message_type="finish"))


def _body(make: Callable[[], BaseModel]) -> Body:
    try:
        return Body(json=_json(make()))
    except ValidationError as problem:
        raise invalid_field(problem) from None


def _json(message: BaseModel) -> str:
    return message.model_dump_json(exclude_none=True)
