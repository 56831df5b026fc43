"""The agreement of two graders: pure functions on pairs of points 0…5.

A figure is None where it is not defined (nothing to compare, no spread).
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from .answers import MAX_POINTS

_BINS: Final = 10
LOW: Final = 2.5  #: points of five; an answer with at most this many is a low one
_APART: Final = 1.0  #: difference in people's points from which one answer is better than the other
_EPSILON: Final = 1e-9
_SEED: Final = 20_240


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One answer, graded twice. `group` is its question, `confidence` the first grader's."""

    group: str
    ours: float
    theirs: float
    confidence: float | None = None


Pairs = Sequence[Pair]
Metric = Callable[[Pairs], float | None]


def whole(points: float) -> int:
    """Rounded to whole points, halves up: 2.5 is 3."""
    return math.floor(min(MAX_POINTS, max(0.0, points)) + 0.5)


def kappa(pairs: Pairs) -> float | None:
    """Cohen's kappa with quadratic weights (1968), on whole points 0…5."""
    observed = Counter((whole(p.ours), whole(p.theirs)) for p in pairs)
    ours, theirs = Counter(whole(p.ours) for p in pairs), Counter(whole(p.theirs) for p in pairs)
    by_chance = sum(n * m * (i - j) ** 2 for i, n in ours.items() for j, m in theirs.items())
    if not by_chance:
        return None
    return 1 - len(pairs) * sum(n * (i - j) ** 2 for (i, j), n in observed.items()) / by_chance


def exact(pairs: Pairs) -> float | None:
    """The share that agrees on the whole point."""
    return _mean(whole(p.ours) == whole(p.theirs) for p in pairs)


def within_one(pairs: Pairs) -> float | None:
    """The share that differs by at most one point of five, before rounding."""
    return _mean(map(_near, pairs))


def mae(pairs: Pairs) -> float | None:
    """The mean absolute difference in points of five, before rounding."""
    return _mean(abs(p.ours - p.theirs) for p in pairs)


def pearson(pairs: Pairs) -> float | None:
    """Pearson's correlation, before rounding."""
    n = len(pairs)
    if n < 2:
        return None
    mean_x, mean_y = sum(p.ours for p in pairs) / n, sum(p.theirs for p in pairs) / n
    spread = math.sqrt(sum((p.ours - mean_x) ** 2 for p in pairs) * sum((p.theirs - mean_y) ** 2 for p in pairs))
    return sum((p.ours - mean_x) * (p.theirs - mean_y) for p in pairs) / spread if spread > _EPSILON else None


def ece(pairs: Pairs) -> float | None:
    """The expected calibration error (Naeini et al. 2015): confidence against `within_one`, in ten equal bins."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for p in pairs:
        if p.confidence is not None:
            bins[min(_BINS - 1, int(p.confidence * _BINS))].append((p.confidence, _near(p)))
    total = sum(map(len, bins.values()))
    gaps = (abs(sum(c for c, _ in found) - sum(hit for _, hit in found)) for found in bins.values())
    return sum(gaps) / total if total else None


def pairwise(pairs: Pairs) -> float | None:
    """Of two answers to a question that people rate a point or more apart, how often ours agrees; ties count half."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for p in pairs:
        groups[p.group].append(p)
    wins = (_wins(a, b) for group in groups.values() for a, b in combinations(group, 2) if _told_apart(a, b))
    return _mean(wins)


def low_recall(pairs: Pairs) -> float | None:
    """Of the answers to which people gave half of the points or less, the share to which ours gives no more either."""
    return _mean(float(p.ours <= LOW) for p in pairs if p.theirs <= LOW)


METRICS: Final[dict[str, Metric]] = {
    "kappa": kappa,
    "exact": exact,
    "within_one": within_one,
    "mae": mae,
    "pearson": pearson,
    "ece": ece,
    "pairwise": pairwise,
    "low_recall": low_recall,
}


def interval(metric: Metric, pairs: Pairs, *, rounds: int = 400, share: float = 0.95) -> tuple[float, float] | None:
    """The bootstrap interval of a figure, by percentiles. Whole questions are drawn: their answers correlate."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for p in pairs:
        groups[p.group].append(p)
    names, chance = sorted(groups), random.Random(_SEED)
    drawn = (_relabelled(groups, chance.choices(names, k=len(names))) for _ in range(rounds))
    found = sorted(value for value in map(metric, drawn) if value is not None)
    if len(names) < 2 or not found:
        return None
    tail = (1 - share) / 2
    return found[int(tail * len(found))], found[min(len(found) - 1, int((1 - tail) * len(found)))]


def _relabelled(groups: dict[str, list[Pair]], names: Sequence[str]) -> list[Pair]:
    return [p for name in names for p in groups[name]]


def _near(pair: Pair) -> bool:
    return abs(pair.ours - pair.theirs) <= 1 + _EPSILON


def _told_apart(one: Pair, other: Pair) -> bool:
    return abs(one.theirs - other.theirs) >= _APART - _EPSILON


def _wins(one: Pair, other: Pair) -> float:
    if abs(one.ours - other.ours) < _EPSILON:
        return 0.5
    return float((one.ours > other.ours) == (one.theirs > other.theirs))


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
