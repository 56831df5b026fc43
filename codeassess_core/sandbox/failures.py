"""Decides whether an exception of the sandbox is the one that CPython raises. Pure.

The known differences: the sandbox evaluates the arguments of a call before it looks up the
function; it accepts only lists in `+=` of a list; and it has exceptions of its own.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .verified import MEMBERS, METHODS

_OF_SANDBOX: Final = frozenset(
    {"NotImplementedError", "ModuleNotFoundError", "ImportError", "PermissionError", "MemoryError", "TimeoutError"}
)
"""Exceptions that the sandbox raises by itself, unless the text has a `raise` there."""
_OF_LOOKING_UP: Final = frozenset({"NameError", "AttributeError"})
_INTERNAL: Final = ("Internal error", "slice(", "'slice(")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call or an exception is in the text: line and column from 1."""

    line: int
    column: int


def doubt(tree: ast.Module, error: str, says: str, places: Sequence[Place]) -> str:
    """Why this exception is not reported; empty when it is. `places` go from the outermost call to the exception."""
    line = places[-1].line if places else 0
    if error in _OF_SANDBOX and not _is_raised(tree, line):
        return f"the sandbox ended with {error}"
    if says.startswith(_INTERNAL) or (error == "RuntimeError" and not _is_raised(tree, line)):
        return "the sandbox ended with an exception of its own"
    if error == "OverflowError" and "float" not in says:
        return "a number is too large for the sandbox"
    if says.startswith("can only concatenate list") and any(_on(tree, line, ast.AugAssign)):
        return "the sandbox joins lists in its own way"
    return doubt_of_order(tree, tree, error, places)


def doubt_of_order(tree: ast.Module, part: ast.AST, error: str, places: Sequence[Place]) -> str:
    """Why the order of look-ups could matter; `part` is the text, or an expression evaluated after it."""
    calls = [node for node in ast.walk(part) if isinstance(node, ast.Call) and not _is_sure(node, tree)]
    matters = any(
        _is_among_arguments(call, place) or (error in _OF_LOOKING_UP and _does_something(call, place))
        for place in places
        for call in calls
    )
    return "the sandbox looks up what is called after its arguments" if matters else ""


def _is_raised(tree: ast.Module, line: int) -> bool:
    """Does the text itself raise something on this line?"""
    return any(True for _ in _on(tree, line, ast.Raise))


def _on(tree: ast.Module, line: int, sort: type[ast.stmt]) -> Iterable[ast.AST]:
    return (n for n in ast.walk(tree) if isinstance(n, sort) and n.lineno <= line <= (n.end_lineno or n.lineno))


def _is_sure(call: ast.Call, tree: ast.Module) -> bool:
    """Does the called object certainly exist, so that the order of its look-up does not matter?"""
    match call.func:
        case ast.Name(id=name):
            return hasattr(builtins, name) or any(_binds(node, name) for node in ast.walk(tree))
        case ast.Attribute(value=ast.Constant() | ast.JoinedStr(), attr=attr):
            return attr in METHODS
        case ast.Attribute(value=ast.Name(id=module), attr=attr) if module in MEMBERS:
            return attr in MEMBERS[module]
    return not call.args and not call.keywords


def _binds(node: ast.AST, name: str) -> bool:
    match node:
        case ast.FunctionDef(name=bound) | ast.ClassDef(name=bound) | ast.arg(arg=bound):
            return bound == name
        case ast.Name(id=bound, ctx=ast.Store()):
            return bound == name
        case ast.alias(name=bound, asname=other):
            return (other or bound) == name
    return False


def _is_among_arguments(call: ast.Call, place: Place) -> bool:
    parts = (*call.args, *(k.value for k in call.keywords))
    return any(_holds(part, place) for part in parts)


def _holds(node: ast.expr, place: Place) -> bool:
    begin, end = (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)
    return begin <= (place.line, place.column - 1) < end


def _does_something(call: ast.Call, place: Place) -> bool:
    """Do the arguments of a call at this place contain calls?"""
    if not call.lineno <= place.line <= (call.end_lineno or call.lineno):
        return False
    parts = (*call.args, *(k.value for k in call.keywords))
    return any(isinstance(n, ast.Call) for part in parts for n in ast.walk(part))
