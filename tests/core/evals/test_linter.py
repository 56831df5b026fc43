"""The linter of questions, measured: it lets good ones pass and catches what was spoilt on purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flaws import FAMILIES, Family
from good_questions import Good, by_hand, goods
from good_questions_read import read

from codeassess_core.examiner.model.checks import check_question

DOCUMENT = Path(__file__).parents[3] / "docs" / "quality.md"


def caught(family: Family) -> tuple[int, int]:
    """How many of the spoilt questions are refused, and how many there are."""
    spoilt = [bad for good in by_hand() for bad in family(good)]
    return sum(bool(check_question(bad.draft, bad.brief)) for bad in spoilt), len(spoilt)


@pytest.mark.parametrize(("questions", "fewest"), [(goods, 100), (read, 60)], ids=["at hand", "after reading"])
def test_at_least_98_of_100_good_questions_pass(questions: Callable[[], tuple[Good, ...]], fewest: int) -> None:
    every = questions()
    refused = [(g.draft.text, p) for g in every if (p := check_question(g.draft, g.brief))]
    assert len(every) > fewest
    assert len(refused) <= 0.02 * len(every), refused


@pytest.mark.parametrize(("name", "family"), FAMILIES, ids=[name for name, _ in FAMILIES])
def test_most_flaws_of_every_kind_are_caught_as_often_as_the_document_says(name: str, family: Family) -> None:
    found, there = caught(family)
    assert there >= 80
    assert found >= 0.9 * there
    assert f"| {name} | {found} of {there} |" in DOCUMENT.read_text(encoding="utf-8")


def test_a_flaw_makes_no_difference_to_the_good_question_itself() -> None:
    """A family that spoils nothing would be counted as missed: every draft or brief differs from the good one."""
    for good in by_hand():
        for _, family in FAMILIES:
            assert all((bad.draft, bad.brief) != (good.draft, good.brief) for bad in family(good))
