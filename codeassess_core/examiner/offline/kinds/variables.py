"""Questions about names: what they hold, where their value comes from, where it is used."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from ...text import code_words
from ...text.tables import alt
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..possible_question import Idea, idea, point, span
from ..syntax import Function, extent, header, names, parameters

_MOST_USES = 4  #: lines that an answer has to name
_LOST = alt("lost | overwrite | overwritten | replace | gone | change | forget | shadow | new value | reassign")
_HIDDEN = alt("built-in | builtin | built in | hide | shadow | overwrite | override | replace | no longer | not call")


def never_started(node: ast.AugAssign, analysed: AnalysedCode) -> Iterator[Idea]:
    """A variable that is updated without a first value."""
    function = analysed.function(node)
    if function is None or not isinstance(node.target, ast.Name) or _bound_before(node, node, analysed):
        return
    nothing = ("nothing", "no value", *code_words.UNDEFINED, "not initialize", "not initialise", "not set")
    points = (
        point("Nothing: it was given no value before.", nothing),
        point("So Python raises an error.", (*code_words.ERROR, "unboundlocalerror", "nameerror")),
    )
    text = (
        f"What does `{node.target.id}` hold the very first time line {node.lineno} "
        f"runs{analysed.inside(node)}, and what follows?"
    )
    yield idea(extent(node), text, points)


def _bound_before(node: ast.AugAssign, limit: ast.stmt, analysed: AnalysedCode) -> bool:
    function = analysed.function(node)
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    given = {a.arg for a in parameters(function)} if function else set()
    start = function.lineno if function else 1
    earlier = (n for n in analysed.uses.get(name, ()) if start <= n.lineno < limit.lineno)
    return name in given or any(isinstance(n.ctx, ast.Store) for n in earlier)


def undefined(node: ast.Name, analysed: AnalysedCode) -> Iterator[Idea]:
    """A name that is read but bound nowhere in the document, all of which could be parsed."""
    if analysed.star or not isinstance(node.ctx, ast.Load) or node.id in analysed.bound:
        return
    if analysed.program is None or analysed.typed:  # a line that does not parse, or a magic, may define it
        return
    nothing = ("no value", "nothing", "never", *code_words.UNDEFINED, "missing", "not given", "nowhere")
    points = (
        point(f"`{node.id}` has no value: nothing defines it.", nothing),
        point("Python raises `NameError` when the line runs.", ("nameerror", "name error", *code_words.ERROR)),
    )
    text = f"Line {node.lineno} reads `{node.id}`. Where does its value come from, and what happens when the line runs?"
    yield idea(extent(node), text, points)


def shadowed(node: ast.Name | ast.arg, analysed: AnalysedCode) -> Iterator[Idea]:
    """The name of a built-in that gets another meaning."""
    name = node.id if isinstance(node, ast.Name) else node.arg
    stored = isinstance(node, ast.arg) or isinstance(node.ctx, ast.Store)
    if not stored or not hasattr(builtins, name) or name.startswith("_"):
        return
    later = (*code_words.ERROR, *alt("not callable | typeerror | variable instead | wrong | call | use"))
    points = (
        point(f"The built-in `{name}` can no longer be reached under its name there.", _HIDDEN),
        point("A later call of it would meet the new value and fail.", later),
    )
    text = f"What does the name `{name}`, as line {node.lineno} uses it, make impossible in the rest of this code?"
    yield idea(extent(node), text, points)


def reused(node: ast.For, analysed: AnalysedCode) -> Iterator[Idea]:
    """A loop variable that overwrites a parameter or the variable of an outer loop."""
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    function = analysed.function(node)
    outer = any(isinstance(a, ast.For) and names(a.target) == (name,) for a in analysed.above(node))
    given = isinstance(function, Function) and name in {a.arg for a in parameters(function)}
    if not name or not (outer or given):
        return
    last = alt("last | final | end of the loop | each pass | every pass | each iteration | next")
    points = (
        point(f"It is lost: the loop overwrites `{name}` with its own values.", _LOST),
        point("After it, the name holds the value of the last pass.", last),
    )
    text = (
        f"`{name}` had a value before the loop on {span(*header(node))} took the same name. What becomes of that value?"
    )
    yield idea(header(node), text, points)


def role(node: ast.Assign, analysed: AnalysedCode) -> Iterator[Idea]:
    """The lines that need the value of a variable (roles of variables, Sajaniemi 2002)."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=held) if code_words.spoken(held) and not analysed.repaired:
            around = analysed.function(node) or analysed.tree
            uses = [n for n in analysed.reads(name, around) if n.lineno != node.lineno]
            numbers = sorted({n.lineno for n in uses})
            if not 1 <= len(numbers) <= _MOST_USES or analysed.function(uses[0]) is not analysed.function(node):
                return
            statement = next(a for a in analysed.above(uses[-1]) if isinstance(a, ast.stmt))
            step = (f"line {numbers[-1]}", *code_words.words_for(statement), type(statement).__name__.lower())
            text = (
                f"Which other lines{analysed.inside(node)} read `{name}`, and what does line {numbers[-1]} do with it?"
            )
            if len(numbers) == 1:
                text = f"Which other line{analysed.inside(node)} reads `{name}` from line {node.lineno}, and what for?"
            slot = slot_making.lines(numbers, f"The lines that read {name}")
            fact = point(f"Line {numbers[-1]} works with `{name}`.", step)
            yield idea(extent(node), text, (fact,), slot=slot)
