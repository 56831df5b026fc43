"""What is bound where in a text, for the checks of the sandbox. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache


class Doubt(Exception):
    """The reason why a text is not run."""


class Text:
    """What is bound where, as far as the checks need it."""

    def __init__(self, tree: ast.AST) -> None:
        nodes = list(ast.walk(tree))
        texts = (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
        self.is_ascii = all(map(str.isascii, texts))
        self.parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
        self.modules = {
            alias.asname or alias.name: alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names
        }
        self.own = {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
        for owner in (n for n in nodes if isinstance(n, ast.ClassDef)):
            self.own.update(_bound(owner.body))
        self.adds = any(isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Add) for n in nodes)
        self.functions = {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
        self.bound = frozenset(_all_bound(nodes))


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield statement.name
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _all_bound(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str() as name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.split(".")[0]


@lru_cache(maxsize=16)
def text_of(tree: ast.Module) -> Text:
    return Text(tree)
