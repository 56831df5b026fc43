"""A score in words agrees with the number."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from codeassess_core.answers.score_words import answer_words, decided_words, how_much, overall_words
from codeassess_core.scoring import Overall


class C(NamedTuple):
    settled: bool
    slot: str | None = None


SLOT, OPEN_SLOT, REASON, OPEN = C(True, "a"), C(False, "a"), C(True), C(False)


@pytest.mark.parametrize(
    ("low", "high", "criteria", "words"),
    [
        (8, 8, [SLOT, REASON], "8 of 10"),
        (7.5, 7.5, [], "7.5 of 10"),
        (6, 10, [SLOT, OPEN], "6 to 10 of 10: the reason waits for a person"),
        (6, 10, [SLOT, OPEN, OPEN], "6 to 10 of 10: the reason waits for a person"),
        (4, 10, [OPEN_SLOT, REASON], "4 to 10 of 10: the result waits for a person"),
        (2, 10, [OPEN_SLOT, OPEN_SLOT, SLOT, REASON], "2 to 10 of 10: the results wait for a person"),
        (2, 10, [OPEN_SLOT, SLOT, OPEN], "2 to 10 of 10: the result and the reason wait for a person"),
        (0, 10, [OPEN_SLOT, OPEN], "No score yet: the answer waits for a person"),
        (0, 10, [OPEN, OPEN], "No score yet: the answer waits for a person"),
        (2.5, 7.5, [REASON, OPEN], "2.5 to 7.5 of 10: a part of the answer waits for a person"),
        (0, 10, [], "No score yet: the answer waits for a person"),
    ],
)
def test_the_score_of_an_answer_says_what_waits(low: float, high: float, criteria: list[C], words: str) -> None:
    assert answer_words(low, high, criteria) == words


@pytest.mark.parametrize(
    ("low", "high", "answers", "open_", "words"),
    [
        (None, None, 0, 0, "No score"),
        (7.5, 7.5, 3, 0, "7.5 of 10"),
        (6, 9.1, 4, 2, "6 to 9.1 of 10: 2 of 4 answers wait for a person"),
        (6, 9, 4, 1, "6 to 9 of 10: 1 of 4 answers waits for a person"),
        (0, 10, 2, 2, "No score yet: all 2 answers wait for a person"),
        (0, 10, 1, 1, "No score yet: the answer waits for a person"),
    ],
)
def test_the_score_of_a_session_says_how_many_wait(
    low: float | None, high: float | None, answers: int, open_: int, words: str
) -> None:
    overall = Overall(score=low, score_min=low, score_max=high, answers=answers, open=open_)
    assert overall_words(overall) == words


def test_a_decision_is_named() -> None:
    assert decided_words(7) == "7 of 10, decided by a person"


@pytest.mark.parametrize(
    ("score", "share"), [(3.3, "a little"), (3.5, "a part"), (5.9, "a part"), (6, "most"), (9, "most")]
)
def test_what_a_candidate_is_told_is_no_more_than_the_score(score: float, share: str) -> None:
    assert how_much(score) == f"You have {share} of it; one thing is still open."
