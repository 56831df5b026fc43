"""Guesses the type of a parameter from what the function does with it. Pure."""

from __future__ import annotations

import ast
import difflib
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from ..text.tables import Table, WordList, read_table

Value = Any


class _Calls(Table):
    number: WordList
    text: WordList
    numbers: WordList


class _Methods(Table):
    numbers: WordList


class _Names(Table):
    text: str
    numbers: str
    flag: str
    number: str


class _Guesses(Table):
    calls: _Calls
    methods: _Methods
    names: _Names


_TABLE: Final = read_table(_Guesses, "offline", "guesses.toml")
_TEXT_METHODS: Final = frozenset(name for name in dir(str) if name[0] != "_") - {"index", "count"}
_LIST_METHODS: Final = frozenset(_TABLE.methods.numbers)
_NUMBER_CALLS: Final = frozenset(_TABLE.calls.number)
_TEXT_CALLS: Final = frozenset(_TABLE.calls.text)
_LIST_CALLS: Final = frozenset(_TABLE.calls.numbers)
_KNOWN_METHODS: Final = sorted({*_TEXT_METHODS, *_LIST_METHODS})
_ARITHMETIC: Final = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow, ast.Mult)
_STRONG, _SOME, _WEAK = 8, 4, 2  #: weights of a sign

NUMBER, TEXT, NUMBERS, FLAG = "number", "text", "numbers", "flag"
OTHER: Final = "other"  #: something that no example is made of: a mapping, a file, an object, a list of lists
_ANNOTATED: Final = {"int": NUMBER, "float": NUMBER, "str": TEXT, "bool": FLAG}
TYPES: Final = (OTHER, NUMBER, TEXT, NUMBERS, FLAG)
_OTHER_METHODS: Final = frozenset(
    name for owner in (dict, set, io.TextIOWrapper) for name in dir(owner) if name[0] != "_"
) - {*dir(str), *_LIST_METHODS}


def types_of(arg: ast.arg, function: ast.FunctionDef, examples: Sequence[Value] = ()) -> tuple[str, ...]:
    """The types that some sign speaks for, the likeliest first; `examples` are the arguments of known calls."""
    signs: Counter[str] = Counter()
    for example in examples:
        signs[_of_value(example)] += _STRONG
    annotated = ast.unparse(arg.annotation) if arg.annotation else ""
    signs[_ANNOTATED.get(annotated, "")] += 2 * _STRONG
    signs[NUMBERS if annotated.lower().startswith("list") else ""] += 2 * _STRONG
    if annotated and annotated not in _ANNOTATED and not annotated.lower().startswith("list"):
        signs[OTHER] += 4 * _STRONG
    for type_, weight in _signs(arg.arg, function):
        signs[type_] += weight
    signs[NUMBER] += 1  # without any sign it is a number
    for type_, shape, weight in _BY_NAME:
        signs[type_] += weight if shape.fullmatch(arg.arg) else 0
    del signs[""]
    return tuple(sorted((t for t in TYPES if signs[t]), key=lambda type_: -signs[type_]))


_BY_NAME: Final = (
    (TEXT, re.compile(_TABLE.names.text, re.IGNORECASE), _SOME),
    (NUMBERS, re.compile(_TABLE.names.numbers, re.IGNORECASE), _SOME),
    (FLAG, re.compile(_TABLE.names.flag), _SOME),
    (NUMBER, re.compile(_TABLE.names.number, re.IGNORECASE), _WEAK),
)


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
    """What each use of the name says about its type."""
    elements = {  # the loop variables that take its elements
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
        if isinstance(node, ast.For | ast.comprehension) and _is(node.iter, name):
            yield TEXT, _WEAK
            yield NUMBERS, _SOME  # a number cannot be iterated over
        if isinstance(node, ast.Subscript) and _is(node.value, name):
            yield TEXT, _WEAK
            yield NUMBERS, _WEAK
        yield from _of_elements(node, name)


_CONTAINER: Final = {NUMBER: NUMBERS, TEXT: TEXT, OTHER: OTHER}


def _of_elements(node: ast.AST, name: str) -> Iterator[tuple[str, int]]:
    """What a use of one of its elements says, as `name[…]`."""
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
    """A use that speaks for a type that no example is made of."""
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
    """An attribute that no known type has is a weak sign: it may be mistyped."""
    if attr in _OTHER_METHODS:
        yield OTHER, _STRONG
    elif attr in _TEXT_METHODS or attr in _LIST_METHODS:
        yield (TEXT if attr in _TEXT_METHODS else NUMBERS), _STRONG
    elif difflib.get_close_matches(attr, _KNOWN_METHODS, n=1, cutoff=0.75):
        yield OTHER, _WEAK + 1  # most likely it is mistyped
    else:
        yield OTHER, 2 * _STRONG  # a table, a file, an object of some class


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
