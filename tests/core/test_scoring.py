"""How many points: tables, and what must hold for any verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.clock import utcnow
from codeassess_core.model import CriterionResult, Evaluation, Provenance, Verdict
from codeassess_core.scoring import (
    DEFAULT_RUBRIC,
    Reviewed,
    count,
    overall,
    quote_found,
    score,
    settle,
    together,
    verify,
    worth,
)

MET, PARTLY, NOT = Verdict.MET, Verdict.PARTLY, Verdict.NOT


def result(verdict: Verdict, weight: float = 1.0, *, verified: bool = True, quote: str = "") -> CriterionResult:
    return CriterionResult(criterion="c", verdict=verdict, reason="", weight=weight, verified=verified, quote=quote)


@pytest.mark.parametrize(
    ("criteria", "points"),
    [
        ([], 0.0),
        ([result(MET)], 10.0),
        ([result(PARTLY)], 5.0),
        ([result(NOT)], 0.0),
        ([result(MET), result(NOT)], 5.0),
        ([result(MET, 3), result(NOT, 1)], 7.5),
        ([result(MET), result(MET), result(NOT)], 6.7),  # one decimal
        ([result(MET, verified=False)], 0.0),  # praise without evidence
        ([result(MET, 4), result(MET, 6, verified=False)], 4.0),
        ([result(MET, 0)], 0.0),  # a rubric that weighs nothing
    ],
)
def test_the_score_is_the_weighted_mean_of_what_is_proven(criteria: list[CriterionResult], points: float) -> None:
    assert score(criteria) == points


CRITERIA = st.lists(
    st.builds(result, st.sampled_from(Verdict), st.floats(0, 1_000), verified=st.booleans()), max_size=10
)


@given(CRITERIA)
def test_a_score_is_between_nothing_and_ten(criteria: list[CriterionResult]) -> None:
    assert 0.0 <= score(criteria) <= 10.0


@given(CRITERIA, st.integers(0, 9))
def test_more_evidence_never_lowers_a_score(criteria: list[CriterionResult], n: int) -> None:
    if n < len(criteria):
        better = [*criteria[:n], result(criteria[n].verdict, criteria[n].weight), *criteria[n + 1 :]]
        assert score(better) >= score(criteria)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("total += value", True),
        ("total  +=\n value", True),  # white space is folded
        ("  total ", True),
        ("Total", False),  # verbatim
        ("to", False),  # one or two characters are found as words of their own only
        ("in", True),
        ("", False),
        ("   ", False),
        ("value total", False),
    ],
)
def test_a_quote_is_evidence_when_it_is_there_verbatim(quote: str, found: bool) -> None:
    assert quote_found(quote, "nothing here", "for value in values:\n    total += value\n") is found


@pytest.mark.parametrize(
    ("quote", "answer", "found"),
    [
        ("3", "3", True),  # the whole of a right answer
        ("24", "It gives 24.", True),
        ("24", "(24)", True),
        ("3", "It gives 3.5", False),
        ("3", "It gives 13", False),
        ("3", "3.", True),
        ("5", "2.5", False),
        ("3", "It gives -3", False),
        ("7", "lines 5-7", True),
        ("-1", "it is -1", True),
        ("n", "the name n", True),
        ("n", "none", False),
        ("é", "café", False),
        (".", "It ends.", False),  # no letter and no digit
        ("[]", "It gives []", False),
    ],
)
def test_a_short_quote_is_a_word_or_a_number_of_its_own(quote: str, answer: str, found: bool) -> None:
    assert quote_found(quote, answer) is found


def test_a_quote_is_not_stitched_together_from_two_sources() -> None:
    assert not quote_found("ends begins", "it ends", "begins anew")


def test_verification_believes_nobody() -> None:
    claimed = (result(MET, quote="never said"), result(MET, verified=False, quote="was said"))
    assert [c.verified for c in verify(claimed, "this was said")] == [False, True]
    assert [worth(c) for c in verify(claimed, "this was said")] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("criteria", "confidence", "flags", "ends"),
    [
        ([result(MET)], 0.6, (), (10, 10)),
        ([result(MET)], 0.59, (), (0, 10)),  # not sure enough
        ([result(MET)], 1.0, ("injection",), (0, 10)),
        ([result(MET, verified=False)], 1.0, (), (0, 10)),  # praise without evidence
        ([result(PARTLY, verified=False)], 1.0, (), (0, 10)),
        ([result(NOT, verified=False)], 1.0, (), (0, 0)),  # what is not there cannot be quoted
        ([result(PARTLY), result(MET, verified=False)], 1.0, (), (2.5, 7.5)),
        ([replace(result(MET, 3), settled=True), result(NOT)], 0.1, ("flag",), (7.5, 10)),  # confirmed by itself
        ([replace(result(MET, verified=False), settled=True)], 1.0, (), (0, 10)),  # confirms nothing without evidence
        ([], 1.0, (), (0, 10)),
        ([result(MET, 0)], 1.0, (), (0, 10)),  # a rubric that weighs nothing
    ],
)
def test_what_is_not_settled_is_open_from_nothing_to_its_weight(
    criteria: list[CriterionResult], confidence: float, flags: tuple[str, ...], ends: tuple[float, float]
) -> None:
    counted = count(settle(criteria, confidence=confidence, flags=flags))
    assert (counted.score_min, counted.score_max) == ends
    assert counted.needs_review is (ends[0] != ends[1])


MIXED = st.lists(
    st.builds(
        lambda r, settled: replace(r, settled=settled),
        st.builds(result, st.sampled_from(Verdict), st.floats(0, 1_000), verified=st.booleans()),
        st.booleans(),
    ),
    max_size=10,
)


@given(MIXED)
def test_the_estimate_lies_between_the_ends(criteria: list[CriterionResult]) -> None:
    counted = count(tuple(criteria))
    assert 0.0 <= counted.score_min <= counted.score <= counted.score_max <= 10.0


@pytest.mark.parametrize(
    ("slots", "free", "weights"),
    [
        ([6], [1, 1], [6, 2, 2]),
        ([6], [4, 2, 3, 1], [6, 1.6, 0.8, 1.2, 0.4]),  # the default rubric shares what is left
        ([3, 3], [1], [3, 3, 4]),
        ([2], [1], [6, 4]),  # slots carry at least six
        ([1, 2], [5], [2, 4, 4]),
        ([8], [1], [8, 2]),
        ([10], [1], [10, 0]),
        ([6, 6], [1], [5, 5, 0]),  # and at most ten
        ([6], [], [6]),  # alone they carry all: the weights are relative
        ([], [1, 3], [1, 3]),
    ],
)
def test_slots_carry_most_of_the_points(slots: list[float], free: list[float], weights: list[float]) -> None:
    both = together([result(MET, w) for w in slots], [result(MET, w) for w in free])
    assert [c.weight for c in both] == pytest.approx(weights)


def evaluation(points: float, *, waits: bool = False) -> Evaluation:
    return Evaluation(
        text="",
        score=points,
        score_min=0 if waits else points,
        score_max=10 if waits else points,
        confidence=1.0,
        criteria=(),
        provenance=Provenance(examiner="offline", model="offline", version="1"),
        evaluated_at=utcnow(),
    )


@pytest.mark.parametrize(
    ("evaluations", "failed", "expected"),
    [
        # score, score_min, score_max, answers, open
        ([], 0, (None, None, None, 0, 0)),
        ([evaluation(8)], 0, (8, 8, 8, 1, 0)),
        ([evaluation(8), evaluation(3)], 0, (5.5, 5.5, 5.5, 2, 0)),
        ([evaluation(8), evaluation(2, waits=True)], 0, (5, 4, 9, 2, 1)),
        ([evaluation(2, waits=True)], 0, (2, 0, 10, 1, 1)),
        # three tens that wait and one three: good candidates do not sink
        ([*[evaluation(10, waits=True)] * 3, evaluation(3)], 0, (8.2, 0.8, 8.2, 4, 3)),
        ([evaluation(8)], 1, (8, 4, 9, 2, 1)),  # a failure is never a zero, and no estimate
        ([], 2, (None, 0, 10, 2, 2)),
        ([Reviewed(7), evaluation(2, waits=True)], 0, (4.5, 3.5, 8.5, 2, 1)),
        ([Reviewed(7)], 0, (7, 7, 7, 1, 0)),
    ],
)
def test_the_overall_score_counts_all_answers(
    evaluations: list[Evaluation | Reviewed], failed: int, expected: tuple[float | None, ...]
) -> None:
    found = overall(evaluations, failed=failed)
    assert (found.score, found.score_min, found.score_max, found.answers, found.open) == expected
    assert found.provisional is (found.open > 0)


@given(st.lists(st.tuples(st.floats(0, 10), st.booleans()), max_size=8), st.integers(0, 3))
def test_the_estimate_of_a_session_lies_between_its_ends(answers: list[tuple[float, bool]], failed: int) -> None:
    found = overall([evaluation(points, waits=waits) for points, waits in answers], failed=failed)
    if answers:
        assert found.score_min <= found.score <= found.score_max  # type: ignore[operator]


def test_correctness_weighs_most_in_the_default_rubric() -> None:
    assert max(DEFAULT_RUBRIC, key=lambda c: c.weight).name == "correctness"
    assert sum(c.weight for c in DEFAULT_RUBRIC) == 10
