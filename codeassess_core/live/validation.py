"""Validation of input: strict JSON, storable text, errors that name the field.

The websocket (`messages.parse`) and REST share it, so that both refuse the same input with the same messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ValidationError

from ..errors import BadFrame, InvalidInput

MAX_DEPTH: Final = 32
_MAX_DIGITS = 400
_MAX_SHOWN = 80


def _storable(text: str) -> str:
    """Refuse NUL, which Postgres cannot store, and lone surrogates, on every database."""
    if "\0" in text:
        raise ValueError("must not contain NUL (U+0000)")
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise ValueError("must not contain a lone surrogate") from problem
    return text


Text = Annotated[str, AfterValidator(_storable)]


def read_json(text: str) -> Any:
    """The value of a JSON text; NaN, Infinity, nesting over `MAX_DEPTH` and numbers over 400 digits are refused.

    Raises:
        BadFrame: the message says what is wrong.
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
    """The JSON name of the type of a value, with its article."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def invalid_field(problem: ValidationError, *, skip: int = 0) -> InvalidInput:
    """The first error of pydantic as our own, with the field; `skip` leading parts of its path are left out."""
    first = problem.errors(include_url=False, include_input=False)[0]
    field = _path(first["loc"][skip:])
    text = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        text = "is not a known field"
    elif first["type"] == "string_unicode":
        text = "must not contain a lone surrogate"
    elif first["type"] == "too_long" and first["ctx"]["field_type"] == "Value":  # a text, which pydantic calls "Value"
        text = f"must have at most {first['ctx']['max_length']} characters, not {first['ctx']['actual_length']}"
    return InvalidInput(f"{field}: {text[0].lower()}{text[1:]}.", field=field)


def _path(parts: Iterable[str | int]) -> str:
    """The path of a field, as `document.uri`; names from the client are shortened and made printable."""
    path = ".".join(str(part) for part in parts if part not in ("[key]", ""))
    return printable(path) or "message"


def printable(text: str) -> str:
    """A text from outside, shortened, with unprintable characters escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:_MAX_SHOWN])


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
