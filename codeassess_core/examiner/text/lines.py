"""Reads which lines an answer names for a slot. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ...answers.slots import Reading, Stated, is_right
from ...model import Slot
from .result_words import words
from .tokens import Kind, Token, phrase_at, tokens

_ABBREVIATED: Final = re.compile(r"\b(?:l|ln|z|no|nr)\.\s?(?=\d)", re.IGNORECASE)
_MOST: Final = 10_000  #: a longer range of lines is not read
_BACK: Final = 6  #: tokens in which a denial is looked for
_ALONE: Final = 3  #: a text with fewer tokens may be only an ordinal: "3rd."
_LIST: Final = 7  #: tokens over which ordinals may be listed
_FEW: Final = 3  #: a sentence with fewer other words says only its lines
_QUOTE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Lines that are named together."""

    lines: frozenset[int]
    start: int  #: index of a token
    end: int
    marked: bool  #: with the word "line"
    denied: bool
    offered: bool  #: one side of an "or"


def read_lines(slot: Slot, text: str) -> Reading:
    """The lines that `text` names."""
    said = tokens(_ABBREVIATED.sub("line ", text))
    groups = [group for group in _groups(said) if group.lines]
    if any(group.marked for group in groups):
        groups = [group for group in groups if group.marked or group.offered or _leads(said, group)]
    told = [group for group in groups if not group.denied]
    quote = text[:_QUOTE]
    if not told:
        described = any(phrase_at(said, n, words().by_words) for n in range(len(said)))
        state = Stated.UNREADABLY if described and not groups else Stated.NOT_AT_ALL
        return Reading(state=state, quote=quote)
    first = told[0]
    if any(group.lines != first.lines and _contradicts(said, group, first) for group in told[1:]) or first.offered:
        return Reading(state=Stated.CONTRADICTORY, quote=quote)
    if not (first.marked or _leads(said, first) or len(told) == 1):
        return Reading(state=Stated.CONTRADICTORY, quote=quote)
    quote = text[said[first.start].start : said[first.end - 1].end][:_QUOTE]
    return Reading(state=Stated.CLEARLY, value=_written(slot, first.lines), quote=quote)


def _written(slot: Slot, lines: frozenset[int]) -> str:
    value = ", ".join(map(str, sorted(lines)))
    return next((accepted for accepted in slot.accepted if is_right(slot, value) and _lines(accepted) == lines), value)


def _lines(accepted: str) -> frozenset[int]:
    return next((group.lines for group in _groups(tokens(accepted))), frozenset())


def _groups(said: Sequence[Token]) -> Iterator[_Group]:
    """The lines that follow each other: "5, 6 and 7", "line 5 and line 6", "5 to 7"."""
    at = 0
    while at < len(said):
        if _number(said, at) is None:
            at += 1
            continue
        lines, end = _run(said, at)
        before = _before(said, at)
        yield _Group(
            lines=lines,
            start=at,
            end=end,
            marked=_marked(said, at, end),
            denied=_denied(said, before),
            offered=_or(said, before - 1) or _or(said, end),
        )
        at = end


def _run(said: Sequence[Token], at: int) -> tuple[frozenset[int], int]:
    """All lines of the group that begins with this number, and the index after it."""
    number = _number(said, at)
    lines, end = ({number} if number is not None else set()), at + 1
    while True:
        after, ranged = _joined(said, end)
        other = _number(said, after) if after is not None else None
        if after is None or other is None or (after > end and _verb_after(said, after + 1) and not ranged):
            return frozenset(lines), end
        last = max(lines) if lines else other
        lines |= set(range(last, other + 1)) if ranged and last <= other < last + _MOST else {other}
        end = after + 1


def _joined(said: Sequence[Token], at: int) -> tuple[int | None, bool]:
    """The index of the group's next number, and whether a range leads to it."""
    known, ranged = words(), said[at - 1].rounded
    for n in range(at, min(len(said), at + 4)):
        token = said[n]
        if _number(said, n) is not None:
            return n, ranged
        dash = token.kind is Kind.OPERATOR and token.text in "-–"
        dots = token.text in (".", "...", "…") and token.kind is not Kind.END
        if dash or dots or token.word in known.to:
            ranged = True
        elif not _joins(said, n, at):
            return None, False
    return None, False


def _joins(said: Sequence[Token], n: int, begin: int) -> bool:
    """Does this token lead to another number of the group: a comma, "and", "line", "and the"?"""
    known, token = words(), said[n]
    if token.text == "," or token.word in known.line or any(known.has(s, token.word) for s in ("and_", "after")):
        return True
    return n > begin and known.has("filling", token.word) and (known.has("and_", said[n - 1].word))


def _number(said: Sequence[Token], at: int) -> int | None:
    """The number of a line at this index: in digits, in words, or as an ordinal."""
    if not 0 <= at < len(said):
        return None
    token, known = said[at], words()
    if token.kind is Kind.VALUE and token.values and not token.quoted:
        value = abs(token.values[0]) if isinstance(token.values[0], int) else None
        if isinstance(token.values[0], bool) or value is None:
            return None
        return None if token.word in known.ones and not _line_near(said, at) else value
    if token.word in known.line_ordinals and _number_follows(said, at):
        return None  # "first line 4, then line 6"
    if token.word[:1] == "l" and token.word[1:].isdigit():
        return int(token.word[1:])
    if not (_line_near(said, at) or len(said) < _ALONE or _in_list(said, at)):
        return None
    digits = re.fullmatch(r"(\d{1,6})[^\W\d]{1,3}", token.word)
    return int(digits[1]) if digits else known.line_ordinals.get(token.word)


def _number_follows(said: Sequence[Token], at: int) -> bool:
    """Does "line 4" follow?"""
    return at + 2 < len(said) and said[at + 1].word in words().line and said[at + 2].kind is Kind.VALUE


def _in_list(said: Sequence[Token], at: int) -> bool:
    """Is this one of several ordinals before "line": "the second and the third line"?"""
    known = words()
    for n in range(at + 1, min(len(said), at + _LIST)):
        word = said[n].word
        if word in known.line:
            return True
        joins = said[n].text == "," or known.has("and_", word) or known.has("filling", word)
        if not (joins or word in known.line_ordinals):
            return False
    return False


def _line_near(said: Sequence[Token], at: int) -> bool:
    known = words()
    return any(0 <= n < len(said) and said[n].word in known.line for n in (at - 1, at + 1, at - 2))


def _marked(said: Sequence[Token], at: int, end: int) -> bool:
    known = words()
    near = range(max(0, at - 3), min(len(said), end + 1))
    return any(said[n].word in known.line for n in near) or said[at].word[:1] == "l"


def _before(said: Sequence[Token], at: int) -> int:
    """The index at which the group begins, with its small words: "on the line"."""
    known = words()
    while at > 0 and (said[at - 1].word in known.line or known.has("filling", said[at - 1].word)):
        at -= 1
    return at


def _or(said: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(said) and (words().has("or_", said[at].word) or said[at].text == "/")


def _denied(said: Sequence[Token], at: int) -> bool:
    known = words()
    for n in range(at - 1, max(-1, at - 1 - _BACK), -1):
        token = said[n]
        if token.kind is Kind.END or token.text in (",", ":") or known.has("breaks", token.word):
            return False
        if known.has("negators", token.word) or phrase_at(said, n, known.denying):
            return True
    return False


def _leads(said: Sequence[Token], group: _Group) -> bool:
    return all(words().has("opening", t.word) or words().has("filling", t.word) for t in said[: group.start])


def _verb_after(said: Sequence[Token], at: int) -> bool:
    """Does a new clause go on after the number: "5, and 6 never runs"?"""
    if at >= len(said) or said[at].kind is not Kind.WORD:
        return False
    known, word = words(), said[at].word
    lists = ("and_", "or_", "after", "each", "reasons", "conditions", "so", "filling", "breaks")
    return word not in known.line and word not in known.to and not any(known.has(name, word) for name in lists)


def _contradicts(said: Sequence[Token], group: _Group, first: _Group) -> bool:
    """Is this another answer, not a part of the reason?"""
    if group.offered:
        return True
    begin = max((n for n in range(group.start) if said[n].kind is Kind.END), default=-1) + 1
    end = next((n for n in range(group.end, len(said)) if said[n].kind is Kind.END), len(said))
    if begin <= first.start:
        return False
    known = words()
    others = [t for t in said[begin:end] if t.kind is Kind.WORD and t.word not in known.line]
    telling = [t for t in others if not (known.has("filling", t.word) or known.has("opening", t.word))]
    return len(telling) < _FEW and not any(known.has(n, t.word) for t in others for n in ("negators", "reasons"))
