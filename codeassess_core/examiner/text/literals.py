"""Reads values as people type them: Python's literals, and similar text. Pure.

`[a, b]` is read as `['a', 'b']`, `dict(a=1)` as `{'a': 1}`, and ‘typographic’ quotes as plain
ones. Nothing is run.
"""

from __future__ import annotations

import ast
import math
import re
from typing import Any, Final

from ...documents import python_text

NO_VALUE: Final = object()
"""The value of a text that is no literal."""

_LONGEST: Final = 5_000  #: characters; a longer text is not read as a literal
_QUOTES: Final = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "−": "-"}
)
_NAMED: Final = {"true": True, "false": False, "none": None, "null": None, "inf": math.inf, "nan": math.nan}
_MADE: Final[dict[str, type]] = {"set": set, "list": list, "tuple": tuple, "frozenset": frozenset, "dict": dict}
_NUMBER: Final = re.compile(
    r"\d{1,3}(?:_\d{3})+(?!\d)|\d{1,3}(?:[,.'  \u202f]\d{3})+(?!\d)(?![.,]\d)|\d+(?:\.\d+)?[eE][-+]?\d+"
    r"|\d+\.\d+|(?<!\d,)\d+,\d+(?!,?\d)|\.\d+|\d+"
)
"""A number as people type it: in groups of three, with a decimal comma, in powers of ten."""


def literal(text: str) -> Any:
    """The value of a literal; `NO_VALUE` when the text is none."""
    if len(text) > _LONGEST:
        return NO_VALUE
    try:
        return _value(python_text.parse_expression(text.strip().translate(_QUOTES)), inside=False)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return NO_VALUE


def _value(node: ast.expr, *, inside: bool) -> Any:
    """Raises ValueError when it is no literal."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) if name.casefold() in _NAMED:
            return _NAMED[name.casefold()]
        case ast.Name(id=name) if inside:
            return name
        case ast.UnaryOp(
            op=ast.USub() | ast.UAdd() as sign, operand=ast.Constant(value=int() | float() | complex() as n)
        ):
            return -n if isinstance(sign, ast.USub) else n
        case ast.List(elts=items):
            return [_value(item, inside=True) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item, inside=True) for item in items)
        case ast.Set(elts=items):
            return {_value(item, inside=True) for item in items}
        case ast.Dict(keys=keys, values=values) if None not in keys:
            given = (_value(key, inside=True) for key in keys if key is not None)
            return dict(zip(given, (_value(value, inside=True) for value in values), strict=True))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _MADE:
            return _made(name, args, keywords)
    raise ValueError


def _made(name: str, args: list[ast.expr], keywords: list[ast.keyword]) -> Any:
    if name == "dict" and not args:
        return {word.arg: _value(word.value, inside=True) for word in keywords if word.arg is not None}
    given = [_value(arg, inside=True) for arg in args]
    if keywords or len(given) > 1 or isinstance(next(iter(given), []), str):
        raise ValueError
    return _MADE[name](*given)


def numbers(text: str) -> tuple[object, ...]:
    """The possible values of a typed number: `1.000` is 1 or 1000; `2,5` is 2.5, or 2 and 5."""
    sign = -1 if text.lstrip()[:1] in ("-", "−") else 1
    bare = text.lstrip("-−+ ")
    grouped = re.sub(r"[,.'_  \u202f]", "", bare)
    if re.fullmatch(r"\d{1,3}(?:[,.'_  \u202f]\d{3})+", bare):
        if re.fullmatch(r"\d+\.\d{3}", bare):
            return (sign * float(bare), sign * int(grouped))
        apart = Row(int(part) for part in re.split(r"[,  \u202f]", bare) if part.isdigit())
        return (sign * int(grouped), apart) if len(apart) > 1 and apart[0] else (sign * int(grouped),)
    if re.fullmatch(r"\d+,\d+", bare):
        whole, part = bare.split(",")
        return (sign * float(f"{whole}.{part}"), Row((sign * int(whole), int(part))))
    if bare.isdigit():
        return (sign * int(bare),) if len(bare) <= _MOST_DIGITS else ()
    return (sign * float(bare),)


_MOST_DIGITS: Final = 4_000  #: Python does not read longer ones


class Row(tuple[object, ...]):
    """Values one after the other, without brackets: a list, a tuple, lines of output, or a guess."""

    __slots__ = ()


def number_at(text: str, at: int) -> str:
    """The number that begins at this index; empty when there is none."""
    found = _NUMBER.match(text, at)
    return found[0] if found else ""
