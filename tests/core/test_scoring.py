"""How many points: tables, and what must hold for any verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.clock import utcnow
from codeassess_core.model import CriterionResult, Evaluation, Provenance, Verdict
from codeassess_core.scoring import (
    DEFAULT_RUBRIC,
    Overall,
    needs_review,
    overall,
    quote_found,
    score,
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
        ("to", False),  # under three characters prove nothing
        ("", False),
        ("   ", False),
        ("value total", False),
    ],
)
def test_a_quote_is_evidence_when_it_is_there_verbatim(quote: str, found: bool) -> None:
    assert quote_found(quote, "nothing here", "for value in values:\n    total += value\n") is found


def test_a_quote_is_not_stitched_together_from_two_sources() -> None:
    assert not quote_found("ends begins", "it ends", "begins anew")


def test_verification_believes_nobody() -> None:
    claimed = (result(MET, quote="never said"), result(MET, verified=False, quote="was said"))
    assert [c.verified for c in verify(claimed, "this was said")] == [False, True]
    assert [worth(c) for c in verify(claimed, "this was said")] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("criteria", "confidence", "flags", "waits"),
    [
        ([result(MET)], 0.6, (), False),
        ([result(MET)], 0.59, (), True),  # not sure enough
        ([result(MET)], 1.0, ("injection",), True),
        ([result(MET, verified=False)], 1.0, (), True),  # praise without evidence
        ([result(PARTLY, verified=False)], 1.0, (), True),
        ([result(NOT, verified=False)], 1.0, (), False),  # what is not there cannot be quoted
        ([], 1.0, (), True),
    ],
)
def test_a_person_looks_when_the_examiner_is_not_to_be_trusted(
    criteria: list[CriterionResult], confidence: float, flags: tuple[str, ...], waits: bool
) -> None:
    assert needs_review(criteria, confidence, flags) is waits


def evaluation(points: float, *, waits: bool = False) -> Evaluation:
    return Evaluation(
        text="",
        score=points,
        confidence=1.0,
        needs_review=waits,
        criteria=(),
        provenance=Provenance(examiner="offline", model="offline", version="1"),
        evaluated_at=utcnow(),
    )


@pytest.mark.parametrize(
    ("evaluations", "failed", "expected"),
    [
        ([], 0, (None, None, False, 0, 0, 0)),
        ([evaluation(8)], 0, (8.0, 8.0, False, 1, 0, 0)),
        ([evaluation(8), evaluation(3)], 0, (5.5, 5.5, False, 2, 0, 0)),
        ([evaluation(8), evaluation(2, waits=True)], 0, (8.0, 5.0, True, 1, 1, 0)),
        ([evaluation(2, waits=True)], 0, (None, 2.0, True, 0, 1, 0)),
        ([evaluation(8)], 1, (8.0, 8.0, True, 1, 0, 1)),  # a failure is never a zero
        ([], 2, (None, None, True, 0, 0, 2)),
    ],
)
def test_the_overall_score_counts_what_stands(
    evaluations: list[Evaluation], failed: int, expected: tuple[float | None, float | None, bool, int, int, int]
) -> None:
    names = ("score", "with_waiting", "provisional", "counted", "waiting", "failed")
    assert overall(evaluations, failed=failed) == Overall(**dict(zip(names, expected, strict=True)))  # type: ignore[arg-type]


def test_correctness_weighs_most_in_the_default_rubric() -> None:
    assert max(DEFAULT_RUBRIC, key=lambda c: c.weight).name == "correctness"
    assert sum(c.weight for c in DEFAULT_RUBRIC) == 10
