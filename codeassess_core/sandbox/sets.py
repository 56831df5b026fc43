"""Checks sets: their order is not defined, so they may be used only where it cannot show. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

_ORDERLESS: Final = frozenset({"len", "sorted", "sum", "min", "max", "any", "all", "bool"})
_METHODS: Final = frozenset({"add", "discard", "remove", "update", "clear"})
_OPERATIONS: Final = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)

Parents = Mapping[ast.AST, ast.AST]


def doubts(tree: ast.AST, parents: Parents) -> Iterator[str]:
    """Why a set of this text cannot be run."""
    for node in ast.walk(tree):
        if _is_set(node) and not _is_orderless(node, parents) and not _is_kept_well(node, tree, parents):
            yield "the order of a set could show"


def kept(tree: ast.AST) -> frozenset[str]:
    """The names that hold a set."""
    assigned = (n for n in ast.walk(tree) if isinstance(n, ast.Assign) and _is_set(n.value))
    return frozenset(t.id for n in assigned for t in n.targets if isinstance(t, ast.Name))


def doubts_of_call(call: ast.AST, tree: ast.AST, parents: Parents) -> Iterator[str]:
    """The same for an expression after the text, which may read names that hold sets."""
    yield from doubts(call, parents)
    names = kept(tree)
    for node in ast.walk(call):
        if isinstance(node, ast.Name) and node.id in names and not _is_orderless(node, parents):
            yield "the order of a set could show"


def _is_set(node: ast.AST) -> bool:
    match node:
        case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Name(id="set" | "frozenset", ctx=ast.Load()):
            return True
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATIONS):
            return any(_is_view(side) for side in (left, right))
    return False


def _is_view(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"keys", "items"}


def _is_orderless(node: ast.AST, parents: Parents) -> bool:
    """Does the code around it not depend on the order?"""
    parent = parents.get(node)
    match parent:
        case ast.Call(func=func) if func is node:
            return True  # the call itself is checked
        case ast.Call(func=ast.Name(id=name), args=[first], keywords=[]) if first is node:
            return name in _ORDERLESS
        case ast.Call(func=ast.Name(id="isinstance")) | ast.Subscript() if isinstance(node, ast.Name):
            return True
        case ast.arg() | ast.AnnAssign() if isinstance(node, ast.Name):
            return True
        case ast.Compare():
            among = isinstance(parent.ops[0], ast.In | ast.NotIn) and parent.left is not node
            return len(parent.ops) == 1 and (among or isinstance(parent.ops[0], ast.Eq | ast.NotEq))
    return False


def _is_kept_well(node: ast.AST, tree: ast.AST, parents: Parents) -> bool:
    """Is it bound to one name whose uses do not depend on the order?"""
    match parents.get(node):
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
            uses = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
            return all(isinstance(n.ctx, ast.Store) or _sees_no_order(n, parents) for n in uses)
    return False


def _sees_no_order(use: ast.Name, parents: Parents) -> bool:
    parent = parents.get(use)
    if isinstance(parent, ast.Attribute) and parent.attr in _METHODS:
        call = parents.get(parent)
        return isinstance(call, ast.Call) and isinstance(parents.get(call), ast.Expr)
    return _is_orderless(use, parents)
