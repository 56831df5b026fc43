"""The functions, methods and modules that are followed: each does nothing but compute."""

from __future__ import annotations

import builtins
import math
import string
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..wording import bag
from .values import Passing, Unknown, Value, bounded, settled, walkable

_LARGEST_POWER: Final = 64


def _at_once(function: Callable[..., Any]) -> Callable[..., Passing]:
    """The same, its results at once."""
    return lambda *arguments: Passing(function(*arguments))


def _type(*arguments: Value) -> type:
    if len(arguments) != 1:
        raise Unknown
    return type(arguments[0])


def _factorial(number: Value) -> int:
    if isinstance(number, int) and number > 20:
        raise Unknown
    return math.factorial(number)


def _power(base: Value, exponent: Value, *modulus: Value) -> Value:
    if modulus or (isinstance(exponent, int | float) and abs(exponent) > _LARGEST_POWER):
        raise Unknown
    return base**exponent


def _rounded(number: Value, *digits: Value) -> Value:
    if any(isinstance(n, int) and abs(n) > _LARGEST_POWER for n in digits):  # Python works 10 to that power out
        raise Unknown
    return round(number, *digits)


TYPES: Final[Mapping[str, type]] = {t.__name__: t for t in (int, float, str, bool, list, tuple, dict)}
_BUILT_IN: Final = (len, abs, sum, min, max, sorted, ord, chr, divmod, any, all, isinstance, range)
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    **{f.__name__: f for f in _BUILT_IN},
    **TYPES,
    "type": _type,
    "pow": _power,
    "round": _rounded,
    "reversed": _at_once(reversed),
    "enumerate": _at_once(enumerate),
    "zip": _at_once(zip),
}
"""Those of the built-in ones; `print` is the run's own."""
BUILT_IN: Final = frozenset(dir(builtins))

_MATH: Final = bag("sqrt pow floor ceil fabs trunc degrees radians sin cos tan log log10 hypot gcd isqrt")
MODULES: Final[Mapping[str, Mapping[str, Value]]] = {
    "math": {
        **{name: getattr(math, name) for name in sorted(_MATH)},
        "factorial": _factorial,
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
_GOES_THROUGH: Final = bag("list tuple sum sorted min max any all enumerate zip dict join extend")
"""What takes a passing value for its elements."""
_FOLLOWED: Final = (*FUNCTIONS.values(), *(v for m in MODULES.values() for v in m.values() if callable(v)))


def call(function: Value, arguments: list[Value], options: Mapping[str, Value]) -> Value:
    """What a followed function gives; raises what Python raises, and Unknown for any other."""
    owner = getattr(function, "__self__", None)
    method = type(owner) in _METHODS and function.__name__ in _METHODS[type(owner)]
    if not method and not any(function is one for one in _FOLLOWED):
        raise Unknown
    if options and not (set(options) == {"reverse"} and (function is sorted or method)):
        raise Unknown
    taken = walkable if _name(function) in _GOES_THROUGH else _settled_and_walkable
    found = function(*map(taken, arguments), **options)
    return bounded(Passing(found) if type(found).__name__.startswith("dict_") else found)


def _name(function: Value) -> str:
    own = next((name for name, one in FUNCTIONS.items() if one is function), "")
    return own or str(function.__name__)


def _settled_and_walkable(value: Value) -> Value:
    return walkable(settled(value))
