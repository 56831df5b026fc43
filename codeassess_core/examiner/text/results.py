"""Finds the values and the names that a text about code states. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from . import normalized
from .dimensions import LanguageTable

COST = re.compile(r"\b[OΘ] ?\(([^()]*(?:\([^()]*\))?[^()]*)\)")
SPOKEN_COST = re.compile(r"\b([a-z]) (times|plus) ([a-z])\b")
EXCEPTION = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Iteration)\b")
KINDS: Final = {"list": re.compile(r"[\[(].*"), "number": re.compile(r"-?\d+(?:\.\d+)?")}
"""The kinds of value whose wrong values are evidence against an answer."""

_EXCEPTION_NAME = re.compile(r"\w+(?:error|exception|warning|interrupt|iteration)")
_VALUE = re.compile(
    # every repetition is bounded: otherwise hostile text costs quadratic time
    r"\[[^\[\]\n]{0,120}(?:\[[^\[\]\n]{0,120}\][^\[\]\n]{0,60}){0,20}\]|\([^(),\n]{0,60}(?:,[^(),\n]{0,60}){1,20}\)"
    r"|(?<!\w)'[^'\n]{0,60}'(?!\w)|\"[^\"\n]{0,60}\""  # an apostrophe is not a quotation mark
    r"|(?<![\w.])-?\d{1,40}(?:\.\d{1,40})?(?=x?\b)(?![\w.]{0,40}[a-wyz\d])"
    r"|\b(?:None|True|False|null|nil|NaN|NaT|undefined)\b",
    re.IGNORECASE,
)
_NO_VALUE = re.compile(rf"{COST.pattern}|\blines? \d+(?: ?(?:-|–|to|and) ?\d+)?", re.IGNORECASE)
_SUM = re.compile(r"(?<![\w.])\d{1,12}(?: ?[+*] ?\d{1,12}){1,12}(?![\w.])")
"""A calculation, which is no result: "0 + 1 + 4"."""
_SMALL = re.compile(r"\b(?:true|false|none)\b")
_LITERAL = re.compile(r"\b(?:True|False|None|null|NULL|nil)\b")
_CLAUSE = re.compile(r"[,;!?\n]|\. |\bbecause\b")
_SAME: Final = {"null": "none", "nil": "none"}
_QUOTES = re.compile(r"[\s\"'`]")
_TELLING: Final = 8  #: letters; a name of an exception as long as this is recognised without its last word
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
_SHORTEST: Final = 4  #: characters that a piece of code has at least, without spaces
_USED = re.compile(r"\.([A-Za-z_]\w{2,})|\b([A-Za-z_]\w{2,})\(|`([A-Za-z_]\w{2,})")
"""A name that the text uses as code: after a dot, called, or between backquotes."""


def values(text: str, language: LanguageTable) -> frozenset[str]:
    """The values that a text names, in normal form: numbers, literals, lists, names of exceptions."""
    plain = _SUM.sub(" ", _NO_VALUE.sub(" ", text))
    counted = _LETTERS.sub(lambda found: language.numbers.get(found[0].lower(), found[0]), plain)
    bare = (_QUOTES.sub("", found).casefold() for found in _VALUE.findall(counted))
    named = (_SAME.get(value, value) for value in bare)
    return frozenset(value for value in (*named, *map(str.casefold, EXCEPTION.findall(text))) if value)


def outcome(text: str, language: LanguageTable) -> frozenset[str]:
    """What the text gives as result: a value at its beginning, and the values of clauses that speak of a result."""
    begun = _VALUE.match(text.lstrip())
    telling = (part for part in _CLAUSE.split(text) if language.yielding & set(normalized.words(part)))
    return values(" ; ".join((begun[0] if begun else "", *telling)), language)


def in_passing(text: str, language: LanguageTable) -> frozenset[str]:
    """The words true, false and none where they are plain words: lower-case and not given as result."""
    literal = frozenset(map(str.casefold, _LITERAL.findall(text)))
    return frozenset(_SMALL.findall(text)) - literal - (outcome(text, language) - {"none"})


def described(text: str, language: LanguageTable) -> frozenset[str]:
    """The values that a text describes, or writes where others describe them: "twice", "an empty list", `[]`."""
    stems = normalized.words(text)
    said = {
        value for value, terms in language.results.items() if any(_affirmed(term, stems, language) for term in terms)
    }
    return frozenset(said | {value for value, form in _WRITTEN.items() if form.search(text)})


def _affirmed(term: str, stems: Sequence[str], language: LanguageTable) -> bool:
    """Does the term occur without a word in its clause that denies it or takes it away?"""
    return any(
        not language.removers & set(takewhile(lambda stem: stem not in language.breaks, reversed(stems[:at])))
        and not normalized.denied(term, stems, at, negators=language.negators, breaks=language.breaks)
        for at in normalized.occurrences(term, stems)
    )


def errors_among(found: frozenset[str]) -> frozenset[str]:
    """The values that are names of exceptions."""
    return frozenset(filter(_EXCEPTION_NAME.fullmatch, found))


def errors_spelt_out(wanted: frozenset[str], text: str) -> frozenset[str]:
    """The wanted exceptions whose names the text has as several words or without the last word: "null pointer"."""
    joined = "".join(text.casefold().split())
    return frozenset(name for name in errors_among(wanted) if name in joined or _stump(name) in joined)


def _stump(name: str) -> str:
    bare = name.removesuffix("exception").removesuffix("error")
    return bare if len(bare) >= _TELLING else name


def names(text: str) -> frozenset[str]:
    """Names that only code has (dots, underscores, inner capitals), in lower case."""
    return frozenset(map(str.casefold, _NAME.findall(text))) - _ABBREVIATIONS


def fragments(text: str) -> frozenset[str]:
    """The pieces of code in a text, without spaces."""
    found = ("".join(fragment.split()).rstrip(".") for fragment in _FRAGMENT.findall(text))
    return frozenset(fragment for fragment in found if len(fragment) >= _SHORTEST)


def used(text: str) -> frozenset[str]:
    """Names that this text uses as code; another text may have them as plain words."""
    return frozenset(name.casefold() for found in _USED.findall(text) for name in found if name)


def words(text: str) -> frozenset[str]:
    """All words of a text as written, in lower case."""
    return frozenset(map(str.casefold, _WORD.findall(text)))
