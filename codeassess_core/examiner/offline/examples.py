"""Arguments to run a function on, of the types that its code and its calls speak for. Pure.

Parameters have no declared type. Signs for the type are: methods, operators, literals that
the parameter is compared with, calls with literals in the file or the instructions,
annotations, and at last the usual type for such a name.
"""

from __future__ import annotations

import ast
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from ...documents import python_text
from .guesses import FLAG, NUMBER, NUMBERS, OTHER, TEXT, Value, types_of

_ORDINARY: Final[Mapping[str, Sequence[Sequence[Value]]]] = {
    # for each type and example: the value of the first, second, … parameter of this type
    NUMBER: (
        *((23, 4, 3, 2), (16, 3, 5, 2), (7, 2, 4, 3), (1, 6, 5, 2), (345, 2, 3, 1), (12, 5, 2, 4)),
        *((38, 6, 2, 5), (9, 4, 2, 1), (50, 8, 3, 2), (2, 5, 4, 3), (118, 3, 2, 4), (15, 6, 4, 2)),
    ),
    TEXT: (
        *(("planet", "net", "x"), ("Garden", "den", "b"), ("moon", "o", "c"), ("a", "b", "c")),
        *(("7", "77", "1"), ("tree!", "e!", "z"), ("banana", "an", "n"), ("Kite", "it", "k")),
        *(("level", "el", "v"), ("x", "y", "z"), ("42", "4", "2"), ("sun day", "un", "s")),
    ),
    NUMBERS: (
        *(([4, -1, 7, 2], [3, 5], [1]), ([3, 8, 5], [2, 6], [4]), ([6, 2], [1], [3])),
        *(([5, 5, 9, 1, 0], [8], [2]), ([2, 3, 1], [7, 2], [5]), ([9, -4, 6, 6], [1, 3], [2])),
        *(([1, 9, 4], [6, 2], [3]), ([8, 3, 3, 7], [5, 1], [2]), ([10, 5], [4], [6])),
        *(([0, 2, 6, 4, 1], [9], [3]), ([7, 1, 3], [2, 8], [5]), ([3, -2, 5, 5], [4, 1], [2])),
    ),
    FLAG: tuple((bool(n & 1), bool(n & 2)) for n in (1, 2, 0, 3, 1, 2, 2, 1, 3, 0, 2, 1)),
}
_EDGES: Final[Mapping[str, Sequence[Value]]] = {
    NUMBER: (0, -5, 1, 2.5),
    TEXT: ("", "b", "  "),
    NUMBERS: ([], [6], [3, 3]),
    FLAG: (),
}
_MOST_LIMITS: Final = 3
Arguments = tuple[Value, ...]


def ordinary(function: ast.FunctionDef, tree: ast.Module, instructions: str) -> tuple[Arguments, ...]:
    """Examples that the function is probably made for; calls in the file or the instructions come first."""
    names = [a.arg for a in function.args.args]
    if not names:
        return ((),)
    named = tuple(_calls(function, tree, instructions))
    types = _likely(function, named)
    if OTHER in types:
        return named
    limits = _limits(function)
    first = zlib.crc32(ast.dump(function).encode()) % len(_ORDINARY[NUMBER])
    made = [_made(types, (first + row) % len(_ORDINARY[NUMBER])) for row in range(len(_ORDINARY[NUMBER]))]
    at_limits = [_replaced(made[0], at, limit) for at, type_ in enumerate(types) if type_ == NUMBER for limit in limits]
    return _distinct(chain(named, made[:2], at_limits, made[2:]))


def edges(function: ast.FunctionDef, tree: ast.Module, instructions: str) -> tuple[Arguments, ...]:
    """Unusual examples: empty, one element, zero, negative, each with ordinary values for the other parameters."""
    if not function.args.args:
        return ()
    types = _likely(function, tuple(_calls(function, tree, instructions)))
    if OTHER in types:
        return ()
    plain = _made(types, 0)
    return _distinct(_replaced(plain, at, edge) for at, type_ in enumerate(types) for edge in _EDGES[type_])


def others(function: ast.FunctionDef, tree: ast.Module, instructions: str) -> tuple[Arguments, ...]:
    """Examples of the less likely types, when some sign speaks for them."""
    calls = tuple(_calls(function, tree, instructions))
    likely = _likely(function, calls)
    if OTHER in likely:
        return ()
    less_likely = (
        (at, type_)
        for at, arg in enumerate(function.args.args)
        for type_ in types_of(arg, function, [call[at] for call in calls])[1:]
    )
    return _distinct(_made((*likely[:at], t, *likely[at + 1 :]), 0) for at, t in less_likely if t != OTHER)


def _likely(function: ast.FunctionDef, calls: Sequence[Arguments]) -> tuple[str, ...]:
    return tuple(types_of(arg, function, [call[at] for call in calls])[0] for at, arg in enumerate(function.args.args))


def _made(types: Sequence[str], row: int) -> Arguments:
    taken: Counter[str] = Counter()
    values = []
    for type_ in types:
        given = _ORDINARY[type_][row]
        values.append(given[taken[type_] % len(given)])
        taken[type_] += 1
    return tuple(values)


def _replaced(arguments: Arguments, at: int, value: Value) -> Arguments:
    return (*arguments[:at], value, *arguments[at + 1 :])


def _distinct(examples: Iterator[Arguments] | chain[Arguments]) -> tuple[Arguments, ...]:
    return tuple({repr(example): example for example in examples}.values())


def _limits(function: ast.FunctionDef) -> list[int]:
    """Whole numbers that something is compared with, and their neighbours."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Compare):
            parts = (node.left, *node.comparators)
            found += [p.value for p in parts if isinstance(p, ast.Constant) and type(p.value) is int]
    limits = list(dict.fromkeys(found))[:_MOST_LIMITS]
    return [number + step for number in limits for step in (0, 1, -1)]


def _calls(function: ast.FunctionDef, tree: ast.Module, instructions: str) -> Iterator[Arguments]:
    """The calls of the function with literals, in the file, its docstring, the instructions."""
    named = re.compile(rf"\b{re.escape(function.name)}\([^()]*\)")
    spoken = f"{instructions}\n{ast.get_docstring(function) or ''}"
    shown = (_parsed(text) for text in named.findall(spoken))
    made = (node for part in tree.body if part is not function for node in ast.walk(part))
    for node in chain(shown, made):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name):
            continue
        try:
            given = tuple(ast.literal_eval(a) for a in node.args)
        except (ValueError, TypeError, SyntaxError, RecursionError):
            continue
        if len(given) == len(function.args.args) and not node.keywords:
            yield given


def _parsed(text: str) -> ast.expr | None:
    try:
        return python_text.parse_expression(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
