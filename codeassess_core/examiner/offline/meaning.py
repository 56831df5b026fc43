"""The words by which people speak about pieces of Python, for the expected points.

Each tuple is a group of alternatives (`ExpectedPoint.any_of`): lower case, whole
words; `wording` folds their endings.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

Words = tuple[str, ...]

ERROR: Final[Words] = ("error", "exception", "crash", "fail", "raise", "throw", "traceback", "break")
NOTHING: Final[Words] = ("none", "nothing", "null", "no value")
NOT_RUN: Final[Words] = (
    *("not run", "never run", "not execute", "never execute", "skip", "zero times", "0 times", "no iteration"),
    *("not enter", "never enter", "no pass", "does nothing", "zero iterations", "never reached", "not loop"),
)
FOREVER: Final[Words] = (
    *("forever", "infinite", "endless", "never stop", "never end", "not stop", "not end", "hang", "always true"),
    *("never terminate", "not terminate", "never finish"),
)
STOPS: Final[Words] = (
    "stop",
    "end",
    "leave",
    "exit",
    "finish",
    "abort",
    "terminate",
    "cut off",
    "no more",
    "not continue",
    "skip",
)
IN_PLACE: Final[Words] = (
    "in place",
    "inplace",
    "same object",
    "same list",
    "itself",
    "original",
    "modify",
    "mutate",
    "change",
)
SHARED: Final[Words] = (
    "share",
    "same object",
    "same list",
    "same dict",
    "both",
    "one object",
    "one list",
    "alias",
    "reference",
)
EMPTY: Final[Words] = ("empty", "length 0", "length zero", "no element", "no item", "no character", "[]", "''", "len 0")
LAST_LEFT_OUT: Final[Words] = (
    *("exclude", "exclusive", "not include", "not included", "leave out", "left out", "up to but", "stop before"),
    *("one less", "not reach", "before the end", "one before"),
)
UNDEFINED: Final[Words] = (
    "nameerror",
    "not define",
    "undefined",
    "not exist",
    "never assign",
    "unknown name",
    "not declare",
    "unbound",
)

OPERATION: Final[Mapping[type[ast.AST], Words]] = {
    ast.Add: ("add", "plus", "sum", "increase", "increment", "grow", "append", "join", "concatenate", "total", "+"),
    ast.Sub: ("subtract", "minus", "decrease", "decrement", "difference", "less", "take away", "reduce", "-"),
    ast.Mult: ("multiply", "times", "product", "double", "repeat", "*"),
    ast.Div: ("divide", "division", "quotient", "ratio", "fraction", "/"),
    ast.FloorDiv: ("divide", "division", "floor", "whole", "round down", "integer part", "quotient", "cut off", "//"),
    ast.Mod: ("remainder", "modulo", "modulus", "mod", "left over", "leftover", "rest", "divisible", "last digit", "%"),
    ast.Pow: ("power", "exponent", "square", "root", "raise", "**"),
    ast.Gt: ("greater", "more", "above", "over", "larger", "bigger", "higher", "exceed", ">"),
    ast.GtE: (
        "at least",
        "greater or equal",
        "or more",
        "minimum",
        "not less",
        "or above",
        "not below",
        "equal or",
        ">=",
    ),
    ast.Lt: ("less", "smaller", "below", "under", "fewer", "lower", "<"),
    ast.LtE: ("at most", "less or equal", "or less", "maximum", "not more", "or below", "not above", "equal or", "<="),
    ast.Eq: ("equal", "same", "exactly", "match", "identical", "=="),
    ast.NotEq: ("different", "not equal", "unequal", "other than", "anything but", "differ", "not the same", "!="),
    ast.In: (
        "contain",
        "member",
        "occur",
        "include",
        "among",
        "one of",
        "part of",
        "found in",
        "inside",
        "is in",
        "present",
    ),
    ast.NotIn: ("not in", "missing", "absent", "not contain", "not part", "lack", "not found", "not among"),
    ast.Is: ("same object", "identity", "identical", "is none", "none"),
    ast.IsNot: ("not none", "different object", "not the same object", "exist", "has a value"),
    ast.And: ("both", "all", "and also", "as well", "together", "each of"),
    ast.Or: ("either", "one of", "at least one", "any of", "or"),
    ast.Not: ("not", "opposite", "negate", "false", "invert"),
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

_CALLS: Final[Mapping[str, Words]] = {
    "len": ("length", "number of", "how many", "size", "count"),
    "range": ("number", "index", "count", "from"),
    "print": ("print", "show", "output", "display", "screen"),
    "int": ("integer", "whole number", "convert", "number"),
    "float": ("float", "decimal", "convert", "number"),
    "str": ("string", "text", "convert"),
    "round": ("round", "nearest"),
    "sum": ("sum", "total", "add"),
    "max": ("largest", "maximum", "biggest", "highest", "greatest"),
    "min": ("smallest", "minimum", "lowest", "least"),
    "sorted": ("sort", "order", "ascending"),
    "sort": ("sort", "order", "ascending"),
    "set": ("duplicate", "unique", "distinct", "set"),
    "sqrt": ("square root", "root"),
    "append": ("add", "append", "collect", "end", "put"),
    "split": ("split", "separate", "parts", "words", "pieces"),
    "join": ("join", "combine", "glue", "concatenate"),
    "input": ("user", "type", "enter", "keyboard"),
    "open": ("file", "open"),
    "lower": ("lower case", "lowercase", "small letters"),
    "upper": ("upper case", "uppercase", "capital"),
    "degrees": ("degrees", "radians", "convert", "angle"),
    "isinstance": ("type", "instance", "class", "kind"),
    "type": ("type", "class", "kind"),
}
_NUMBERS: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_BLANKS: Final[Mapping[str, Words]] = {
    "": ("empty string", "empty", "''", "no characters", "blank"),
    " ": ("space", "blank"),
    "\n": ("newline", "new line", "line break", "next line"),
    "\t": ("tab",),
    ",": ("comma", "commas"),
    ".": ("dot", "period", "full stop"),
    ":": ("colon",),
    ";": ("semicolon",),
    "-": ("dash", "hyphen", "minus"),
}


def value_words(value: object) -> Words:
    """How a literal value may be named: `0` is "0" or "zero", `""` an empty string."""
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if value is None:
        return NOTHING
    if isinstance(value, int) and 0 <= value < len(_NUMBERS):
        return (str(value), _NUMBERS[value])
    if isinstance(value, str):
        return _BLANKS.get(value) or (value.lower(),)
    return (str(value).lower(),)


def literal_words(node: ast.AST) -> Words:
    """The same for a literal in the tree; empty when it is no literal."""
    match node:
        case ast.Constant(value=value):
            return value_words(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return (f"-{value}", f"minus {value}")
        case ast.List(elts=[]):
            return ("empty list", "empty", "[]")
        case ast.Dict(keys=[]):
            return ("empty dict", "empty", "{}")
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "str"), args=[]):
            return ("empty",)
        case ast.Tuple(elts=elts) if elts:
            return literal_words(elts[0])
    return ()


def words_for(node: ast.AST) -> Words:
    """Words by which someone may say what an expression does: its operations, calls and literals."""
    return tuple(dict.fromkeys(_words(node)))


def _words(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        yield from OPERATION.get(type(part), ())
        match part:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                yield from _CALLS.get(name, (name.lower(),))
            case ast.Constant(value=value) if value not in (0, 1, 2):
                yield from value_words(value)
            case ast.Subscript(slice=ast.Slice()):
                yield from ("slice", "part", "without", "cut", "rest", "except")
            case ast.Subscript():
                yield from ("element", "item", "entry", "position", "index", "character")
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                yield from ("each", "every", "all")
