"""The messages to the session, checked as the server will check them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from codeassess_core.errors import DocumentTooBig
from codeassess_core.live.messages import (
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
from codeassess_core.live.validation import invalid_field
from codeassess_core.model import MAX_DOCUMENT_BYTES, Cause

from ..editor.difference import difference
from ..editor.linetext import Change
from ..editor.texts import OpenText
from .outbox import Body

M = TypeVar("M", bound=BaseModel)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(code: str) -> str:
    """Replace what neither UTF-8 nor a database can hold by U+FFFD, as in JupyterLab."""
    return _UNSTORABLE.sub("\ufffd", code)


def code_update(text: OpenText, *, name: str, cause: str, before: str | None) -> Body:
    """The message about a text; with `before`, the document's last text, also as a change.

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


def response(question: str, text: str, slots: Mapping[str, str] | None = None) -> Body:
    """`slots`: what was put into the question's slots, by their ids.

    Raises:
        InvalidInput: the answer is too long or cannot be stored.
    """
    given = {"message_type": "response_submitted", "interaction_id": question, "response": text, "slots": slots or {}}
    return _body(lambda: ResponseSubmitted.model_validate(given))


def deferral(question: str) -> Body:
    return _body(lambda: DeferQuestion(message_type="defer_question", interaction_id=question))


def activity(kind: str, **detail: Scalar) -> Body:
    return _body(lambda: Activity(message_type="activity", kind=kind, detail=detail))


def finish(*, closing: bool) -> Body:
    """`closing`: begin the closing round first."""
    return _body(lambda: Finish(message_type="finish", closing=closing))


def _body(make: Callable[[], BaseModel]) -> Body:
    try:
        return Body(json=make().model_dump_json(exclude_defaults=True))
    except ValidationError as problem:
        raise invalid_field(problem) from None


def _json(message: BaseModel) -> str:
    return message.model_dump_json(exclude_none=True)
