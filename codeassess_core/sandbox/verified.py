"""Names that were compared between Monty and CPython; everything else is unknown."""

from __future__ import annotations

import builtins
import importlib
import types
from functools import lru_cache
from typing import Final


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


BUILT_IN: Final = frozenset(dir(builtins))
SITE: Final = words("exit quit copyright credits license help")
VERIFIED: Final = (
    words(
        "abs all any bin bool chr dict divmod enumerate filter float frozenset hex int isinstance len list map max min "
        "oct ord pow print range repr reversed round set sorted str sum tuple type zip True False None __name__"
    )
    | {name for name in BUILT_IN if isinstance(getattr(builtins, name), type) and name.endswith("Error")}
    | words("Exception BaseException StopIteration KeyboardInterrupt SystemExit")
)
"""The builtins that were compared, and the exceptions."""

_OF_BUILT_IN: Final = (
    *(str, list, dict, tuple, set, frozenset, int, float, bool, range, type(None), bytes, bytearray, complex),
    *(types.FunctionType, types.BuiltinFunctionType, types.MethodType, BaseException, type, object, slice),
)
ATTRIBUTES: Final = frozenset(name for owner in _OF_BUILT_IN for name in dir(owner)) | words(
    "most_common elements subtract total appendleft popleft extendleft rotate maxlen default_factory"
)
"""Attributes of CPython's objects: such a name is run only when it was compared."""
METHODS: Final = words(
    "capitalize center count endswith expandtabs find format index isalnum isalpha isascii isdecimal isdigit "
    "isidentifier islower isnumeric isspace istitle isupper join ljust lower lstrip partition removeprefix "
    "removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip "
    "swapcase title upper zfill "
    "append clear copy extend insert pop remove reverse sort get items keys popitem setdefault update values "
    "add discard is_integer most_common appendleft popleft"
)
"""Methods that were compared, when called directly."""
CASE_METHODS: Final = words(
    "capitalize casefold isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle isupper lower swapcase "
    "title upper split strip isidentifier center"
)
DUNDERS: Final = words("__init__ __str__ __repr__ __eq__ __add__ __sub__ __mul__ __call__ __contains__")
"""Special methods of the candidate's classes that the sandbox calls as CPython does."""
MEMBERS: Final = {
    "math": words(
        "acos asin atan atan2 ceil comb copysign cos degrees dist e exp fabs factorial floor fmod fsum gcd hypot inf "
        "isclose isfinite isinf isnan isqrt lcm log log10 log2 modf nan perm pi pow prod radians sin sqrt tan tau trunc"
    ),
    "collections": words("Counter defaultdict deque"),
    "typing": words("Any Callable Dict Iterable List Optional Sequence Set Tuple Union"),
    "copy": words("copy deepcopy"),
    "string": words("ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits punctuation whitespace"),
}
"""Modules and their members that were compared."""


@lru_cache(maxsize=16)
def real_members(module: str) -> frozenset[str]:
    """The members of a module of CPython."""
    return frozenset(dir(importlib.import_module(module))) if module in MEMBERS else frozenset()
