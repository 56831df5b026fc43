"""Questions about calls: well-known ones, and those of the candidate's own functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from .. import meaning
from ..meaning import alt
from ..scene import Scene, extent, name_of
from ..sketch import Idea, idea, point
from .known_functions import FUNCTIONS
from .known_methods import METHODS

_FUNCTIONS: Final = {row.name: row for row in FUNCTIONS}
_METHODS: Final = {row.name: row for row in METHODS}
_DATA: Final = frozenset(
    {"merge", "groupby", "dropna", "fillna", "apply", "sort_values", "drop", "read_csv", "mean", "reshape"}
)
_QUALIFIED: Final = frozenset({"sqrt", "randint"})  #: functions that are usually called as module.name


def known_call(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """A call that has a row, other than those on data."""
    if not _is_on_data(node):
        yield from _known(node, scene)


def data_call(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """A call that has a row and works on a table or an array."""
    if _is_on_data(node):
        yield from _known(node, scene)


def _is_on_data(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in _DATA


def _known(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    match node.func:
        case ast.Name(id=name):
            row = _FUNCTIONS.get(name) if name not in _defined(scene) else None
        case ast.Attribute(attr=name):
            row = _METHODS.get(name) or (_FUNCTIONS[name] if name in _QUALIFIED else None)
        case _:
            return
    quote = scene.quote(node) or f"`{name}`"
    if row is not None and row.suits(node):
        text = row.question.format(call=quote, line=node.lineno)
        yield idea(extent(node), text, row.expected, depth=None if scene.is_fresh(name) else 0)


def _defined(scene: Scene) -> frozenset[str]:
    """The functions that the document defines at its top level."""
    return frozenset(n.name for n in scene.tree.body if isinstance(n, ast.FunctionDef))


def own_call(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """A call of a function that the document defines: what comes of it?"""
    name, quote = name_of(node.func), scene.quote(node)
    target = next((n for n in scene.tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if target is None or not node.args or not quote or scene.function(node) is target:
        return
    returned = next((n.value for n in ast.walk(target) if isinstance(n, ast.Return) and n.value), None)
    words = meaning.spoken(returned) if returned is not None else meaning.NOTHING
    points = (
        point(f"It says what `{name}` makes of the argument.", words),
        point(
            "It goes through the lines that lead there.",
            alt("first | then | because | loop | condition | each | so | next"),
        ),
    )
    text = f"What does the call {quote} on line {node.lineno} hand back, and which steps of `{name}` lead to that?"
    yield idea(extent(node), text, points)
