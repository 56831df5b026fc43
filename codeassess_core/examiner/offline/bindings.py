"""Finds the names that a document binds. Pure."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from ...documents.lines import split_lines

_NAME: Final = re.compile(r"[^\W\d]\w*")


def of(tree: ast.Module) -> frozenset[str]:
    """Every name that is bound somewhere, or built in."""
    found = (
        {name for name, _ in assigned(tree)}
        | set(dir(builtins))
        | {"self", "__name__", "__file__", "display", "get_ipython"}
    )
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.arg(arg=name):
                found.add(name)
            case ast.alias(name=name, asname=alias):
                found.add(alias or name.split(".")[0])
            case ast.Global(names=many) | ast.Nonlocal(names=many):
                found.update(many)
            case (
                ast.MatchAs(name=str() as name)
                | ast.MatchStar(name=str() as name)
                | ast.MatchMapping(rest=str() as name)
            ):
                found.add(name)
    return frozenset(found)


def words_of(code: str, lines: frozenset[int]) -> frozenset[str]:
    """The names on lines that did not parse: each of them may be bound there."""
    return frozenset(chain.from_iterable(_NAME.findall(t) for n, t in enumerate(split_lines(code), 1) if n in lines))


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Each simple name that is bound below a node, with the statement or target that binds it."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name, part
            case ast.ExceptHandler(name=str() as name):
                yield name, part
