"""Finds the values that an answer states, and how: as the result, of a name, or in passing. Pure.

A value is a *result* when the answer begins with it, when a word such as "returns" or "the
result is" leads to it, or when it is one side of an "or". It is *of a name* after "x is"
and "x =". Every other value is mentioned in passing, such as the numbers of an explanation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from .contexts import Plain, denied, goes_on, hedged, how_plain, is_number_of, led_by, operand
from .literals import Row
from .result_words import words
from .tokens import Kind, Token

_JOINED: Final = 3  #: words between two values of a row
_MOST: Final = 60  #: values that are read at most; an answer with more states none


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A value, or several in a row, that an answer states."""

    values: tuple[object, ...]  #: what it may mean, the likeliest first
    tokens: tuple[Token, ...]
    plain: Plain
    name: str = ""  #: the name that it is the value of, when it is no result
    denied: bool = False
    inexact: bool = False  #: only a bound: "at least 3"
    rounded: bool = False
    hedged: bool = False  #: one side of an "or"

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


def statements(said: Sequence[Token], *, calls: Collection[str], counting: bool) -> tuple[Statement, ...]:
    """What is stated, in order. `calls`: those of the question, without spaces; `counting`: does it ask how often?"""
    found: list[Statement] = []
    at = 0
    while at < len(said) and len(found) < _MOST:
        if said[at].kind is not Kind.VALUE:
            at += 1
            continue
        end = _row_end(said, at)
        one = _statement(said, at, end, calls=calls, counting=counting)
        if one is not None:
            found.append(one)
        at = end
    return tuple(_without_asides(said, found))


def _row_end(said: Sequence[Token], at: int) -> int:
    """The index after the last of the values that follow each other."""
    end = at + 1
    while (after := _next_value(said, end)) is not None:
        if goes_on(said, after + 1) and after > end and not _is_subject(said, at, end, after):
            break  # "3, 4 is too much": the second value begins a new clause
        end = after + 1
    return end


def _is_subject(said: Sequence[Token], at: int, end: int, after: int) -> bool:
    """Are these values the subject of a sentence or an explanation, as in "3 and 4 reach the limit"?"""
    begins = at == 0 or said[at - 1].kind is Kind.END or said[at - 1].text == ":"
    return begins and after == end + 1 and words().has("and_", said[end].word)


def _next_value(said: Sequence[Token], at: int) -> int | None:
    """The index of the next value of the row: it follows directly or after a comma, "and", "then"."""
    known = words()
    for n in range(at, min(len(said), at + _JOINED + 1)):
        token = said[n]
        if token.kind is Kind.VALUE:
            return None if n + 1 < len(said) and said[n + 1].kind is Kind.OPERATOR else n
        joins = token.text == "," or known.has("and_", token.word) or known.has("after", token.word)
        if not joins or (known.has("so", token.word) and not known.has("after", token.word)):
            return None
    return None


def _statement(said: Sequence[Token], at: int, end: int, *, calls: Collection[str], counting: bool) -> Statement | None:
    """The statement that the values from `at` to `end` make; None when they make none."""
    items = tuple(said[at:end])
    values = [token for token in items if token.kind is Kind.VALUE]
    if operand(said, at, end) or is_number_of(said, at, end, counting=counting):
        return None
    row = (Row(token.values[0] for token in values if token.values),)
    plain, name = how_plain(said, at, end, calls=calls)
    if name is None:
        return None
    known = words()
    return Statement(
        values=row if len(values) > 1 else values[0].values,
        tokens=items,
        plain=plain,
        name=name,
        denied=denied(said, at, end),
        inexact=led_by(said, at, known.inexact),
        rounded=values[0].rounded or led_by(said, at, known.about) or (at > 0 and said[at - 1].text in ("≈", "~")),
        hedged=hedged(said, at, end),
    )


def _without_asides(said: Sequence[Token], found: Sequence[Statement]) -> Iterator[Statement]:
    """The statements, where a value in a reason or in brackets is no result if there is a result elsewhere."""
    outside = [s for s in found if s.plain is Plain.AS_RESULT and not s.denied and not _aside(said, s)]
    for one in found:
        yield replace(one, plain=Plain.IN_PASSING) if outside and _aside(said, one) and not one.hedged else one


def _aside(said: Sequence[Token], one: Statement) -> bool:
    """Is the value in brackets, or in a clause that gives a reason?"""
    known, depth, reason = words(), 0, False
    began = True
    for token in takewhile(lambda token: token.start < one.start, said):
        depth += (token.text == "(") - (token.text == ")") if token.kind is Kind.MARK else 0
        if token.kind is Kind.END or known.has("so", token.word) or (token.text == "," and reason is None):
            reason = False
        elif known.has("reasons", token.word):
            reason = not began
        began = token.kind is Kind.END
    return depth > 0 or reason
