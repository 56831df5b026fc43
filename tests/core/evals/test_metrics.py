"""The figures, against values worked out by hand or known from the literature."""

from __future__ import annotations

import pytest

from codeassess_core.evals.metrics import (
    METRICS,
    Pair,
    ece,
    exact,
    interval,
    kappa,
    low_recall,
    mae,
    pairwise,
    pearson,
    whole,
    within_one,
)


def pairs(*grades: tuple[float, float], group: str = "q") -> list[Pair]:
    return [Pair(group=group, ours=ours, theirs=theirs) for ours, theirs in grades]


@pytest.mark.parametrize(
    ("points", "rounded"), [(2.5, 3), (2.49, 2), (4.5, 5), (0, 0), (5, 5), (0.5, 1), (7, 5), (-1, 0)]
)
def test_halves_are_rounded_up_and_the_scale_ends_at_both_ends(points: float, rounded: int) -> None:
    assert whole(points) == rounded


@pytest.mark.parametrize(
    ("grades", "value"),
    [
        (((0, 0), (5, 5), (3, 3)), 1.0),
        (((0, 5), (5, 0)), -1.0),  # as far apart as can be, evenly
        (((5, 5), (5, 0), (0, 5), (0, 0)), 0.0),  # as by chance
        # observed 1 + 1 = 2, by chance (over four pairs) 8.0 / 4: worked out by hand
        (((1, 2), (2, 1), (2, 2), (1, 1)), 0.0),
    ],
)
def test_kappa_is_that_of_cohen_with_quadratic_weights(grades: tuple[tuple[float, float], ...], value: float) -> None:
    assert kappa(pairs(*grades)) == pytest.approx(value)


def test_kappa_forgives_a_near_miss_more_than_a_wide_one() -> None:
    near = kappa(pairs((4, 5), (1, 1), (5, 5), (0, 0)))
    wide = kappa(pairs((0, 5), (1, 1), (5, 5), (0, 0)))
    assert near is not None and wide is not None and near > wide


def test_shares_and_distances() -> None:
    found = pairs((4.5, 5), (2, 3.5), (3, 3), (0, 1))
    assert exact(found) == 0.5  # 4.5 is 5 when rounded, 3 is 3
    assert within_one(found) == 0.75  # a whole point apart is within one
    assert mae(found) == pytest.approx((0.5 + 1.5 + 0 + 1) / 4)


def test_correlation_is_perfect_on_a_line_and_undefined_without_spread() -> None:
    assert pearson(pairs((1, 2), (2, 3), (3, 4))) == pytest.approx(1)
    assert pearson(pairs((1, 4), (2, 3), (3, 2))) == pytest.approx(-1)
    assert pearson(pairs((4, 1), (4, 5))) is None


def test_calibration_is_the_gap_between_confidence_and_success_weighted_by_bin() -> None:
    sure_and_right = [Pair(group="q", ours=5, theirs=5, confidence=0.95)] * 9
    sure_and_wrong = [Pair(group="q", ours=5, theirs=0, confidence=0.95)]
    assert ece(sure_and_right + sure_and_wrong) == pytest.approx(0.05)
    unsure = [Pair(group="q", ours=5, theirs=0, confidence=0.25)] * 10  # its own bin, a gap of 0.25
    assert ece(sure_and_right + sure_and_wrong + unsure) == pytest.approx((0.05 + 0.25) / 2)


def test_pairs_of_one_question_are_compared_and_a_tie_is_half() -> None:
    better, worse, other = pairs((5, 5), (3, 2))[0], pairs((5, 5), (3, 2))[1], pairs((0, 0), group="another")[0]
    assert pairwise([better, worse, other]) == 1.0
    assert pairwise(pairs((3, 5), (3, 2))) == 0.5
    assert pairwise(pairs((1, 5), (3, 2))) == 0.0
    assert pairwise(pairs((5, 4.5), (3, 4))) is None  # people hardly tell them apart


@pytest.mark.parametrize("name", METRICS)
def test_no_figure_of_nothing(name: str) -> None:
    assert METRICS[name]([]) is None
    assert interval(METRICS[name], []) is None


def test_the_interval_holds_the_figure_is_the_same_every_time_and_needs_two_questions() -> None:
    found = [p for n in range(8) for p in pairs((n % 5, 2), (3, n % 4), group=f"q{n}")]
    ends, value = interval(mae, found), mae(found)
    assert ends is not None and value is not None and ends[0] <= value <= ends[1]
    assert interval(mae, found) == ends
    assert interval(mae, pairs((1, 2), (3, 2))) is None


def test_low_answers_are_found_when_they_get_half_of_the_points_or_less() -> None:
    assert low_recall(pairs((2.5, 1), (0, 2.5), (4, 2), (5, 5))) == pytest.approx(2 / 3)
    assert low_recall(pairs((4.5, 1), (4.5, 2))) == 0.0  # who reads nothing finds none
    assert low_recall(pairs((1, 4))) is None  # there is none to find
