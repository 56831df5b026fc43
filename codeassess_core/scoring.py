"""Computes scores from verdicts. Pure. The examiner gives verdicts; code gives the score.

A verdict is worth 1 (met), ½ (partly) or 0 (not), weighted by its criterion, and the
score is the weighted mean times ten. A verdict counts only with evidence: a quote
that code finds verbatim in the answer or in the code. A "met" without it is worth
nothing.

A criterion is settled or open (`settle`). The score is an estimate within an interval:
from the points of what is settled to those and the weights of all that is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

from .model import Criterion, CriterionResult, Verdict

MAX_SCORE: Final = 10.0
WORTH: Final = {Verdict.MET: 1.0, Verdict.PARTLY: 0.5, Verdict.NOT: 0.0}
REVIEW_BELOW: Final = 0.6
"""An evaluation with a lower confidence waits for a person."""

DEFAULT_RUBRIC: Final = (
    Criterion(name="correctness", description="What the answer says about the code is true.", weight=4),
    Criterion(
        name="specificity",
        description="It speaks of this code: its names, values and lines, not of code in general.",
        weight=2,
    ),
    Criterion(name="depth", description="It gives the reason or the consequence, not only what happens.", weight=3),
    Criterion(name="clarity", description="A colleague would understand it at first reading.", weight=1),
)

SLOT_POINTS: Final = 6.0
"""The minimum points of the slots of a question, of ten."""

_SPACE = re.compile(r"\s+")
_LONG_QUOTE = 3  #: characters; a shorter quote must be a whole word


def quote_found(quote: str, *sources: str) -> bool:
    """True when `quote` is verbatim in one of the sources. White space is folded.

    A quote of one or two characters ("3", "24") must be a whole word or number, and have a letter or
    a digit.
    """
    wanted = _SPACE.sub(" ", quote).strip()
    folded = (_SPACE.sub(" ", source) for source in sources)
    if len(wanted) >= _LONG_QUOTE:
        return any(wanted in source for source in folded)
    alone = re.compile(rf"(?<![\w.])(?<!(?<!\w)-){re.escape(wanted)}(?!\w|\.\w)")
    return any(c.isalnum() for c in wanted) and any(alone.search(source) for source in folded)


def verify(criteria: Iterable[CriterionResult], *sources: str) -> tuple[CriterionResult, ...]:
    """The results with `verified` set: each quote is looked up in the sources."""
    return tuple(replace(c, verified=quote_found(c.quote, *sources)) for c in criteria)


def worth(result: CriterionResult) -> float:
    """The value of the verdict, 0 to 1; 0 without verified evidence."""
    return WORTH[result.verdict] if result.verified else 0.0


def score(criteria: Sequence[CriterionResult]) -> float:
    """The weighted mean of the verdicts times ten, clamped to 0…10, one decimal; 0 without criteria."""
    total = sum(c.weight for c in criteria)
    if total <= 0:
        return 0.0
    return _rounded(MAX_SCORE * sum(c.weight * worth(c) for c in criteria) / total)


def settle(
    criteria: Iterable[CriterionResult], *, confidence: float, flags: Sequence[str]
) -> tuple[CriterionResult, ...]:
    """The results with `settled` set.

    A result is settled when the rules of the examiner confirmed it, or when the examiner is confident
    and raised no flag. Praise without evidence is open.
    """
    sure = confidence >= REVIEW_BELOW and not flags
    return tuple(replace(c, settled=(c.settled or sure) and _proven(c)) for c in criteria)


def _proven(result: CriterionResult) -> bool:
    return result.verified or result.verdict is Verdict.NOT


class Scored(NamedTuple):
    """Verified and settled verdicts with their score."""

    criteria: tuple[CriterionResult, ...]
    score: float
    score_min: float
    score_max: float

    @property
    def needs_review(self) -> bool:
        """True when a person has to decide."""
        return self.score_min != self.score_max


def scored(criteria: Iterable[CriterionResult], *sources: str, confidence: float, flags: Sequence[str] = ()) -> Scored:
    """Verify the quotes, decide what is settled, and compute the score and its interval."""
    return count(settle(verify(criteria, *sources), confidence=confidence, flags=flags))


def count(criteria: tuple[CriterionResult, ...]) -> Scored:
    """The score and its interval, with one decimal. Without criteria everything is open."""
    total = sum(c.weight for c in criteria)
    if total <= 0:
        return Scored(criteria, 0.0, 0.0, MAX_SCORE)
    settled = MAX_SCORE * sum(c.weight * worth(c) for c in criteria if c.settled) / total
    waiting = MAX_SCORE * sum(c.weight for c in criteria if not c.settled) / total
    low, high = _rounded(settled), _rounded(settled + waiting)
    return Scored(criteria, min(high, max(low, score(criteria))), low, high)


def _rounded(points: float) -> float:
    return round(min(MAX_SCORE, max(0.0, points)), 1)


def together(slots: Sequence[CriterionResult], free: Sequence[CriterionResult]) -> tuple[CriterionResult, ...]:
    """The criteria of slots and of the free part, with weights in points of ten.

    Slots keep their weights, but have at least `SLOT_POINTS` together; the free part gets the rest.
    Without the other part, a part gets all points.
    """
    slot_weight = sum(c.weight for c in slots)
    shared = sum(c.weight for c in free)
    if slot_weight <= 0 or shared <= 0:
        return (*slots, *free)
    points = min(MAX_SCORE, max(SLOT_POINTS, slot_weight))
    return (*_weighed(slots, points / slot_weight), *_weighed(free, (MAX_SCORE - points) / shared))


def _weighed(criteria: Iterable[CriterionResult], factor: float) -> Iterator[CriterionResult]:
    return (replace(c, weight=c.weight * factor) for c in criteria)


class Judged(Protocol):
    """The numbers of an evaluation, or of its review."""

    @property
    def score(self) -> float: ...

    @property
    def score_min(self) -> float: ...

    @property
    def score_max(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The score of a review, which is final."""

    score: float

    @property
    def score_min(self) -> float:
        """The score itself."""
        return self.score

    @property
    def score_max(self) -> float:
        """The score itself."""
        return self.score


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """The score of a whole session, 0…10: each number is the mean over its answers.

    An answer that could not be evaluated is open from 0 to 10 and has no estimate, so that
    `score` is None when there is no other. Questions without an answer do not count.
    """

    score: float | None
    score_min: float | None  #: None without answers
    score_max: float | None
    answers: int  #: evaluated, or waiting for an evaluation by a person
    open: int  #: answers whose score may still change
    failed: int = 0  #: answers without an evaluation
    reviewed: int = 0  #: answers that a person decided on

    @property
    def provisional(self) -> bool:
        """True when the score may still change."""
        return self.open > 0


def overall(evaluations: Sequence[Judged], *, failed: int = 0) -> Overall:
    """The overall score of a session. `failed` counts answers without an evaluation."""
    return Overall(
        score=_mean([e.score for e in evaluations]),
        score_min=_mean([*(e.score_min for e in evaluations), *[0.0] * failed]),
        score_max=_mean([*(e.score_max for e in evaluations), *[MAX_SCORE] * failed]),
        answers=len(evaluations) + failed,
        open=sum(e.score_min != e.score_max for e in evaluations) + failed,
        failed=failed,
        reviewed=sum(isinstance(e, Reviewed) for e in evaluations),
    )


def _mean(scores: Sequence[float]) -> float | None:
    return round(sum(scores) / len(scores), 1) if scores else None
