"""Of which type a name is, as far as what is done with it tells. Pure."""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from .by_hand import Value
from .wording import bag

_TEXT_METHODS: Final = frozenset(name for name in dir(str) if name[0] != "_") - {"index", "count"}
_LIST_METHODS: Final = frozenset({"append", "extend", "insert", "remove", "pop", "sort", "reverse"})
_NUMBER_CALLS: Final = bag("range abs round sqrt floor ceil fabs degrees radians sin cos tan pow factorial divmod chr")
_TEXT_CALLS: Final = frozenset({"ord"})
_LIST_CALLS: Final = frozenset({"sum", "sorted", "max", "min"})
_ARITHMETIC: Final = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.Mult)
_TEXT_NAME: Final = re.compile(
    r"(?:s|st|str|string|word|text|txt|name|line|char|ch|letter|sentence|msg|message|prefix|suffix)\d*", re.I
)
_LIST_NAME: Final = re.compile(
    r"(?:l|lst|li|list|a?list\d*|arr|array|xs|ys|nums|numbers|values|items|elements|prices|scores)\d*|\w+_?list", re.I
)
_NUMBER_NAME: Final = re.compile(
    r"[a-ehijkmnpqrx-z]|num(?:ber)?|count|total|age|year|amount|size|length|width|height", re.I
)
_FLAG_NAME: Final = re.compile(r"(?:is|has|as|can|should)_?[A-Z_]\w*|flag|ok|done")
_STRONG, _SOME, _WEAK = 8, 4, 2  #: how much a sign says

NUMBER, TEXT, NUMBERS, FLAG = "number", "text", "numbers", "flag"
OTHER: Final = "other"  #: something that no example is made of: a mapping, a file, an object, a list of lists
TYPES: Final = (OTHER, NUMBER, TEXT, NUMBERS, FLAG)
_OTHER_METHODS: Final = frozenset(
    name for owner in (dict, set, io.TextIOWrapper) for name in dir(owner) if name[0] != "_"
) - {*dir(str), *_LIST_METHODS}


def types_of(arg: ast.arg, function: ast.FunctionDef, examples: Sequence[Value] = ()) -> tuple[str, ...]:
    """The types that something speaks for, the likeliest first; `examples` are values that it was given in calls."""
    signs: Counter[str] = Counter()
    for example in examples:
        signs[_of_value(example)] += _STRONG
    annotated = ast.unparse(arg.annotation) if arg.annotation else ""
    signs[{"int": NUMBER, "float": NUMBER, "str": TEXT, "bool": FLAG}.get(annotated, "")] += 2 * _STRONG
    signs[NUMBERS if annotated.lower().startswith("list") else ""] += 2 * _STRONG
    for type_, weight in _signs(arg.arg, function):
        signs[type_] += weight
    signs[NUMBER] += 1  # what is not told is a number
    for type_, shape, weight in _BY_NAME:
        signs[type_] += weight if shape.fullmatch(arg.arg) else 0
    del signs[""]
    return tuple(sorted((t for t in TYPES if signs[t]), key=lambda type_: -signs[type_]))


_BY_NAME: Final = (
    (TEXT, _TEXT_NAME, _SOME),
    (NUMBERS, _LIST_NAME, _SOME),
    (FLAG, _FLAG_NAME, _SOME),
    (NUMBER, _NUMBER_NAME, _WEAK),
)


def by_name(name: str) -> str:
    """What such names are usually given."""
    return next((type_ for type_, shape, _ in _BY_NAME if shape.fullmatch(name)), NUMBER)


def _of_value(value: Value) -> str:
    match value:
        case bool():
            return FLAG
        case int() | float():
            return NUMBER
        case str():
            return TEXT
        case list():
            return NUMBERS
    return ""


def _signs(name: str, function: ast.FunctionDef) -> Iterator[tuple[str, int]]:
    """What each use of the name says."""
    elements = {  # the names that go through it
        n.target.id
        for n in ast.walk(function)
        if isinstance(n, ast.For | ast.comprehension) and isinstance(n.target, ast.Name) and _is(n.iter, name)
    }
    for node in ast.walk(function):
        yield from chain(_sign(node, name), _sign_of_more(node, name))
        for element in elements:
            yield from (
                (_CONTAINER[type_], weight)
                for type_, weight in chain(_sign(node, element), _sign_of_more(node, element))
                if type_ in _CONTAINER
            )
        if isinstance(node, ast.Subscript) and _is(node.value, name):
            yield TEXT, _WEAK
            yield NUMBERS, _WEAK
        yield from _of_elements(node, name)


_CONTAINER: Final = {NUMBER: NUMBERS, TEXT: TEXT, OTHER: OTHER}


def _of_elements(node: ast.AST, name: str) -> Iterator[tuple[str, int]]:
    """A use of one element of it, as `name[…]`."""
    match node:
        case ast.BinOp(left=left, op=ast.Sub() | ast.Div() | ast.FloorDiv() | ast.Mod() | ast.Mult()) if _item(
            left, name
        ):
            yield NUMBERS, _SOME
        case ast.Compare(left=left, comparators=[ast.Constant(value=int())]) if _item(left, name):
            yield NUMBERS, _SOME
        case ast.Compare(left=left, comparators=[ast.Constant(value=str())]) if _item(left, name):
            yield TEXT, _SOME
        case ast.Attribute(value=left, attr=attr) if _item(left, name) and attr in _TEXT_METHODS:
            yield TEXT, _SOME


def _item(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Subscript) and _is(node.value, name)


def _is(node: ast.AST | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _sign(node: ast.AST, name: str) -> Iterator[tuple[str, int]]:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if _is(left, name) or _is(right, name):
            yield from _of_operation(op, right if _is(left, name) else left, left_is_it=_is(left, name))
        case ast.Compare(left=left, ops=[op, *_], comparators=[right, *_]) if _is(left, name) or _is(right, name):
            yield from _of_comparison(op, right if _is(left, name) else left, left_is_it=_is(left, name))
        case ast.AugAssign(target=target, op=op, value=value) if _is(target, name):
            yield from _of_operation(op, value, left_is_it=True)
        case ast.UnaryOp(op=ast.USub(), operand=inner) if _is(inner, name):
            yield NUMBER, _SOME
        case ast.Attribute(value=owner, attr=attr) if _is(owner, name):
            yield from _of_attribute(attr)
        case ast.Call(func=function, args=args) if any(_is(a, name) for a in args):
            yield from _of_call(function)
        case ast.If(test=test) | ast.UnaryOp(op=ast.Not(), operand=test) if _is(test, name):
            yield FLAG, _WEAK
        case ast.BoolOp(values=parts) if any(_is(p, name) for p in parts):
            yield FLAG, _WEAK


def _sign_of_more(node: ast.AST, name: str) -> Iterator[tuple[str, int]]:
    """A use that speaks for something that no example is made of."""
    match node:
        case ast.For(target=ast.Tuple(), iter=source) | ast.comprehension(target=ast.Tuple(), iter=source) if _is(
            source, name
        ):
            yield OTHER, _STRONG
        case ast.Subscript(value=owner, slice=ast.Constant(value=str())) if _is(owner, name):
            yield OTHER, _STRONG
        case ast.Subscript(value=owner) if _item(owner, name):
            yield OTHER, _STRONG
        case ast.Call(func=function) if _is(function, name):
            yield OTHER, _STRONG


def _of_attribute(attr: str) -> Iterator[tuple[str, int]]:
    """An attribute that no known type has says little: it may be wrong."""
    if attr in _OTHER_METHODS:
        yield OTHER, _STRONG
    elif attr in _TEXT_METHODS or attr in _LIST_METHODS:
        yield (TEXT if attr in _TEXT_METHODS else NUMBERS), _STRONG
    else:
        yield OTHER, _WEAK + 1


def _of_operation(op: ast.operator, other: ast.expr, *, left_is_it: bool) -> Iterator[tuple[str, int]]:
    match op, other:
        case ast.Add(), ast.Constant(value=str()):
            yield TEXT, _SOME
        case ast.Add(), ast.Constant(value=int()):
            yield NUMBER, _SOME
        case ast.Mod(), _ if left_is_it or not isinstance(other, ast.Constant):
            yield NUMBER, _SOME
        case _ if isinstance(op, _ARITHMETIC):
            yield NUMBER, _SOME


def _of_comparison(op: ast.cmpop, other: ast.expr, *, left_is_it: bool) -> Iterator[tuple[str, int]]:
    match op, other:
        case ast.In() | ast.NotIn(), _ if not left_is_it:
            yield TEXT, 1
            yield NUMBERS, 1
        case ast.In() | ast.NotIn(), ast.Constant(value=str()) | ast.Attribute(value=ast.Name(id="string")):
            yield TEXT, _SOME
        case ast.In() | ast.NotIn(), ast.Call(func=ast.Name(id="range")):
            yield NUMBER, _SOME
        case _, ast.Constant(value=bool()):
            yield FLAG, _SOME
        case _, ast.Constant(value=int() | float()):
            yield NUMBER, _SOME
        case _, ast.Constant(value=str()):
            yield TEXT, _SOME


def _of_call(function: ast.expr) -> Iterator[tuple[str, int]]:
    called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if called in _NUMBER_CALLS:
        yield NUMBER, _SOME
    elif called in _TEXT_CALLS:
        yield TEXT, _SOME
    elif called in _LIST_CALLS:
        yield NUMBERS, _WEAK
    elif called == "len":
        yield TEXT, _WEAK
        yield NUMBERS, _WEAK
