"""Expressions, worked out with plain values; one function for each sort of node."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from . import known
from .values import Fails, Passing, Unknown, Value, bounded, repeated, settled, walkable

_MAX_EXPONENT: Final = 64
_RAISED: Final = (TypeError, ValueError, ZeroDivisionError, IndexError, KeyError, OverflowError)
MISSING: Final = object()  #: a name that has a value which nobody here knows


@dataclass(frozen=True, slots=True)
class Module:
    """A module by its name."""

    name: str


class Walk(Protocol):
    """What expressions need of the run that they are part of."""

    def step(self) -> None:
        """Count one step; raises Unknown when there were too many."""

    def call_own(self, function: ast.FunctionDef, arguments: list[Value], line: int) -> Value:
        """What a function of the candidate gives."""

    def print(self, text: str) -> None:
        """Keep what was printed."""


@dataclass(slots=True)
class Frame:
    """The names of one call, and those around it."""

    walk: Walk
    names: dict[str, Value]
    around: Mapping[str, Value]
    local: frozenset[str] = frozenset()  #: every name that the function binds itself


def evaluate(node: ast.expr, frame: Frame) -> Value:
    """The value of an expression; raises Fails where Python raises, Unknown where it cannot be told."""
    frame.walk.step()
    work = _WORK.get(type(node))
    if work is None:
        raise Unknown
    try:
        return bounded(work(node, frame))
    except _RAISED as problem:
        raise Fails(type(problem).__name__, node.lineno, str(problem)) from problem


def read(name: str, frame: Frame, line: int) -> Value:
    """The value of a name, as Python looks it up."""
    if name in frame.names:
        found = frame.names[name]
    elif name in frame.local:
        raise Fails("UnboundLocalError", line, f"`{name}` has no value yet")
    elif name in frame.around:
        found = frame.around[name]
    elif name in known.FUNCTIONS:
        return known.FUNCTIONS[name]
    elif name in known.BUILT_IN:
        raise Unknown
    else:
        raise Fails("NameError", line, f"nothing defines `{name}`")
    if found is MISSING:
        raise Unknown
    return found


def _constant(node: ast.Constant, frame: Frame) -> Value:
    if not isinstance(node.value, int | float | str | None):
        raise Unknown
    return node.value


def _name(node: ast.Name, frame: Frame) -> Value:
    return read(node.id, frame, node.lineno)


def _told(node: ast.expr, frame: Frame) -> Value:
    """The value of a part whose elements are not merely gone through."""
    return settled(evaluate(node, frame))


def _listed(node: ast.List | ast.Tuple, frame: Frame) -> Value:
    values = [_told(part, frame) for part in node.elts]
    return values if isinstance(node, ast.List) else tuple(values)


def _mapping(node: ast.Dict, frame: Frame) -> Value:
    if None in node.keys:
        raise Unknown
    return {_told(k, frame): _told(v, frame) for k, v in zip(node.keys, node.values, strict=True) if k}


def _unary(node: ast.UnaryOp, frame: Frame) -> Value:
    value = _told(node.operand, frame)
    match node.op:
        case ast.Not():
            return not value
        case ast.USub():
            return operator.neg(value)
        case ast.UAdd():
            return operator.pos(value)
    raise Unknown


_BINARY: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def combine(op: ast.operator, left: Value, right: Value, *, in_place: bool = False) -> Value:
    """One operation; raises what Python raises."""
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if type(op) not in _BINARY or (isinstance(op, ast.Mod) and isinstance(left, str)):
        raise Unknown
    if isinstance(op, ast.Pow) and numbers and abs(right) > _MAX_EXPONENT:
        raise Unknown
    if isinstance(op, ast.Mult) and repeated(left, right):
        raise Unknown
    if in_place and isinstance(op, ast.Add) and isinstance(left, list):
        left += walkable(right)
        return left
    return _BINARY[type(op)](left, right)


def _binary(node: ast.BinOp, frame: Frame) -> Value:
    return combine(node.op, _told(node.left, frame), _told(node.right, frame))


def _boolean(node: ast.BoolOp, frame: Frame) -> Value:
    """Stops at the first part that settles it, as Python does."""
    settles = isinstance(node.op, ast.Or)
    for part in node.values:
        value = _told(part, frame)
        if bool(value) is settles:
            break
    return value


def _contains(left: Value, right: Value) -> bool:
    if isinstance(right, range) and not isinstance(left, int):
        walkable(right)
    return left in right


_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: _contains,
    ast.NotIn: lambda a, b: not _contains(a, b),
}


def _compare(node: ast.Compare, frame: Frame) -> Value:
    left = _told(node.left, frame)
    for op, part in zip(node.ops, node.comparators, strict=True):
        right = _told(part, frame)
        if not _holds(op, left, right):
            return False
        left = right
    return True


def _holds(op: ast.cmpop, left: Value, right: Value) -> bool:
    if isinstance(op, ast.Is | ast.IsNot):
        if not any(isinstance(part, bool | None | type) for part in (left, right)):
            raise Unknown  # whether two equal objects are one is nobody's business
        return (left is right) is isinstance(op, ast.Is)
    return _COMPARE[type(op)](left, right)


def _item(node: ast.Subscript, frame: Frame) -> Value:
    value = _told(node.value, frame)
    if not isinstance(node.slice, ast.Slice):
        return value[evaluate(node.slice, frame)]
    bounds = [None if b is None else evaluate(b, frame) for b in (node.slice.lower, node.slice.upper, node.slice.step)]
    return value[slice(*bounds)]


def _attribute(node: ast.Attribute, frame: Frame) -> Value:
    value = _told(node.value, frame)
    if isinstance(value, Module):
        if node.attr in known.MODULES[value.name]:
            return known.MODULES[value.name][node.attr]
        has = hasattr(known.REAL[value.name], node.attr)
    else:
        has = hasattr(value, node.attr)
    if not has:
        owner = f"the module `{value.name}`" if isinstance(value, Module) else f"`{type(value).__name__}`"
        raise Fails("AttributeError", node.lineno, f"{owner} has no `{node.attr}`")
    if isinstance(value, str | list | tuple | dict) and not node.attr.startswith("_"):
        return getattr(value, node.attr)
    raise Unknown


def _called(node: ast.Call, frame: Frame) -> Value:
    if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
        raise Unknown
    printing = isinstance(node.func, ast.Name) and node.func.id == "print" and "print" not in frame.around
    function = None if printing else evaluate(node.func, frame)
    arguments = [evaluate(a, frame) for a in node.args]
    options = {k.arg: evaluate(k.value, frame) for k in node.keywords if k.arg}
    if printing:
        return _printed(arguments, options, frame)
    if isinstance(function, ast.FunctionDef):
        if options:
            raise Unknown
        return frame.walk.call_own(function, arguments, node.lineno)
    if not callable(function):
        what = "module" if isinstance(function, Module) else type(function).__name__
        raise Fails("TypeError", node.lineno, f"'{what}' object is not callable")
    return known.call(function, arguments, options)


def _printed(arguments: list[Value], options: Mapping[str, Value], frame: Frame) -> None:
    if set(options) - {"sep", "end"} or any(callable(a) or isinstance(a, Passing) for a in arguments):
        raise Unknown
    frame.walk.print(str(options.get("sep", " ")).join(map(str, arguments)) + str(options.get("end", "\n")))


def _either(node: ast.IfExp, frame: Frame) -> Value:
    return evaluate(node.body if _told(node.test, frame) else node.orelse, frame)


def _comprehended(node: ast.ListComp | ast.GeneratorExp, frame: Frame) -> Value:
    """One `for` over a simple name; a generator is worked out at once."""
    match node.generators:
        case [ast.comprehension(target=ast.Name(id=name), iter=source, ifs=tests, is_async=0)]:
            found = []
            for item in walkable(evaluate(source, frame)):
                inner = Frame(frame.walk, {**frame.names, name: item}, frame.around, frame.local)
                if all(_told(test, inner) for test in tests):
                    found.append(_told(node.elt, inner))
            return found if isinstance(node, ast.ListComp) else Passing(found)
    raise Unknown


def _joined(node: ast.JoinedStr, frame: Frame) -> Value:
    text = ""
    for part in node.values:
        match part:
            case ast.Constant(value=str() as plain):
                text += plain
            case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
                text += str(_told(inner, frame))
            case _:
                raise Unknown
    return text


_WORK: Final[Mapping[type[ast.AST], Callable[[Any, Frame], Value]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _listed,
    ast.Tuple: _listed,
    ast.Dict: _mapping,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.Subscript: _item,
    ast.Attribute: _attribute,
    ast.Call: _called,
    ast.IfExp: _either,
    ast.ListComp: _comprehended,
    ast.GeneratorExp: _comprehended,
    ast.JoinedStr: _joined,
}
