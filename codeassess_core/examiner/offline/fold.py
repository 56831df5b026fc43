"""The value of a small expression, worked out by ourselves.

The candidate's code is never run, compiled or passed to `eval`: this reads a handful
of operators from the tree and computes them within tight bounds, so that a question
may ask "what is this when `x` is 7?" and know the answer.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

Value = int | float | str | bool | None

_MAX_NUMBER: Final = 1_000_000
_MAX_EXPONENT: Final = 5
_MAX_TEXT: Final = 60


class Unfoldable(Exception):
    """The expression holds something that is not worked out here."""


_BINARY: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_CALLS: Final[Mapping[str, Callable[..., Any]]] = {
    "len": len,
    "abs": abs,
    "int": int,
    "float": float,
    "str": str,
    "round": round,
}


def fold(node: ast.AST, known: Mapping[str, Value]) -> Value:
    """The value of `node` with these names known; raises `Unfoldable` for everything that is not plainly computable."""
    try:
        return _bounded(_fold(node, known))
    except (TypeError, ValueError, ArithmeticError, IndexError, RecursionError) as problem:
        raise Unfoldable from problem


def _fold(node: ast.AST, known: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() | str() | None as value):
            return _bounded(value)
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _bounded(operator.neg(_fold(inner, known)))  # type: ignore[arg-type]
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return not _fold(inner, known)
        case ast.BinOp():
            return _binary(node, known)
        case ast.Compare():
            return _compare(node, known)
        case ast.Subscript():
            return _item(node, known)
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _CALLS:
            return _bounded(_CALLS[name](_fold(inner, known)))
    raise Unfoldable


def _binary(node: ast.BinOp, known: Mapping[str, Value]) -> Value:
    left, right = _fold(node.left, known), _fold(node.right, known)
    if type(node.op) not in _BINARY or (isinstance(left, str) and isinstance(node.op, ast.Mod)):
        raise Unfoldable
    if isinstance(node.op, ast.Pow) and not (isinstance(right, int | float) and abs(right) <= _MAX_EXPONENT):
        raise Unfoldable
    if isinstance(node.op, ast.Mult) and (isinstance(left, str) or isinstance(right, str)):
        raise Unfoldable  # a repeated string is no question for the head
    value: Value = _BINARY[type(node.op)](left, right)
    return _bounded(value)


def _compare(node: ast.Compare, known: Mapping[str, Value]) -> bool:
    values = [_fold(part, known) for part in (node.left, *node.comparators)]
    if any(type(op) not in _COMPARE for op in node.ops):
        raise Unfoldable
    return all(_COMPARE[type(op)](a, b) for op, a, b in zip(node.ops, values, values[1:], strict=False))


def _item(node: ast.Subscript, known: Mapping[str, Value]) -> Value:
    text = _fold(node.value, known)
    if not isinstance(text, str):
        raise Unfoldable
    if not isinstance(node.slice, ast.Slice):
        index = _fold(node.slice, known)
        if not isinstance(index, int):
            raise Unfoldable
        return text[index]
    bounds = [None if b is None else _fold(b, known) for b in (node.slice.lower, node.slice.upper, node.slice.step)]
    if not all(b is None or isinstance(b, int) for b in bounds):
        raise Unfoldable
    return text[slice(*bounds)]  # type: ignore[arg-type]


def _bounded(value: Any) -> Value:
    if isinstance(value, str) and len(value) > _MAX_TEXT:
        raise Unfoldable
    if isinstance(value, int | float) and not abs(value) <= _MAX_NUMBER:
        raise Unfoldable
    if value is None or isinstance(value, int | float | str):
        return value
    raise Unfoldable
