"""The words by which people speak about pieces of Python, for the expected points.

Each tuple is a group of alternatives (`ExpectedPoint.any_of`): lower case, whole
words; `wording` folds their endings.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

Words = tuple[str, ...]


def alt(terms: str) -> Words:
    """Alternatives written as "one | two | three"."""
    return tuple(term.strip() for term in terms.split("|"))


ERROR: Final[Words] = alt("error | exception | crash | fail | raise | throw | traceback | break")
NOTHING: Final[Words] = alt("none | nothing | null | no value")
NOT_RUN: Final[Words] = alt(
    "not run | never run | not execute | never execute | skip | zero times | 0 times | no "
    "iteration | not enter | never enter | no pass | does nothing | zero iterations | never "
    "reached | not loop"
)
FOREVER: Final[Words] = alt(
    "forever | infinite | endless | never stop | never end | not stop | not end | hang | always "
    "true | never terminate | not terminate | never finish"
)
STOPS: Final[Words] = alt(
    "stop | end | leave | exit | finish | abort | terminate | cut off | no more | not continue | skip"
)
IN_PLACE: Final[Words] = alt(
    "in place | inplace | same object | same list | itself | original | modify | mutate | change"
)
EMPTY: Final[Words] = alt("empty | length 0 | length zero | no element | no item | no character | [] | '' | len 0")
LAST_LEFT_OUT: Final[Words] = alt(
    "exclude | exclusive | not include | not included | leave out | left out | up to but | stop "
    "before | one less | not reach | before the end | one before"
)
UNDEFINED: Final[Words] = alt(
    "nameerror | not define | undefined | not exist | never assign | unknown name | not declare | unbound"
)

OPERATION: Final[Mapping[type[ast.AST], Words]] = {
    ast.Add: alt("add | plus | sum | increase | increment | grow | append | join | concatenate | total"),
    ast.Sub: alt("subtract | minus | decrease | decrement | difference | less | take away | reduce"),
    ast.Mult: alt("multiply | times | product | double | repeat"),
    ast.Div: alt("divide | division | quotient | ratio | fraction"),
    ast.FloorDiv: alt("divide | division | floor | whole | round down | integer part | quotient | cut off | //"),
    ast.Mod: alt("remainder | modulo | modulus | mod | left over | leftover | rest | divisible | last digit | %"),
    ast.Pow: alt("power | exponent | square | root | raise | **"),
    ast.Gt: alt("greater | more | above | over | larger | bigger | higher | exceed | >"),
    ast.GtE: alt("at least | greater or equal | or more | minimum | not less | or above | not below | equal or | >="),
    ast.Lt: alt("less | smaller | below | under | fewer | lower | <"),
    ast.LtE: alt("at most | less or equal | or less | maximum | not more | or below | not above | equal or | <="),
    ast.Eq: alt("equal | same | exactly | match | identical | =="),
    ast.NotEq: alt("different | not equal | unequal | other than | anything but | differ | not the same | !="),
    ast.In: alt("contain | member | occur | include | among | one of | part of | found in | inside | is in | present"),
    ast.NotIn: alt("not in | missing | absent | not contain | not part | lack | not found | not among"),
    ast.Is: alt("same object | identity | identical | is none | none"),
    ast.IsNot: alt("not none | different object | not the same object | exist | has a value"),
    ast.And: alt("both | all | and also | as well | together | each of"),
    ast.Or: alt("either | one of | at least one | any of"),
    ast.Not: alt("not | opposite | negate | false | invert"),
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
    "len": alt("length | number of | how many | size | count"),
    "range": alt("number | index | count | from"),
    "print": alt("print | show | output | display | screen"),
    "int": alt("integer | whole number | convert | number"),
    "float": alt("float | decimal | convert | number"),
    "str": alt("string | text | convert"),
    "round": ("round", "nearest"),
    "sum": alt("sum | total | add"),
    "max": alt("largest | maximum | biggest | highest | greatest"),
    "min": alt("smallest | minimum | lowest | least"),
    "sorted": alt("sort | order | ascending"),
    "sort": alt("sort | order | ascending"),
    "set": alt("duplicate | unique | distinct | set"),
    "sqrt": ("square root", "root"),
    "append": alt("add | append | collect | end | put"),
    "split": alt("split | separate | parts | words | pieces"),
    "join": alt("join | combine | glue | concatenate"),
    "input": alt("user | type | enter | keyboard"),
    "open": ("file", "open"),
    "lower": alt("lower case | lowercase | small letters"),
    "upper": alt("upper case | uppercase | capital"),
    "degrees": alt("degrees | radians | convert | angle"),
    "isinstance": alt("type | instance | class | kind"),
    "type": alt("type | class | kind"),
}
_NUMBERS: Final = alt("zero | one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve")
_BLANKS: Final[Mapping[str, Words]] = {
    "": alt("empty string | empty | '' | no characters | blank"),
    " ": ("space", "blank"),
    "\n": alt("newline | new line | line break | next line"),
    "\t": ("tab",),
    ",": ("comma", "commas"),
    ".": alt("dot | period | full stop"),
    ":": ("colon",),
    ";": ("semicolon",),
    "-": alt("dash | hyphen | minus"),
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
            return alt("empty list | empty | []")
        case ast.Dict(keys=[]):
            return alt("empty dict | empty | {}")
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "str"), args=[]):
            return ("empty",)
        case ast.Tuple(elts=elts) if elts:
            return literal_words(elts[0])
    return ()


def spoken(node: ast.AST) -> Words:
    """How an expression may be said: as a literal, by what it does, or, for want of that, by its names."""
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
                yield from _CALLS.get(name, (name.lower(),))
            case ast.Constant(value=value) if value not in (0, 1, 2):
                yield from value_words(value)
            case ast.Attribute(attr=name):
                yield from (name.lower(), *name.lower().split("_"))
            case ast.Subscript(slice=ast.Slice()):
                yield from alt("slice | part | without | cut | rest | except")
            case ast.Subscript():
                yield from alt("element | item | entry | position | index | character")
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                yield from alt("each | every | all")
