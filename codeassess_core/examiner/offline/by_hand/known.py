"""The functions, methods and modules that are followed: each does nothing but compute."""

from __future__ import annotations

import builtins
import math
import string
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..wording import bag
from .values import Unknown, Value, bounded, walkable


def _listed(function: Callable[..., Any]) -> Callable[..., list[Any]]:
    """The same, its results at once."""
    return lambda *arguments: list(function(*arguments))


def _type(*arguments: Value) -> type:
    if len(arguments) != 1:
        raise Unknown
    return type(arguments[0])


def _factorial(number: Value) -> int:
    if isinstance(number, int) and number > 20:
        raise Unknown
    return math.factorial(number)


def _power(*arguments: Value) -> Value:
    if len(arguments) != 2 or (isinstance(arguments[1], int | float) and abs(arguments[1]) > 64):
        raise Unknown
    return arguments[0] ** arguments[1]


def _round(*arguments: Value) -> Value:
    if len(arguments) == 2 and isinstance(arguments[1], int) and abs(arguments[1]) > 64:
        raise Unknown
    return round(*arguments)


TYPES: Final[Mapping[str, type]] = {t.__name__: t for t in (int, float, str, bool, list, tuple, dict)}
_BUILT_IN: Final = (len, abs, sum, min, max, sorted, ord, chr, divmod, any, all, isinstance, range)
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    **{f.__name__: f for f in _BUILT_IN},
    **TYPES,
    "type": _type,
    "pow": _power,
    "round": _round,
    "reversed": _listed(reversed),
    "enumerate": _listed(enumerate),
    "zip": _listed(zip),
}
"""Those of the built-in ones; `print` is the run's own."""
BUILT_IN: Final = frozenset(dir(builtins))

_MATH: Final = bag("sqrt floor ceil fabs trunc degrees radians sin cos tan log log10 hypot gcd isqrt")
MODULES: Final[Mapping[str, Mapping[str, Value]]] = {
    "math": {
        **{name: getattr(math, name) for name in sorted(_MATH)},
        "factorial": _factorial,
        "pow": _power,
        "pi": math.pi,
        "e": math.e,
    },
    "string": {name: value for name, value in vars(string).items() if isinstance(value, str) and name[0] != "_"},
}
"""Modules of which some members are followed."""
REAL: Final = {"math": math, "string": string}

_METHODS: Final[Mapping[type, frozenset[str]]] = {
    str: bag(
        "upper lower strip lstrip rstrip replace split join startswith endswith find rfind index count "
        "isdigit isalpha isalnum isupper islower isspace isnumeric capitalize title swapcase"
    ),
    list: bag("append extend insert remove pop index count reverse sort copy clear"),
    tuple: frozenset({"index", "count"}),
    dict: bag("get keys values items pop setdefault update"),
}
_FOLLOWED: Final = (*FUNCTIONS.values(), *(v for m in MODULES.values() for v in m.values() if callable(v)))


def call(function: Value, arguments: list[Value], options: Mapping[str, Value]) -> Value:
    """What a followed function gives; raises what Python raises, and Unknown for any other."""
    owner = getattr(function, "__self__", None)
    method = type(owner) in _METHODS and function.__name__ in _METHODS[type(owner)]
    if not method and not any(function is one for one in _FOLLOWED):
        raise Unknown
    if options and not (set(options) == {"reverse"} and (function is sorted or method)):
        raise Unknown
    found = function(*map(walkable, arguments), **options)
    return bounded(list(found) if type(found).__name__.startswith("dict_") else found)
