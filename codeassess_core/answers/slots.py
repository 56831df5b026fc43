"""Slots: the parts of an answer that code checks. Pure.

There are two steps. A reader (`examiner.text.slot_reading`) finds what an answer states for a slot;
`is_right` compares that with the right answers of the question. A missing or contradictory
statement gets no points; one that cannot be read is left to a person.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from ..documents import python_text
from ..model import CriterionResult, Question, Slot, SlotKind, Verdict


class Stated(StrEnum):
    """What an answer says about a slot."""

    CLEARLY = "clearly"  #: one readable result
    UNREADABLY = "unreadably"  #: something that code cannot read: a person decides
    NOT_AT_ALL = "not_at_all"
    CONTRADICTORY = "contradictory"  #: two results that exclude each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found for one slot."""

    state: Stated
    value: str = ""  #: when stated clearly: a Python literal or bare text, a class, lines, or the text of an option
    quote: str = ""  #: the words of the answer, verbatim


class Read(Protocol):
    """Finds what `text` states for a slot. `sent`: the text is the content of the slot's own field.

    A result that the text of the `question` contains does not count.
    """

    def __call__(self, slot: Slot, text: str, *, sent: bool, question: str) -> Reading: ...


def slot_results(question: Question, read: Read) -> tuple[CriterionResult, ...]:
    """The verdict on each slot of an answered question. A field that was filled in has priority over the text."""
    return tuple(_result(slot, _reading(slot, question, read), question) for slot in question.slots)


def _reading(slot: Slot, question: Question, read: Read) -> Reading:
    sent = question.slot_answers.get(slot.id, "")
    if sent.strip():
        return read(slot, sent, sent=True, question=question.text)
    return read(slot, question.response or "", sent=False, question=question.text)


def _result(slot: Slot, reading: Reading, question: Question) -> CriterionResult:
    right = reading.state is Stated.CLEARLY and is_right(slot, reading.value)
    return CriterionResult(
        criterion=slot.label,
        verdict=Verdict.MET if right else Verdict.NOT,
        reason=_reason(slot, reading, question, right=right),
        quote=reading.quote,
        weight=slot.weight,
        verified=bool(reading.quote),  # the reader found the quote in the text
        settled=reading.state is not Stated.UNREADABLY,
        slot=slot.id,
    )


def _reason(slot: Slot, reading: Reading, question: Question, *, right: bool) -> str:
    """The reason for the report. It contains the right answer: no candidate sees it before the end."""
    answer = " or ".join(f"`{text}`" for text in slot.right_answers)
    found = f"{answer} is right, {how_found(slot, question)}."
    match reading.state:
        case Stated.NOT_AT_ALL:
            return f"Nothing was stated. {found}"
        case Stated.CONTRADICTORY:
            return f"Two results that contradict each other were stated. {found}"
        case Stated.UNREADABLY:
            return f"What was stated could not be read by code. {found}"
        case Stated.CLEARLY:
            stated = f"`{reading.value}` was stated. {found}"
            return found if right else " ".join((stated, *_chosen(slot, reading.value)))


def _chosen(slot: Slot, value: str) -> Iterator[str]:
    """The reason why the chosen option is wrong."""
    return (option.reason for option in slot.options if _words(option.text) == _words(value) and option.reason)


def how_found(slot: Slot, question: Question) -> str:
    """The source of the right answer, for the report."""
    ran = any(claim.slot == slot.id for claim in question.claims)
    return "found by running the code" if ran else "found in the code"


# -- comparing ---------------------------------------------------------------------------------------------------------

_DECIMALS: Final = 2
"""A value that is rounded to at least so many decimals counts as equal."""

_EXCEPTION: Final = re.compile(r"(?:\w+\.)*(\w+)")
_LINES: Final = re.compile(r"(\d+)(?:\s*(?:-|–|to|bis|à|a)\s*(\d+))?")
_MOST_LINES: Final = 100_000


def is_right(slot: Slot, value: str) -> bool:
    """True when `value` is one of the slot's right answers."""
    same = _SAME[slot.kind]
    return any(same(value, accepted) for accepted in slot.accepted)


def _same_value(stated: str, accepted: str) -> bool:
    """Equal values: also `3` and `3.0`, `'planet'` with or without quotes, sets in any order."""
    one, other = _literal(stated), _literal(accepted)
    if isinstance(other, str) and _spaced(stated) == _spaced(other):
        return True
    if one is _NONE or other is _NONE:
        return _spaced(stated).replace('"', "'") == _spaced(accepted).replace('"', "'")
    return _equal(one, other) or _rounded(stated, one, other)


_NONE: Final = object()


def _literal(text: str) -> Any:
    """The value of a Python literal; `_NONE` when the text is not a literal."""
    try:
        return python_text.literal(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _NONE


def _equal(one: Any, other: Any) -> bool:
    """As Python's ==, but True is not 1, and floats may differ in the last digits."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or (isinstance(other, float) and math.isclose(one, other, rel_tol=1e-9))
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(value, other[key]) for key, value in one.items())
    return bool(one == other)


def _rounded(stated: str, one: Any, other: Any) -> bool:
    if type(one) is not float or type(other) is not float:
        return False
    decimals = len(stated.strip().partition(".")[2])
    return decimals >= _DECIMALS and round(other, decimals) == one


def _same_exception(stated: str, accepted: str) -> bool:
    one, other = _EXCEPTION.fullmatch(stated.strip()), _EXCEPTION.fullmatch(accepted.strip())
    return bool(one and other) and one[1].casefold() == other[1].casefold()  # type: ignore[index]


def _same_lines(stated: str, accepted: str) -> bool:
    lines = _line_numbers(stated)
    return bool(lines) and lines == _line_numbers(accepted)


def _line_numbers(text: str) -> frozenset[int]:
    """The line numbers in "5", "5-7", "lines 3 and 5"; empty for numbers that no text has."""
    found: set[int] = set()
    for first, last in _LINES.findall(text):
        start, end = int(first[:9]), int((last or first)[:9])
        found.update(range(start, min(end, start + _MOST_LINES) + 1))
    return frozenset(found)


def _same_words(stated: str, accepted: str) -> bool:
    return _words(stated) == _words(accepted)


def _words(text: str) -> str:
    return _spaced(text).casefold()


def _spaced(text: str) -> str:
    return " ".join(text.split())


_SAME: Final = {
    SlotKind.VALUE: _same_value,
    SlotKind.EXCEPTION: _same_exception,
    SlotKind.LINES: _same_lines,
    SlotKind.CHOICE: _same_words,
}


# -- in words ----------------------------------------------------------------------------------------------------------


def said(response: str, answers: Mapping[str, str]) -> str:
    """The whole answer as text: the slots, then the response."""
    filled = [text for text in answers.values() if text.strip()]
    return "\n".join([*filled, *filter(None, [response])])
