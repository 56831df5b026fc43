"""Makes an instrumented copy of a text that records its steps: lines that ran, values of names after passes. Pure.

The copy is used only for this: its record counts when its value, exception and output equal
those of the text as typed (`monty`). Steps of the outermost call are recorded, or of the text
itself; those of functions that the call calls are not.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from ..documents import python_text
from .port import Outcome
from .verified import words

_MOST_NOTES: Final = 40  #: recorded passes; of a loop with more, none are reported
_MOST_NAMES: Final = 6  #: names of a loop that are recorded
PRELUDE: Final = """\
_ca_depth = [0]
_ca_lines = []
_ca_notes = []
_ca_counts = {}
_ca_starts = {}
_ca_open = {}
_ca_level = [0]
def _ca_begin():
    _ca_lines.clear()
    _ca_notes.clear()
    _ca_counts.clear()
    _ca_starts.clear()
    _ca_open.clear()
    _ca_level[0] = 1
def _ca_in():
    _ca_depth[0] += 1
def _ca_out():
    _ca_depth[0] -= 1
def _ca(line):
    if _ca_depth[0] == _ca_level[0] and len(_ca_lines) < 300:
        _ca_lines.append(line)
def _ca_loop(line):
    if _ca_depth[0] == _ca_level[0]:
        _ca_starts[line] = _ca_starts.get(line, 0) + 1
        _ca_open[line] = False
def _ca_pass(line, names):
    if _ca_depth[0] == _ca_level[0]:
        _ca_counts[line] = _ca_counts.get(line, 0) + 1
        if _ca_open.get(line):
            _ca_note(line, names)
        _ca_open[line] = True
def _ca_over(line, names):
    if _ca_depth[0] == _ca_level[0]:
        if _ca_open.get(line):
            _ca_note(line, names)
        _ca_open[line] = False
def _ca_note(line, names):
    if len(_ca_notes) < 40:
        row = {}
        for name, get in names:
            try:
                held = repr(get())
            except NameError:
                continue
            row[name] = held if len(held) < 200 else None
        _ca_notes.append((line, row))
"""
BEGUN: Final = "_ca_begin() or "
ASKED: Final = "repr((_ca_lines, _ca_notes, _ca_counts, _ca_starts))"
_BLOCKS: Final = ("body", "orelse", "finalbody")
_CHANGERS: Final = words(
    "append insert remove pop extend clear sort reverse add discard update setdefault appendleft popleft"
)


@dataclass(frozen=True, slots=True)
class Followed:
    """The record of the copy."""

    seen: tuple[str | None, str, str]
    lines: tuple[int, ...]
    notes: tuple[tuple[int, Mapping[str, str | None]], ...]
    counts: Mapping[int, int]
    starts: Mapping[int, int]


@lru_cache(maxsize=64)
def instrumented(tree: ast.Module) -> str | None:
    """The copy as text; None when it cannot be made."""
    try:
        made = _Watching().visit(copy.deepcopy(tree))
        return ast.unparse(ast.fix_missing_locations(made))
    except (RecursionError, ValueError):
        return None


def read(said: object, seen: tuple[str | None, str, str]) -> Followed | None:
    """The recorded steps; None when they do not have the expected form."""
    try:
        lines, notes, counts, starts = python_text.literal(str(said))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return Followed(seen, tuple(lines), tuple(notes), counts, starts)


def with_steps(outcome: Outcome, followed: Followed, tree: ast.Module) -> Outcome:
    """The outcome of the text as typed, with the steps of its copy.

    The line of an exception is reported only when both agree: it is in the statement that began last.
    """
    end = followed.lines[-1] if followed.lines else 0
    if outcome.error and not _stands_in(outcome.line, end, tree):
        if not _reads_it(outcome, end, tree):
            return replace(outcome, line=0)
        outcome = replace(outcome, line=end)
    returns = {n.lineno for n in ast.walk(tree) if isinstance(n, ast.Return)}
    once = {line for line, times in followed.starts.items() if times == 1}
    passes: dict[int, list[Mapping[str, str | None]]] = {}
    for line, names in followed.notes if len(followed.notes) < _MOST_NOTES else ():
        if line in once:
            passes.setdefault(line, []).append(names)
    return replace(
        outcome,
        followed=True,
        last=outcome.line or (end if end in returns else 0),
        lines=tuple(dict.fromkeys(followed.lines)),
        passes={line: _whole(rows) for line, rows in passes.items()},
        counts={line: followed.counts.get(line, 0) for line in once},
    )


def _stands_in(line: int, begun: int, tree: ast.Module) -> bool:
    """Is the line in the statement that begins at `begun`? Of a block, its header counts."""
    if not line and not begun:
        return True  # the call itself failed
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno == begun:
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            return begun <= line <= max(last, begun)
    return False


_NAMED: Final = re.compile(r"'(\w+)'")


def _reads_it(outcome: Outcome, begun: int, tree: ast.Module) -> bool:
    """Does the last statement that began read the unbound name, while the reported line does not?"""
    name = _NAMED.search(outcome.says)
    if outcome.error not in ("NameError", "UnboundLocalError") or name is None:
        return False
    there = {n.lineno for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name[1]}
    return begun in there and outcome.line not in there


def _whole(rows: list[Mapping[str, str | None]]) -> tuple[Mapping[str, str], ...]:
    """The passes with the names that were recorded in all of them."""
    names = [name for name in rows[0] if all(row.get(name) is not None for row in rows)]
    return tuple({name: row[name] or "" for name in names} for row in rows)


class _Watching(ast.NodeTransformer):
    """Adds the recording calls between the statements."""

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = self._watched(node.body)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(s) if isinstance(s, ast.FunctionDef) else s for s in node.body]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        body = self._watched(node.body)
        out = ast.Try(body=body, handlers=[], orelse=[], finalbody=[_told("_ca_out")])
        node.body = [_told("_ca_in"), out]
        return node

    def _watched(self, block: Iterable[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in block:
            found += self._steps(statement)
        return found

    def _steps(self, statement: ast.stmt) -> list[ast.stmt]:
        line = statement.lineno
        match statement:
            case ast.FunctionDef() | ast.ClassDef():
                return [self.visit(statement)]
            case ast.ImportFrom(module="__future__") | ast.Global() | ast.Nonlocal():
                return [statement]
            case ast.Expr(value=ast.Constant()):  # a docstring: nothing runs there
                return [statement]
            case ast.For() | ast.While():
                return [_told("_ca", line), _told("_ca_loop", line), self._loop(statement)]
        self._inside(statement)
        return [_told("_ca", line), statement]

    def _inside(self, statement: ast.stmt) -> None:
        for name in _BLOCKS:
            if isinstance(block := getattr(statement, name, None), list) and block:
                setattr(statement, name, self._watched(block))
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            part.body = self._watched(part.body)

    def _loop(self, loop: ast.For | ast.While) -> ast.stmt:
        names = _names(loop)
        self._inside(loop)
        loop.body = [_told("_ca_pass", loop.lineno, names), *loop.body]
        loop.orelse = [_told("_ca_over", loop.lineno, names), *loop.orelse]
        return loop


def _names(loop: ast.For | ast.While) -> list[str]:
    """What the body of a loop changes, without what its header sets."""
    head = [loop.target] if isinstance(loop, ast.For) else [loop.test]
    own = {n.id for part in head for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    changed = [name for s in loop.body for n in ast.walk(s) for name in _changed(n) if name not in own]
    return list(dict.fromkeys(changed))[:_MOST_NAMES]


def _changed(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _CHANGERS:
            return [name]
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return [name]
    return []


def _told(function: str, line: int | None = None, names: list[str] | None = None) -> ast.stmt:
    arguments: list[ast.expr] = [] if line is None else [ast.Constant(line)]
    if names is not None:
        pairs: list[Any] = [ast.Tuple([ast.Constant(name), _getter(name)], ast.Load()) for name in names]
        arguments.append(ast.List(pairs, ast.Load()))
    return ast.Expr(ast.Call(ast.Name(function, ast.Load()), arguments, []))


def _getter(name: str) -> ast.expr:
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(nothing, ast.Name(name, ast.Load()))
