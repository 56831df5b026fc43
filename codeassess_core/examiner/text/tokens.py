"""Splits an answer into tokens: values, pieces of code, words, operators, ends of clauses. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from .literals import NO_VALUE, literal, number_at, numbers
from .result_words import Phrase, folded, words

LONGEST: Final = 3_000
"""Characters of an answer that are read."""

_BRACKETED: Final = 1_000  #: characters between two brackets, at most
_PHRASE: Final = 4  #: words of the longest phrase that is a value
_OPEN: Final = {"[": "]", "{": "}", "(": ")"}
_QUOTED: Final = re.compile(
    r"(?<![\w'])'((?:[^'\\\n]|\\.){0,400})'(?!\w)|\"((?:[^\"\\\n]|\\.){0,400})\"|“([^”\n]{0,400})[”“]|„([^“”\n]{0,400})[“”]"
    r"|«\s?([^»\n]{0,400}?)\s?»|(?<!\w)‘([^’\n]{0,400})’"
)
_TICKED: Final = re.compile(r"```(?:\w*\n)?([^`]{1,400})```|`([^`\n]{1,400})`")
_NAME: Final = re.compile(r"[^\W\d]\w*(?:[’'-][^\W\d]\w*|\.[^\W\d]\w*)*")
_OPERATOR: Final = re.compile(r"->|=>|→|⇒|==|!=|<=|>=|\*\*|//|[=+*/%<>^≈~±≠≤≥–|-]")
_SPACE: Final = re.compile(r"[ \t\r\u00a0\u202f]+")
_ELLIPSIS: Final = re.compile(r"\.\.+|…")
_SIGN_AFTER: Final = re.compile(r"[\w)\]}'\"`]$|[\d)\]}] $")
_USED: Final = re.compile(r"\.[^\W\d]\w*(?:\([^()\n]*\))?|\[[^\]\n]*\]")
_STUCK: Final = re.compile(r"[^\W\d]\w*")


class Kind(Enum):
    """The kind of a token."""

    VALUE = auto()
    WORD = auto()
    CALL = auto()  #: `f(3)`
    CODE = auto()  #: any other piece of code
    OPERATOR = auto()
    MARK = auto()  #: a comma, a colon, a bracket of prose
    END = auto()  #: the end of a sentence or a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of an answer, from the character `start` to `end`."""

    kind: Kind
    text: str
    start: int
    end: int
    values: tuple[object, ...] = ()  #: the possible values, the likeliest first
    quoted: bool = False  #: between quotation marks
    spoken: bool = False  #: written in words
    rounded: bool = False  #: followed by dots: "3.33…"

    @property
    def word(self) -> str:
        """The text in lower case; a contraction with "not" is "not"."""
        return folded(self.text)


def tokens(text: str, *, known: Collection[str] = ()) -> tuple[Token, ...]:
    """The tokens of a text. The strings `known` are values even without quotation marks."""
    text = text[:LONGEST]
    phrases = sorted((one for one in known if one), key=len, reverse=True)
    return tuple(_spoken(tuple(_tokens(text, phrases))))


def _tokens(text: str, known: Sequence[str]) -> Iterator[Token]:
    at, closed = 0, _closings(text)
    while at < len(text):
        if blank := _SPACE.match(text, at):
            at = blank.end()
            continue
        token = _next(text, at, known, closed)
        yield token
        at = token.end


def _next(text: str, at: int, known: Sequence[str], closed: Mapping[int, int]) -> Token:
    return (
        _ticked(text, at)
        or _quoted(text, at)
        or _known(text, at, known)
        or _bracket(text, at, closed)
        or _number(text, at)
        or _name(text, at, closed)
        or _mark(text, at)
    )


def _ticked(text: str, at: int) -> Token | None:
    found = _TICKED.match(text, at)
    if found is None:
        return None
    inner = (found[1] or found[2]).strip()
    value = literal(inner)
    if value is not NO_VALUE:
        return Token(
            kind=Kind.VALUE, text=inner, start=at, end=found.end(), values=(value,), quoted=isinstance(value, str)
        )
    called = _NAME.match(inner)
    is_call = called is not None and inner[called.end() :].startswith("(") and inner.endswith(")")
    return Token(kind=Kind.CALL if is_call else Kind.CODE, text=inner, start=at, end=found.end())


def _quoted(text: str, at: int) -> Token | None:
    found = _QUOTED.match(text, at)
    if found is None:
        return None
    inner = next(group for group in found.groups() if group is not None)
    value = literal(found[0]) if text[at] in "'\"" else inner
    return Token(
        kind=Kind.VALUE,
        text=inner,
        start=at,
        end=found.end(),
        values=(inner if value is NO_VALUE else value,),
        quoted=True,
    )


def _known(text: str, at: int, known: Sequence[str]) -> Token | None:
    if at and (text[at - 1].isalnum() or text[at - 1] in "_'’"):
        return None
    for one in known:
        after = text[at + len(one) : at + len(one) + 2]
        ends = not after[:1].isalnum() and after[:1] not in ("_", "(", "[") and not re.match(r"\.\w", after)
        if text.startswith(one, at) and ends:
            return Token(kind=Kind.VALUE, text=one, start=at, end=at + len(one), values=(one,))
    return None


def _bracket(text: str, at: int, closed: Mapping[int, int]) -> Token | None:
    """A list, a set, a dict, or a tuple; None for brackets of prose."""
    if text[at] not in _OPEN:
        return None
    end = closed.get(at, 0)
    inner = text[at:end]
    value = literal(inner) if end else NO_VALUE
    if end and (used := _USED.match(text, end)):  # "[0, 1].append(2)"
        return Token(kind=Kind.CODE, text=text[at : used.end()], start=at, end=used.end())
    if value is not NO_VALUE and (text[at] != "(" or isinstance(value, tuple)):
        return Token(kind=Kind.VALUE, text=inner, start=at, end=end, values=(value,))
    if end and text[at] != "(":
        return Token(kind=Kind.CODE, text=inner, start=at, end=end)
    return None


def _closings(text: str) -> Mapping[int, int]:
    """The index after the closing bracket, by the index of the opening one; pairs that are too long are left out."""
    waiting: list[int] = []
    found: dict[int, int] = {}
    for n, letter in enumerate(text):
        if letter in _OPEN:
            waiting.append(n)
        elif waiting and letter == _OPEN[text[waiting[-1]]]:
            found[waiting.pop()] = n + 1
    return {begin: end for begin, end in found.items() if end - begin <= _BRACKETED}


def _number(text: str, at: int) -> Token | None:
    begin = at
    if text[at] in "-−+":
        before = text[max(0, at - 3) : at]
        if _SIGN_AFTER.search(before) or before[-1:] in ("-", "+", "*", "/", "±"):
            return None
        begin = at + 1 + (text[at + 1 : at + 2] == " " and not before.strip())
    found = number_at(text, begin)
    end = begin + len(found)
    if (
        not found
        or _STUCK.match(text, end)
        or text[at - 1 : at] == "_"
        or re.fullmatch(r"\w\.", text[max(0, at - 2) : at])
    ):
        return None if not found or not _STUCK.match(text, end) else _stuck(text, at)
    meant = numbers(text[at:begin].strip() + found)
    rounded = _ELLIPSIS.match(text, end)
    end = rounded.end() if rounded else end
    return Token(kind=Kind.VALUE, text=text[at:end], start=at, end=end, values=meant, rounded=bool(rounded))


def _stuck(text: str, at: int) -> Token:
    """A number with letters after it is a word: "5th"."""
    found = re.compile(r"[-−+]?[\w.]*\w").match(text, at)
    end = found.end() if found else at + 1
    return Token(kind=Kind.WORD, text=text[at:end], start=at, end=end)


def _name(text: str, at: int, closed: Mapping[int, int]) -> Token | None:
    found = _NAME.match(text, at)
    if found is None:
        return None
    end = found.end()
    if text[end : end + 1] in ("(", "[") and end in closed:
        whole = text[at : closed[end]]
        value = literal(whole)
        if value is not NO_VALUE:
            return Token(kind=Kind.VALUE, text=whole, start=at, end=closed[end], values=(value,))
        kind = Kind.CALL if text[end] == "(" else Kind.CODE
        return Token(kind=kind, text=whole, start=at, end=closed[end])
    is_code = "_" in found[0] or any(c.isdigit() for c in found[0])
    return Token(kind=Kind.CODE if is_code else Kind.WORD, text=found[0], start=at, end=end)


def _mark(text: str, at: int) -> Token:
    if found := _OPERATOR.match(text, at):
        return Token(kind=Kind.OPERATOR, text=found[0], start=at, end=found.end())
    if found := _ELLIPSIS.match(text, at):
        return Token(kind=Kind.MARK, text=found[0], start=at, end=found.end())
    ends = text[at] in "\n;!?" or (text[at] == "." and not text[at + 1 : at + 2].isalnum())
    return Token(kind=Kind.END if ends else Kind.MARK, text=text[at], start=at, end=at + 1)


def _spoken(found: tuple[Token, ...]) -> Iterator[Token]:
    """The tokens, where phrases that mean a value are one token: "an empty list", "minus 3"."""
    known, at = words(), 0
    while at < len(found):
        one = _phrase(found, at)
        if known.has("minus", found[at].word) and (at == 0 or found[at - 1].kind is not Kind.VALUE):
            one = _negative(found, at) or one
        yield one[0] if one else found[at]
        at += one[1] if one else 1


def _phrase(found: Sequence[Token], at: int) -> tuple[Token, int] | None:
    """The phrase at this index that is a value, and its number of tokens."""
    size = phrase_at(found, at, words().values)
    part = found[at : at + size]
    return (_one(part, words().values[tuple(token.word for token in part)]), size) if size else None


def _negative(found: Sequence[Token], at: int) -> tuple[Token, int] | None:
    """A number after "minus"."""
    if at + 1 == len(found):
        return None
    number, size = _phrase(found, at + 1) or (found[at + 1], 1)
    meant = tuple(-n for n in number.values if isinstance(n, int | float) and not isinstance(n, bool))
    return (_one((found[at], number), meant), size + 1) if meant else None


def _one(part: Sequence[Token], meant: tuple[object, ...]) -> Token:
    return Token(
        kind=Kind.VALUE,
        text=" ".join(token.text for token in part),
        start=part[0].start,
        end=part[-1].end,
        values=meant,
        spoken=True,
    )


def phrase_at(found: Sequence[Token], at: int, phrases: Collection[Phrase]) -> int:
    """The number of tokens of the longest of these phrases that begins here; 0 when none does."""
    said = tuple(token.word if token.kind is Kind.WORD else "" for token in found[at : at + _PHRASE])
    return next((size for size in range(len(said), 0, -1) if said[:size] in phrases), 0)
