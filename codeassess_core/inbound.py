"""What comes from outside, before it is believed: strict JSON, storable text, complaints that name the field.

The websocket (`messages.parse`) and REST share it, so that both refuse the same things in the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ValidationError

from .errors import BadFrame, InvalidInput

MAX_DEPTH: Final = 32
_MAX_DIGITS = 400
_MAX_SHOWN = 80


def _storable(text: str) -> str:
    """Refuse what Postgres cannot store and UTF-8 cannot say, on every database alike."""
    if "\0" in text:
        raise ValueError("must not contain NUL (U+0000)")
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise ValueError("must not contain a lone surrogate") from problem
    return text


Text = Annotated[str, AfterValidator(_storable)]


def read_json(text: str) -> Any:
    """JSON without what it only seems to allow: NaN, Infinity, depth over `MAX_DEPTH`, numbers of 400 digits.

    Raises:
        BadFrame: with what was wrong.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_int=_bounded_int)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as problem:
        raise BadFrame(f"Not JSON: {str(problem)[:120]}.") from None
    if _depth(value) > MAX_DEPTH:
        raise _too_deep()
    return value


def json_type(value: Any) -> str:
    """What JSON calls a value."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def invalid_field(problem: ValidationError, *, skip: int = 0) -> InvalidInput:
    """The first complaint of a pydantic error as ours, naming the field; `skip` leading parts are left out."""
    first = problem.errors(include_url=False, include_input=False)[0]
    field = _path(first["loc"][skip:])
    text = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        text = "is not a known field"
    elif first["type"] == "string_unicode":
        text = "must not contain a lone surrogate"
    return InvalidInput(f"{field}: {text[0].lower()}{text[1:]}.", field=field)


def _path(parts: Iterable[str | int]) -> str:
    """Where in a message, as `document.uri`. A name that a client made up is shown shortened and printable."""
    path = ".".join(str(part) for part in parts if part not in ("[key]", ""))
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path[:_MAX_SHOWN])
    return shown or "message"


def _too_deep() -> BadFrame:
    return BadFrame(f"JSON may be nested {MAX_DEPTH} deep.", limit=MAX_DEPTH)


def _refuse_constant(name: str) -> Any:
    raise BadFrame(f"{name} is not JSON; send a number or null.")


def _bounded_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise BadFrame(f"A number may have {_MAX_DIGITS} digits.", limit=_MAX_DIGITS)
    return int(digits)


def _depth(value: Any) -> int:
    """How deep lists and objects are nested, without recursion."""
    depth, level = 0, [value]
    while level:
        nested = [v for v in level if isinstance(v, dict | list)]
        depth += bool(nested)
        level = [item for v in nested for item in (v.values() if isinstance(v, dict) else v)]
    return depth
