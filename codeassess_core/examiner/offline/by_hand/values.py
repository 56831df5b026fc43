"""The values of worked-out code: plain Python objects, kept small, and the ways in which working out ends."""

from __future__ import annotations

import math
from collections.abc import Sized
from typing import Any, Final

Value = Any
"""A number, a text, None, a list, tuple, dict or range of such; a function or type that `known` lists; a module."""

LARGEST: Final = 10**15
LONGEST: Final = 200  #: characters of a text, elements of a list
_RANGE: Final = 500  #: elements of a range that anything but a loop may go through


class Unknown(Exception):
    """Something that is not worked out here."""


class Fails(Exception):
    """Python would raise this error on this line."""

    def __init__(self, error: str, line: int, why: str = "") -> None:
        super().__init__(error, line, why)
        self.error, self.line, self.why = error, line, why


class Endless(Exception):
    """A loop whose next pass begins exactly as an earlier one did."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def bounded(value: Value) -> Value:
    """The value itself; raises Unknown when it is too large for a head, or of a type that is not followed here."""
    match value:
        case None | bool() | range():
            return value
        case float() if not math.isfinite(value):
            raise Unknown
        case int() | float():
            if abs(value) > LARGEST:
                raise Unknown
        case str():
            if len(value) > LONGEST:
                raise Unknown
        case list() | tuple() | dict():
            _count(value)
        case complex() | set() | frozenset() | bytes():  # a set has no order that could be told
            raise Unknown
    return value


def _count(value: Value) -> None:
    """Raises Unknown for a structure of too many parts, in one another or in itself: showing it would take for ever."""
    waiting, parts = [value], 0
    while waiting:
        one = waiting.pop()
        inner = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list | tuple) else ()
        parts += 1
        if parts + len(waiting) + len(inner) > LONGEST + 1:
            raise Unknown
        waiting.extend(inner)


def walkable(value: Value) -> Value:
    """What a function may go through: a range without end is Unknown."""
    if isinstance(value, range) and len(value) > _RANGE:
        raise Unknown
    return value


def repeated(left: Value, right: Value) -> bool:
    """Is this a product of something that has a length, and would it be too long?"""
    parts = [part for part in (left, right) if isinstance(part, Sized)]
    times = next((part for part in (left, right) if isinstance(part, int)), 0)
    return bool(parts) and len(parts[0]) * times > LONGEST


def shown(value: Value) -> str:
    """The value as Python shows it; raises Unknown for what has no plain literal."""
    match value:
        case None | bool() | int() | float() | str():
            return repr(value)
        case list() | tuple() | dict():
            for part in value.values() if isinstance(value, dict) else value:
                shown(part)
            return repr(value)
    raise Unknown
