"""How many points: pure functions. The examiner gives verdicts; code gives the score.

A verdict is worth 1 (met), ½ (partly) or 0 (not), weighted by its criterion, and the
score is the weighted mean times ten. A verdict counts only with evidence: a quote
that code finds verbatim in the answer or in the code. A "met" without it is worth
nothing and sends the evaluation to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

from .model import Criterion, CriterionResult, Verdict

MAX_SCORE: Final = 10.0
WORTH: Final = {Verdict.MET: 1.0, Verdict.PARTLY: 0.5, Verdict.NOT: 0.0}
REVIEW_BELOW: Final = 0.6
"""An evaluation that is less confident than this waits for a person."""

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

_SPACE = re.compile(r"\s+")
_MIN_QUOTE = 3


def quote_found(quote: str, *sources: str) -> bool:
    """Is `quote` verbatim in one of the sources? White space is folded; under three characters prove nothing."""
    wanted = _SPACE.sub(" ", quote).strip()
    return len(wanted) >= _MIN_QUOTE and any(wanted in _SPACE.sub(" ", source) for source in sources)


def verify(criteria: Iterable[CriterionResult], *sources: str) -> tuple[CriterionResult, ...]:
    """The same results with `verified` set by looking each quote up in the sources."""
    return tuple(replace(c, verified=quote_found(c.quote, *sources)) for c in criteria)


def worth(result: CriterionResult) -> float:
    """0 to 1: what the verdict is worth, nothing without verified evidence."""
    return WORTH[result.verdict] if result.verified else 0.0


def score(criteria: Sequence[CriterionResult]) -> float:
    """The weighted mean of the verdicts times ten, clamped to 0…10, one decimal; 0 without criteria."""
    total = sum(c.weight for c in criteria)
    if total <= 0:
        return 0.0
    points = MAX_SCORE * sum(c.weight * worth(c) for c in criteria) / total
    return round(min(MAX_SCORE, max(0.0, points)), 1)


def needs_review(criteria: Sequence[CriterionResult], confidence: float, flags: Sequence[str]) -> bool:
    """Must a person look? When confidence is low, something was flagged, or praise came without evidence."""
    unproven = any(not c.verified and c.verdict is not Verdict.NOT for c in criteria)
    return confidence < REVIEW_BELOW or bool(flags) or unproven or not criteria


class Scored(NamedTuple):
    """What becomes of an examiner's verdicts: looked up, counted, and whether a person must decide."""

    criteria: tuple[CriterionResult, ...]
    score: float
    needs_review: bool


def scored(criteria: Iterable[CriterionResult], *sources: str, confidence: float, flags: Sequence[str] = ()) -> Scored:
    """Look the quotes up in the sources, compute the score, decide whether a person must look."""
    verified = verify(criteria, *sources)
    return Scored(verified, score(verified), needs_review(verified, confidence, flags))


class Judged(Protocol):
    """What counts of an evaluation, or of the review that decided on it."""

    @property
    def score(self) -> float: ...

    @property
    def needs_review(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The score that a person decided on: it stands."""

    score: float
    needs_review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """The score of a whole session, 0…10.

    `score` is the mean over the evaluations that stand (None when there is none);
    `with_waiting` includes those that wait for a person. `provisional` while any wait
    or failed. `reviewed` of those that stand were decided by a person.
    """

    score: float | None
    with_waiting: float | None
    provisional: bool
    counted: int
    waiting: int
    failed: int
    reviewed: int = 0


def overall(evaluations: Sequence[Judged], *, failed: int = 0) -> Overall:
    """Sum the evaluations of a session up. `failed` counts answers that nobody has evaluated yet."""
    standing = [e.score for e in evaluations if not e.needs_review]
    waiting = len(evaluations) - len(standing)
    return Overall(
        score=_mean(standing),
        with_waiting=_mean([e.score for e in evaluations]),
        provisional=bool(waiting or failed),
        counted=len(standing),
        waiting=waiting,
        failed=failed,
        reviewed=sum(isinstance(e, Reviewed) for e in evaluations),
    )


def _mean(scores: Sequence[float]) -> float | None:
    return round(sum(scores) / len(scores), 1) if scores else None
