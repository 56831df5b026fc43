"""A score in words, for every screen, list and report. Pure.

Words and number come from the same function, so that they agree:
`6 to 10 of 10: the reason waits for a person`. A score that may still be anything is none yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from ..scoring import MAX_SCORE, Overall

NO_SCORE: Final = "No score"
NO_SCORE_YET: Final = "No score yet"
_MOST, _PART = 6.0, 3.5  #: points from which an answer counts as mostly right, or partly right


class Criterion(Protocol):
    """The fields of a criterion that are used here."""

    @property
    def settled(self) -> bool: ...

    @property
    def slot(self) -> str | None: ...


def points(score: float) -> str:
    """`7.5`, `8`."""
    return f"{round(score, 1):g}"


def of_ten(low: float, high: float) -> str:
    """`8 of 10`, or `6 to 10 of 10` while the ends differ; `No score yet` while all of it is open."""
    return NO_SCORE_YET if (low, high) == (0, MAX_SCORE) else f"{ends(low, high)} of {points(MAX_SCORE)}"


def ends(low: float, high: float) -> str:
    """`8`, or `6 to 10`."""
    return points(low) if low == high else f"{points(low)} to {points(high)}"


def answer_words(low: float, high: float, criteria: Iterable[Criterion] = ()) -> str:
    """The score of one answer, and which part waits for a person."""
    return of_ten(low, high) + (f": {_open_part(list(criteria))}" if low != high else "")


def decided_words(score: float) -> str:
    """The score of an answer after a review."""
    return f"{of_ten(score, score)}, decided by a person"


def _open_part(criteria: list[Criterion]) -> str:
    waiting = [c for c in criteria if not c.settled]
    results = sum(c.slot is not None for c in waiting)
    if len(waiting) == len(criteria):
        return "the answer waits for a person"
    parts = ["the result" if results == 1 else "the results"] if results else []
    if results < len(waiting):
        parts.append("the reason" if any(c.slot is not None for c in criteria) else "a part of the answer")
    plural = len(parts) > 1 or results > 1
    return f"{' and '.join(parts)} {'wait' if plural else 'waits'} for a person"


def overall_words(overall: Overall) -> str:
    """The score of a session, and how many of its answers wait for a person."""
    if overall.score_min is None or overall.score_max is None:
        return NO_SCORE
    told = of_ten(overall.score_min, overall.score_max)
    return f"{told}: {_open_answers(overall)}" if overall.open else told


def _open_answers(overall: Overall) -> str:
    if overall.answers == 1:
        return "the answer waits for a person"
    number = "all" if overall.open == overall.answers else f"{overall.open} of"
    return f"{number} {overall.answers} answers wait{'s' if overall.open == 1 else ''} for a person"


def how_much(score: float) -> str:
    """What a candidate is told before a follow-up: how much was right, as the score says."""
    share = "most of it" if score >= _MOST else "a part of it" if score >= _PART else "a little of it"
    return f"You have {share}; one thing is still open."
