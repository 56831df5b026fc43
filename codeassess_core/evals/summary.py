"""The results of a run over graded answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .answers import MAX_POINTS, GradedAnswer
from .judging import Judged
from .metrics import METRICS, Pair, Pairs, interval

ROUNDING: Final = (
    "scores 0-10 are halved to points 0-5; kappa and exact agreement compare whole points, halves rounded up, "
    "with the mean human score; within_one, mae and pearson compare before rounding"
)
_DIGITS: Final = 4

Row = tuple[GradedAnswer, Judged]
Grade = Callable[[Row], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The agreement of two graders on `n` answers, each figure with its bootstrap interval."""

    n: int
    values: Mapping[str, float | None]
    intervals: Mapping[str, tuple[float, float] | None]

    def as_dict(self) -> dict[str, Any]:
        """For JSON, rounded."""
        ranges = {name: [_rounded(end) for end in ends] if ends else None for name, ends in self.intervals.items()}
        return {"n": self.n, **{name: _rounded(v) for name, v in self.values.items()}, "intervals": ranges}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A run: the `figures` by what was compared, without comparisons that have no answers."""

    n: int
    kept: int
    failed: int
    figures: Mapping[str, Figures]

    @property
    def coverage(self) -> float:
        """The share of answers on which the examiner did not abstain."""
        return self.kept / self.n if self.n else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON: at the top the figures of the kept answers against the mean of people, the others by name."""
        main = self.figures.get(KEPT)
        others = {name: found.as_dict() for name, found in self.figures.items() if name != KEPT}
        return {
            "n": self.n,
            "kept": self.kept,
            "abstained": self.n - self.kept - self.failed,
            "failed": self.failed,
            "coverage": _rounded(self.coverage),
            **({k: v for k, v in main.as_dict().items() if k != "n"} if main else dict.fromkeys(METRICS)),
            "compared": others,
            "rounding": ROUNDING,
        }


KEPT: Final = "kept"
ALWAYS: Final = 4.5  #: points of five that a judge gives who reads nothing, as a baseline
_COMPARED: Final[Mapping[str, tuple[Grade, Grade, bool]]] = {
    # what: our grade, the grade it is compared with, only where the examiner did not abstain
    KEPT: (lambda r: _points(r[1].provisional), lambda r: r[0].human, True),
    "kept_score_a": (lambda r: _points(r[1].provisional), lambda r: r[0].score_a, True),
    "kept_score_b": (lambda r: _points(r[1].provisional), lambda r: r[0].score_b, True),
    "kept_humans": (lambda r: r[0].score_a, lambda r: r[0].score_b, True),
    "all": (lambda r: _points(r[1].provisional), lambda r: r[0].human, False),
    "kept_always": (lambda r: ALWAYS, lambda r: r[0].human, True),
    "all_always": (lambda r: ALWAYS, lambda r: r[0].human, False),
    "all_humans": (lambda r: r[0].score_a, lambda r: r[0].score_b, False),
}


def summarize(rows: Sequence[GradedAnswer], judged: Sequence[Judged]) -> Summary:
    """The figures of a run; rows without human scores count only for coverage."""
    both = list(zip(rows, judged, strict=True))
    figures = {name: _figures(both, how, humans=name.endswith(("humans", "always"))) for name, how in _COMPARED.items()}
    return Summary(
        n=len(both),
        kept=sum(j.score is not None for j in judged),
        failed=sum(j.provisional is None for j in judged),
        figures={name: found for name, found in figures.items() if found.n},
    )


def _figures(both: Sequence[Row], how: tuple[Grade, Grade, bool], *, humans: bool) -> Figures:
    ours, theirs, kept = how
    graded = [(row, ours(row), theirs(row)) for row in both if not kept or row[1].score is not None]
    pairs = [
        Pair(group=row[0].question, ours=one, theirs=other, confidence=None if humans else row[1].confidence)
        for row, one, other in graded
        if one is not None and other is not None
    ]
    return Figures(
        n=len(pairs),
        values={what: metric(pairs) for what, metric in METRICS.items()},
        intervals={what: _interval(what, pairs) for what in METRICS},
    )


def _interval(what: str, pairs: Pairs) -> tuple[float, float] | None:
    rounds = 100 if what == "pairwise" else 400  # pairs of answers are many
    return interval(METRICS[what], pairs, rounds=rounds)


def _points(score: float | None) -> float | None:
    return None if score is None else score * MAX_POINTS / 10


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
