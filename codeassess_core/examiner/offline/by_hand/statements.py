"""Statements, followed one after the other; what is not followed makes the run unknown."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from . import known
from .expressions import MISSING, Frame, Module, combine, evaluate, read
from .values import Endless, Fails, Unknown, Value, bounded, settled, shown


class Watch(Protocol):
    """Told of what happens on the way."""

    def line(self, number: int) -> None:
        """A statement begins."""

    def begins(self, loop: int) -> None:
        """A pass of the loop on this line begins."""

    def passed(self, loop: int, names: Mapping[str, Value]) -> None:
        """A pass of the loop on this line is over."""


class Left(Exception):
    """A `return`, with its value."""

    def __init__(self, value: Value, line: int) -> None:
        super().__init__(value, line)
        self.value, self.line = value, line


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


def follow(block: Sequence[ast.stmt], frame: Frame, watch: Watch) -> None:
    """Run through a block; ends by Left, Fails, Endless or Unknown when the block does not run to its end."""
    for statement in block:
        frame.walk.step()
        watch.line(statement.lineno)
        act = _ACTS.get(type(statement))
        if act is None:
            raise Unknown
        try:
            act(statement, frame, watch)
        except RecursionError:  # ours, not the candidate's
            raise
        except (TypeError, ValueError, IndexError, KeyError, ZeroDivisionError, RuntimeError) as problem:
            raise Fails(type(problem).__name__, statement.lineno, str(problem)) from problem


def bind(target: ast.expr, value: Value, frame: Frame) -> None:
    """Give a value to a name, an element, or several names at once."""
    match target:
        case ast.Name(id=name):
            frame.names[name] = settled(value)
        case ast.Subscript(value=owner, slice=ast.expr() as index) if not isinstance(index, ast.Slice):
            evaluate(owner, frame)[evaluate(index, frame)] = settled(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            values = list(value)
            if len(values) != len(parts):
                raise ValueError("the numbers of names and of values differ")
            for part, one in zip(parts, values, strict=True):
                bind(part, one, frame)
        case _:
            raise Unknown


def _assign(node: ast.Assign, frame: Frame, watch: Watch) -> None:
    value = evaluate(node.value, frame)
    for target in node.targets:
        bind(target, value, frame)


def _annotated(node: ast.AnnAssign, frame: Frame, watch: Watch) -> None:
    if node.value is not None:
        bind(node.target, evaluate(node.value, frame), frame)


def _augmented(node: ast.AugAssign, frame: Frame, watch: Watch) -> None:
    match node.target:
        case ast.Name(id=name):
            old = read(name, frame, node.lineno)
        case ast.Subscript() as place:
            old = evaluate(ast.Subscript(value=place.value, slice=place.slice, ctx=ast.Load(), **_at(place)), frame)
        case _:
            raise Unknown
    bind(node.target, bounded(combine(node.op, old, evaluate(node.value, frame), in_place=True)), frame)


def _at(node: ast.expr) -> dict[str, int]:
    return {"lineno": node.lineno, "col_offset": node.col_offset}


def _expression(node: ast.Expr, frame: Frame, watch: Watch) -> None:
    evaluate(node.value, frame)


def _if(node: ast.If, frame: Frame, watch: Watch) -> None:
    follow(node.body if settled(evaluate(node.test, frame)) else node.orelse, frame, watch)


def _while(node: ast.While, frame: Frame, watch: Watch) -> None:
    seen: set[str] = set()
    while settled(evaluate(node.test, frame)):
        state = _state(frame)
        if state in seen:
            raise Endless(node.lineno)
        seen.add(state)
        if not _pass(node, frame, watch):
            return
    follow(node.orelse, frame, watch)


def _state(frame: Frame) -> str:
    """Everything that the next pass can depend on."""
    return repr(sorted((name, shown(value)) for name, value in frame.names.items() if not isinstance(value, Module)))


def _for(node: ast.For, frame: Frame, watch: Watch) -> None:
    source = evaluate(node.iter, frame)
    if not isinstance(source, str | list | tuple | dict | range):
        raise Fails("TypeError", node.lineno, f"'{type(source).__name__}' object is not iterable")
    for item in source:
        frame.walk.step()
        bind(node.target, item, frame)
        if not _pass(node, frame, watch):
            return
    follow(node.orelse, frame, watch)


def _pass(loop: ast.For | ast.While, frame: Frame, watch: Watch) -> bool:
    """One pass; False when it left the loop."""
    watch.begins(loop.lineno)
    try:
        follow(loop.body, frame, watch)
    except _Break:
        return False
    except _Continue:
        pass
    watch.passed(loop.lineno, frame.names)
    return True


def _return(node: ast.Return, frame: Frame, watch: Watch) -> None:
    raise Left(evaluate(node.value, frame) if node.value else None, node.lineno)


def _break(node: ast.Break, frame: Frame, watch: Watch) -> None:
    raise _Break


def _continue(node: ast.Continue, frame: Frame, watch: Watch) -> None:
    raise _Continue


def _pass_over(node: ast.Pass, frame: Frame, watch: Watch) -> None:
    return


def _delete(node: ast.Delete, frame: Frame, watch: Watch) -> None:
    for target in node.targets:
        match target:
            case ast.Name(id=name) if name in frame.names:
                del frame.names[name]
            case ast.Subscript(value=owner, slice=index) if not isinstance(index, ast.Slice):
                del evaluate(owner, frame)[evaluate(index, frame)]
            case _:
                raise Unknown


def _raise(node: ast.Raise, frame: Frame, watch: Watch) -> None:
    match node.exc:
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)) if name in known.BUILT_IN:
            raise Fails(name, node.lineno, "the line raises it itself")
    raise Unknown


def _define(node: ast.FunctionDef, frame: Frame, watch: Watch) -> None:
    frame.names[node.name] = MISSING  # a function in a function may read the names of either


def _import(node: ast.Import | ast.ImportFrom, frame: Frame, watch: Watch) -> None:
    frame.names.update(imported(node))


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, Value]:
    """The names that an import binds; of modules that are not followed, and of those that may not exist, MISSING."""
    found: dict[str, Value] = {}
    for alias in node.names:
        name = alias.asname or alias.name.split(".")[0]
        if isinstance(node, ast.Import):
            found[name] = Module(alias.name) if alias.name in known.MODULES else MISSING
        else:
            found[name] = known.MODULES.get(node.module or "", {}).get(alias.name, MISSING)
    return found


_ACTS: Final[Mapping[type[ast.stmt], Callable[[Any, Frame, Watch], None]]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.Return: _return,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Pass: _pass_over,
    ast.Delete: _delete,
    ast.Raise: _raise,
    ast.FunctionDef: _define,
    ast.Import: _import,
    ast.ImportFrom: _import,
}
