"""The words by which people speak about pieces of Python, for the expected points.

They are in `code_words.toml`. Each tuple is a group of alternatives (`ExpectedPoint.any_of`):
lower case, whole words; `normalized` folds their endings.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from .tables import Alternatives, Table, WordList, Words, read_table


class _Phrases(Table):
    error: Alternatives
    nothing: Alternatives
    forever: Alternatives
    stops: Alternatives
    in_place: Alternatives
    empty: Alternatives
    last_left_out: Alternatives
    undefined: Alternatives


class _Expressions(Table):
    slice: Alternatives
    element: Alternatives
    comprehension: Alternatives


class _CodeWords(Table):
    numbers: WordList
    phrases: _Phrases
    operations: Mapping[str, Alternatives]
    expressions: _Expressions
    empty: Mapping[Literal["list", "dict"], Alternatives]
    calls: Mapping[str, Alternatives]
    texts: Mapping[str, Alternatives]


_TABLE: Final = read_table(_CodeWords, "text", "code_words.toml")

ERROR: Final = _TABLE.phrases.error
NOTHING: Final = _TABLE.phrases.nothing
FOREVER: Final = _TABLE.phrases.forever
STOPS: Final = _TABLE.phrases.stops
IN_PLACE: Final = _TABLE.phrases.in_place
EMPTY: Final = _TABLE.phrases.empty
LAST_LEFT_OUT: Final = _TABLE.phrases.last_left_out
UNDEFINED: Final = _TABLE.phrases.undefined

OPERATION: Final[Mapping[type[ast.AST], Words]] = {
    getattr(ast, name): words for name, words in _TABLE.operations.items()
}

NEGATED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def value_words(value: object) -> Words:
    """How a literal value may be named: `0` is "0" or "zero", `""` an empty string."""
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if value is None:
        return NOTHING
    if isinstance(value, int) and 0 <= value < len(_TABLE.numbers):
        return (str(value), _TABLE.numbers[value])
    if isinstance(value, str):
        return _TABLE.texts.get(value) or (value.lower(),)
    return (str(value).lower(),)


def literal_words(node: ast.AST) -> Words:
    """The words for a literal in the tree; empty for any other node."""
    match node:
        case ast.Constant(value=value):
            return value_words(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return (f"-{value}", f"minus {value}")
        case ast.List(elts=[]):
            return _TABLE.empty["list"]
        case ast.Dict(keys=[]):
            return _TABLE.empty["dict"]
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "str"), args=[]):
            return ("empty",)
        case ast.Tuple(elts=elts) if elts:
            return literal_words(elts[0])
    return ()


def spoken(node: ast.AST) -> Words:
    """The words for an expression: those of its literals and operations, or else its names."""
    said = (*literal_words(node), *words_for(node))
    return said or tuple(n.id.lower() for n in ast.walk(node) if isinstance(n, ast.Name))


def words_for(node: ast.AST) -> Words:
    """Words by which someone may say what an expression does: its operations, calls and literals."""
    return tuple(dict.fromkeys(_words(node)))


def _words(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        yield from OPERATION.get(type(part), ())
        match part:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                yield from _TABLE.calls.get(name, (name.lower(),))
            case ast.Constant(value=value) if value not in (0, 1, 2):
                yield from value_words(value)
            case ast.Attribute(attr=name):
                yield from (name.lower(), *name.lower().split("_"))
            case ast.Subscript(slice=ast.Slice()):
                yield from _TABLE.expressions.slice
            case ast.Subscript():
                yield from _TABLE.expressions.element
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                yield from _TABLE.expressions.comprehension
