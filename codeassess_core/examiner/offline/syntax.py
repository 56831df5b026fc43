"""Small look-ups in Python's syntax tree. Pure."""

from __future__ import annotations

import ast
from itertools import chain
from typing import Final

Function = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
HEADED: Final = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try)


def names(node: ast.AST) -> tuple[str, ...]:
    """The names that an expression reads, in source order, without the ones it calls."""
    called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    found = (n for n in ast.walk(node) if isinstance(n, ast.Name) and id(n) not in called)
    return tuple(dict.fromkeys(n.id for n in found))


def name_of(node: ast.AST) -> str:
    """The name that a node is or binds; empty when it is no simple name."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "name", "")


def parameters(function: Function | ast.Lambda) -> tuple[ast.arg, ...]:
    """All parameters of a function in order, without self and cls."""
    spec = function.args
    extra = [a for a in (spec.vararg, spec.kwarg) if a]
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *extra]
    return tuple(a for a in every if a.arg not in ("self", "cls"))


def header(node: ast.AST) -> tuple[int, int]:
    """First and last line of a node; of a compound statement, of its header."""
    start, end = extent(node)
    if not isinstance(node, (*HEADED, *SCOPES, ast.ClassDef)):
        return start, end
    fields = (getattr(node, name, None) for name in ("test", "iter", "items", "args", "returns", "bases"))
    parts = chain.from_iterable(f if isinstance(f, list) else [f] for f in fields if f is not None)
    ends = (getattr(inner, "end_lineno", None) or start for part in parts for inner in ast.walk(part))
    return start, max(ends, default=start)


def extent(node: ast.AST) -> tuple[int, int]:
    """First and last line of a node, with everything in it."""
    start: int = getattr(node, "lineno", 1)
    return start, getattr(node, "end_lineno", None) or start
