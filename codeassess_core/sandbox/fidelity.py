"""Decides whether the sandbox does what CPython does for a text; everything that was not compared is unknown. Pure.

Every operator, builtin and method named here was compared, on some 10,000 programs
(tests/core/sandbox). Monty turns lazy iterators into lists, keeps sets in insertion order,
knows few special methods of classes, and lacks some methods. A text in which this could show
is not run at all.
"""

from __future__ import annotations

import ast
import builtins
import copy
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from ..documents import python_text
from . import definitions, lazy_iterators, sets
from .text import Doubt, Text, text_of
from .verified import (
    ATTRIBUTES,
    BUILT_IN,
    CASE_METHODS,
    MEMBERS,
    METHODS,
    SITE,
    VERIFIED,
    real_members,
)

_REFUSED: Final = (
    ast.AsyncFunctionDef,
    ast.AsyncFor,
    ast.AsyncWith,
    ast.Await,
    ast.Yield,
    ast.YieldFrom,
    ast.Delete,
    ast.MatMult,
    ast.TryStar,
    ast.With,
)
_BROAD: Final = frozenset({"TypeError", "Exception", "BaseException"})
_LONG: Final = 100_000
_EXCEPTIONS: Final = frozenset(
    name
    for name in dir(builtins)
    if isinstance(found := getattr(builtins, name), type) and issubclass(found, BaseException)
)
_REACHES: Final = re.compile(r"\{\w*[.\[]")


@lru_cache(maxsize=256)
def doubt(tree: ast.Module, code: str) -> str:
    """Why it is not certain that the sandbox does what CPython does; empty when it is."""
    try:
        _look(tree, code)
    except Doubt as why:
        return str(why)
    except RecursionError:
        return "the text is too deep"
    return ""


def doubt_of_call(call: str, tree: ast.Module) -> str:
    """The same for an expression that is evaluated after a text."""
    if not call:
        return ""
    try:
        expression = ast.Expression(python_text.parse_expression(call))
        text = copy.copy(text_of(tree))
        text.is_ascii = text.is_ascii and call.isascii()
        text.parents = {child: node for node in ast.walk(expression) for child in ast.iter_child_nodes(node)}
        _check(expression, text)
        lazy = lazy_iterators.doubts(expression, text.parents, text.bound)
        for why in (*lazy, *sets.doubts_of_call(expression, tree, text.parents)):
            raise Doubt(why)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "the call cannot be read"
    except Doubt as why:
        return str(why)
    return ""


def _look(tree: ast.Module, code: str) -> None:
    if "\r" in code and ('"""' in code or "'''" in code):
        raise Doubt("its line ends may become part of a text")
    text = text_of(tree)
    _check(tree, text)
    for why in (*lazy_iterators.doubts(tree, text.parents, text.bound), *sets.doubts(tree, text.parents)):
        raise Doubt(why)


def _check(tree: ast.AST, text: Text) -> None:
    for node in ast.walk(tree):
        if isinstance(node, _REFUSED):
            raise Doubt(f"`{type(node).__name__}` is not compared")
        check = _CHECKS.get(type(node))
        if check is not None:
            check(node, text)


def _name(node: ast.Name, text: Text) -> None:
    name = node.id
    if name.startswith("__") and name != "__name__":
        raise Doubt(f"`{name}` is not compared")
    if not name.isascii():
        raise Doubt("a name is not ASCII")
    if name in VERIFIED or name not in BUILT_IN | SITE or not isinstance(node.ctx, ast.Load):
        return
    if not _local(node, text):
        raise Doubt(f"the sandbox lacks `{name}`, or it tells of the world outside")


def _local(node: ast.Name, text: Text) -> bool:
    """Is the name of a builtin a local name of the function here?"""
    around = text.parents.get(node)
    while around is not None:
        if isinstance(around, ast.FunctionDef | ast.Lambda) and node.id in _own_names(around):
            return True
        around = text.parents.get(around)
    return False


def _own_names(function: ast.FunctionDef | ast.Lambda) -> set[str]:
    """The parameters of a function, and what is assigned to in it."""
    parameters = {n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg)}
    return parameters | {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _attribute(node: ast.Attribute, text: Text) -> None:
    name = node.attr
    if name.startswith("_") and (name.startswith("__") or name not in text.own):
        raise Doubt(f"`.{name}` is not compared")
    if isinstance(node.value, ast.Name) and node.value.id in text.modules:
        _member(text.modules[node.value.id], name)
        return
    if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id in text.functions:
        raise Doubt("the sandbox keeps nothing in a function")
    if name in text.own or not isinstance(node.ctx, ast.Load):
        return
    called = isinstance((call := text.parents.get(node)), ast.Call) and call.func is node
    if name in ATTRIBUTES and not (called and name in METHODS):
        raise Doubt(f"`.{name}` is not compared")
    if name in CASE_METHODS and not text.is_ascii:
        raise Doubt(f"`.{name}` of letters beyond ASCII depends on the version")


def _member(module: str, name: str) -> None:
    if name in real_members(module) and name not in MEMBERS.get(module, ()):
        raise Doubt(f"`{module}.{name}` is not compared")


def _import(node: ast.Import, text: Text) -> None:
    for alias in node.names:
        if alias.name not in MEMBERS:
            raise Doubt(f"the sandbox does not import `{alias.name}`")


def _import_from(node: ast.ImportFrom, text: Text) -> None:
    module = node.module or ""
    if node.level or (module not in MEMBERS and module != "__future__"):
        raise Doubt(f"the sandbox does not import `{module}`")
    for alias in node.names:
        if module != "__future__" and alias.name not in MEMBERS[module]:
            raise Doubt(f"`{module}.{alias.name}` is not compared")


def _constant(node: ast.Constant, text: Text) -> None:
    if isinstance(node.value, bytes | complex):
        raise Doubt(f"{type(node.value).__name__} is not compared")
    if isinstance(node.value, str) and any(0xD800 <= ord(sign) < 0xE000 for sign in node.value):
        raise Doubt("a text has half a sign")


def _compare(node: ast.Compare, text: Text) -> None:
    if any(isinstance(operator, ast.In | ast.NotIn) for operator in node.ops):
        _range_test(node)
    parts = (node.left, *node.comparators)
    for at, operator in enumerate(node.ops):
        sides = parts[at : at + 2]
        if isinstance(operator, ast.Is | ast.IsNot) and not any(
            isinstance(side, ast.Constant) and (side.value is None or isinstance(side.value, bool)) for side in sides
        ):
            raise Doubt("whether two objects are one depends on the implementation")


def _call(node: ast.Call, text: Text) -> None:
    named = [k.arg for k in node.keywords]
    if None in named and len(named) > 1:
        raise Doubt("the order of keyword arguments is another one")
    match node.func:
        case ast.Name(id=name) if name in _EXCEPTIONS and not all(map(_is_text, node.args)):
            raise Doubt("an exception is given something else than a text")
        case ast.Name(id="print") if not set(named) <= {"sep", "end"}:
            raise Doubt("what `print` is given is not compared")
        case ast.Name(id="int" | "float") if not text.is_ascii:
            raise Doubt("digits beyond ASCII are not read")
        case ast.Name(id="pow") if len(node.args) > 2:
            raise Doubt("`pow` with three arguments is not compared")
        case ast.Name(id="type" | "isinstance") if not all(map(_plain_type, node.args[1:])):
            raise Doubt("a type is made or looked up")
        case ast.Attribute(attr="format", value=pattern) if not _plain_pattern(pattern):
            raise Doubt("a field of `format` may reach into an object")


def _is_text(node: ast.expr) -> bool:
    """Is it certainly a string?"""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.Call(func=ast.Name(id="str" | "repr")):
            return True
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant())):
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return _is_text(left) or (isinstance(node.op, ast.Add) and _is_text(right))
    return False


def _assert(node: ast.Assert, text: Text) -> None:
    if node.msg is not None and not _is_text(node.msg):
        raise Doubt("an exception is given something else than a text")


def _range_test(node: ast.Compare) -> None:
    """CPython iterates over the range for anything but whole numbers."""
    if any(_may_be_large(part) for side in node.comparators for part in ast.walk(side)):
        raise Doubt("a long range is gone through")


def _may_be_large(part: ast.AST) -> bool:
    if isinstance(part, ast.Constant) and isinstance(part.value, int):
        return abs(part.value) > _LONG
    return isinstance(part, ast.Pow | ast.Mult | ast.LShift)


def _plain_pattern(node: ast.expr) -> bool:
    plain = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return plain and not _REACHES.search(node.value)  # type: ignore[attr-defined]


def _plain_type(node: ast.expr) -> bool:
    return all(isinstance(n, ast.Name | ast.Tuple | ast.Load) for n in ast.walk(node))


def _dict(node: ast.Dict, text: Text) -> None:
    if any(isinstance(key, ast.Constant) and isinstance(key.value, bool | float) for key in node.keys):
        raise Doubt("equal keys of several types are kept in another way")


def _handler(node: ast.ExceptHandler, text: Text) -> None:
    """The sandbox words messages differently, and `+=` of a list may raise another exception."""
    if node.name and any(isinstance(n, ast.Name) and n.id == node.name for s in node.body for n in ast.walk(s)):
        raise Doubt("what an exception says differs between versions")
    caught = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else _BROAD
    if caught & _BROAD and text.adds:
        raise Doubt("the sandbox joins lists in its own way, and that may be handled")
    for part in ast.walk(node.type) if node.type else ():
        if not isinstance(part, ast.Name | ast.Tuple | ast.Load):
            raise Doubt("a handler looks up what it handles")


_CHECKS: Final[Mapping[type[ast.AST], Callable[[Any, Text], None]]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Constant: _constant,
    ast.Compare: _compare,
    ast.ClassDef: definitions.of_class,
    ast.FunctionDef: definitions.of_function,
    ast.AnnAssign: definitions.annotated,
    ast.Call: _call,
    ast.Assert: _assert,
    ast.Dict: _dict,
    ast.ExceptHandler: _handler,
}
