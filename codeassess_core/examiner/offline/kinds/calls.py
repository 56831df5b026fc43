"""Questions about calls: well-known ones, and those of the candidate's own functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from .. import meaning
from ..meaning import alt
from ..scene import Scene, extent
from ..sketch import Idea, idea, point
from .known_functions import FUNCTIONS
from .known_methods import METHODS

_FUNCTIONS: Final = {row.name: row for row in FUNCTIONS}
_METHODS: Final = {row.name: row for row in METHODS}
_QUALIFIED: Final = frozenset({"sqrt", "randint"})  #: functions that are usually called as module.name


def known_call(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """A call that has a row."""
    match node.func:
        case ast.Name(id=name):
            row = _FUNCTIONS.get(name) if name not in _defined(scene) else None
        case ast.Attribute(attr=name):
            row = _METHODS.get(name) or (_FUNCTIONS[name] if name in _QUALIFIED else None)
        case _:
            return
    quote = scene.quote(node) or f"`{name}`"
    if row is not None:
        yield idea(extent(node), row.question.format(call=quote, line=node.lineno), row.expected)


def _defined(scene: Scene) -> frozenset[str]:
    """The functions that the document defines at its top level."""
    return frozenset(n.name for n in scene.tree.body if isinstance(n, ast.FunctionDef))


def own_call(node: ast.Call, scene: Scene) -> Iterator[Idea]:
    """A call of a function that the document defines: what goes in, what comes out?"""
    if not isinstance(node.func, ast.Name):
        return
    name = node.func.id
    target = next((n for n in scene.tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    quote, around = scene.quote(node), scene.function(node)
    if target is None or not node.args or not quote or around is target:
        return
    first = target.args.args[0].arg if target.args.args else ""
    returned = next((n.value for n in ast.walk(target) if isinstance(n, ast.Return) and n.value), None)
    words = meaning.words_for(returned) if returned is not None else meaning.NOTHING
    points = (
        point(
            f"`{first}` is {scene.quote(node.args[0]) or 'the first argument'} in this call.",
            (first.lower(), *meaning.literal_words(node.args[0])),
        ),
        point(f"It says what `{name}` makes of it.", words or alt("return | result | give back")),
    )
    text = (
        f"Walk through the call {quote} on line {node.lineno}: what does `{name}` receive, and what does it hand back?"
    )
    if first:
        yield idea(extent(node), text, points)
