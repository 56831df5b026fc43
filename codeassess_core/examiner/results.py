"""The values and the names that a text about code states. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from .dimensions import Tongue
from .offline import wording

COST = re.compile(r"\b[OΘ] ?\(([^()]*(?:\([^()]*\))?[^()]*)\)")
SPOKEN_COST = re.compile(r"\b([a-z]) (times|plus) ([a-z])\b")
EXCEPTION = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Iteration)\b")
KINDS: Final = {"list": re.compile(r"[\[(].*"), "number": re.compile(r"-?\d+(?:\.\d+)?")}
"""The kinds of value of which a wrong one tells something."""

_EXCEPTION_NAME = re.compile(r"\w+(?:error|exception|warning|interrupt|iteration)")
_VALUE = re.compile(
    # every repetition is bounded: hostile text must not cost its square
    r"\[[^\[\]\n]{0,120}(?:\[[^\[\]\n]{0,120}\][^\[\]\n]{0,60}){0,20}\]|\([^(),\n]{0,60}(?:,[^(),\n]{0,60}){1,20}\)"
    r"|(?<!\w)'[^'\n]{0,60}'(?!\w)|\"[^\"\n]{0,60}\""  # an apostrophe is no quotation mark
    r"|(?<![\w.])-?\d{1,40}(?:\.\d{1,40})?(?=x?\b)(?![\w.]{0,40}[a-wyz\d])"
    r"|\b(?:None|True|False|null|nil|NaN|NaT|undefined)\b",
    re.IGNORECASE,
)
_NO_VALUE = re.compile(rf"{COST.pattern}|\blines? \d+(?: ?(?:-|–|to|and) ?\d+)?", re.IGNORECASE)
_SMALL = re.compile(r"\b(?:true|false|none)\b")
_LITERAL = re.compile(r"\b(?:True|False|None|null|NULL|nil)\b")
_CLAUSE = re.compile(r"[,;!?\n]|\. |\bbecause\b")
_SAME: Final = {"null": "none", "nil": "none"}
_QUOTES = re.compile(r"[\s\"'`]")
_TELLING: Final = 8  #: letters from which the name of an exception is known without its last word
_WORD = re.compile(r"[^\W\d]\w*")
_LETTERS = re.compile(r"[^\W\d_]+")
_WRITTEN: Final = {"empty": re.compile(r"(?<!\w)(?:\[\]|\{\}|''|\"\")(?!\w)"), "newline": re.compile(r"\\n")}
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|\b[a-z]+[A-Z]\w*|\b[a-z]\w*_\w+")
_FRAGMENT = re.compile(
    r"[\w.\[\](){}'\"]{1,40}(?:(?: (?:=>|[-+*/%<>=!&|]{1,3}) | ?(?:=>|[+*%<>=!&|]{1,3}) ?)[\w.\[\](){}'\"]{1,40}){1,8}"
    r"|\w{1,40}\[[^\]\n]{1,40}\]"
)
"""A piece of code in prose: operands with operators between them, or something with an index."""
_ABBREVIATIONS: Final = frozenset({"e.g", "i.e"})
_SHORTEST: Final = 4  #: characters that a fragment has at least, without spaces
_USED = re.compile(r"\.([A-Za-z_]\w{2,})|\b([A-Za-z_]\w{2,})\(|`([A-Za-z_]\w{2,})")
"""A name that the text uses as code: after a dot, called, or set as code."""


def values(text: str, tongue: Tongue) -> frozenset[str]:
    """The values that a text names, in one spelling: numbers, literals, lists, the names of exceptions."""
    counted = _LETTERS.sub(lambda found: tongue.numbers.get(found[0].lower(), found[0]), _NO_VALUE.sub(" ", text))
    plain = (_QUOTES.sub("", found).casefold() for found in _VALUE.findall(counted))
    named = (_SAME.get(value, value) for value in plain)
    return frozenset(value for value in (*named, *map(str.casefold, EXCEPTION.findall(text))) if value)


def outcome(text: str, tongue: Tongue) -> frozenset[str]:
    """What the text says comes out: the value that it begins with, and those of its clauses that speak of a result."""
    begun = _VALUE.match(text.lstrip())
    telling = (part for part in _CLAUSE.split(text) if tongue.yielding & set(wording.words(part)))
    return values(" ; ".join((begun[0] if begun else "", *telling)), tongue)


def in_passing(text: str, tongue: Tongue) -> frozenset[str]:
    """The words true, false and none where prose has them in small letters, and no result; none never is one."""
    literal = frozenset(map(str.casefold, _LITERAL.findall(text)))
    return frozenset(_SMALL.findall(text)) - literal - (outcome(text, tongue) - {"none"})


def described(text: str, tongue: Tongue) -> frozenset[str]:
    """The values that a text describes, or writes where others describe them: "twice", "an empty list", `[]`."""
    stems = wording.words(text)
    said = {value for value, terms in tongue.results.items() if any(_affirmed(term, stems, tongue) for term in terms)}
    return frozenset(said | {value for value, form in _WRITTEN.items() if form.search(text)})


def _affirmed(term: str, stems: Sequence[str], tongue: Tongue) -> bool:
    """Is it somewhere said without a word in its clause that denies it or takes it away?"""
    return any(
        not tongue.removers & set(takewhile(lambda stem: stem not in tongue.breaks, reversed(stems[:at])))
        and not wording.denied(term, stems, at, negators=tongue.negators, breaks=tongue.breaks)
        for at in wording.occurrences(term, stems)
    )


def errors_among(found: frozenset[str]) -> frozenset[str]:
    """Those of some values that are names of exceptions."""
    return frozenset(filter(_EXCEPTION_NAME.fullmatch, found))


def errors_spelt_out(wanted: frozenset[str], text: str) -> frozenset[str]:
    """The wanted exceptions whose names the text has in several words, or without their last one: "null pointer"."""
    joined = "".join(text.casefold().split())
    return frozenset(name for name in errors_among(wanted) if name in joined or _stump(name) in joined)


def _stump(name: str) -> str:
    bare = name.removesuffix("exception").removesuffix("error")
    return bare if len(bare) >= _TELLING else name


def names(text: str) -> frozenset[str]:
    """Names that only code has, in one spelling."""
    return frozenset(map(str.casefold, _NAME.findall(text))) - _ABBREVIATIONS


def fragments(text: str) -> frozenset[str]:
    """The pieces of code in a text, without spaces."""
    found = ("".join(fragment.split()).rstrip(".") for fragment in _FRAGMENT.findall(text))
    return frozenset(fragment for fragment in found if len(fragment) >= _SHORTEST)


def used(text: str) -> frozenset[str]:
    """Names that this text uses as code, which another may write as a plain word."""
    return frozenset(name.casefold() for found in _USED.findall(text) for name in found if name)


def words(text: str) -> frozenset[str]:
    """All words of a text as they are written, in lower case."""
    return frozenset(map(str.casefold, _WORD.findall(text)))
