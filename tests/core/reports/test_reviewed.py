"""The next version of a report: what a person decided beside what the examiner said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from codeassess_core.model import QuestionStatus, Report, Review, ReviewVerdict
from codeassess_core.reports import EXPORTERS
from codeassess_core.reports.body import ReportBody
from codeassess_core.reports.build import report_body
from codeassess_core.reports.reviewed import reviewed_body

from .material import FULL, NARRATIVE, answered, at, evaluation, question

STANDS = evaluation(needs_review=False, score=8.0)
WAITS = evaluation(needs_review=True, score=5.0)
FAILED = question(3, QuestionStatus.FAILED, response="Because.", responded_at=at(300), failure="The model is down.")
MATERIAL = replace(FULL, questions=(answered(1, evaluation=STANDS), answered(2, evaluation=WAITS), FAILED))
BODY = report_body(MATERIAL, NARRATIVE)


def review(number: int, n: int, score: float, **changes: Any) -> Review:
    """Of question `n`."""
    base = Review(
        id=f"review-{number}",
        session_id="0195-session",
        question_id=f"question-{n}",
        number=number,
        verdict=ReviewVerdict.OVERRIDE,
        score=score,
        reason="The answer is right.",
        reviewer="grace",
        created_at=at(1000 + number),
    )
    return replace(base, **changes)


OVERRIDDEN = review(1, 2, 7.0)
CONFIRMED = review(1, 2, 5.0, verdict=ReviewVerdict.CONFIRM, reason=None)

# reviews; score, with_waiting, provisional, counted, waiting, failed, reviewed; explanation
RESULTS = [
    (
        (OVERRIDDEN,),
        (7.5, 7.5, True, 2, 0, 1, 1),
        "The mean of 2 evaluations, 1 of them decided by a person; provisional, because 1 answer has no evaluation.",
    ),
    (
        (CONFIRMED,),
        (6.5, 6.5, True, 2, 0, 1, 1),
        "The mean of 2 evaluations, 1 of them decided by a person; provisional, because 1 answer has no evaluation.",
    ),
    (
        (review(1, 3, 2.0),),  # what no examiner could judge
        (5.0, 5.0, True, 2, 1, 0, 1),
        "The mean of 2 evaluations, 1 of them decided by a person; provisional, because 1 evaluation waits for a "
        "person (the mean with it is 5).",
    ),
    (
        (OVERRIDDEN, review(2, 3, 3.0)),  # nothing waits any more
        (6.0, 6.0, False, 3, 0, 0, 2),
        "The mean of 3 evaluations, 2 of them decided by a person.",
    ),
    (
        (OVERRIDDEN, review(2, 3, 3.0), review(3, 2, 10.0)),  # the newest of a question counts
        (7.0, 7.0, False, 3, 0, 0, 2),
        "The mean of 3 evaluations, 2 of them decided by a person.",
    ),
    (
        (review(1, 1, 0.0),),  # also a score that stood
        (0.0, 2.5, True, 1, 1, 1, 1),
        "The score of 1 evaluation, decided by a person; provisional, because 1 evaluation waits for a person "
        "(the mean with it is 2.5) and 1 answer has no evaluation.",
    ),
]


@pytest.mark.parametrize(("reviews", "numbers", "explanation"), RESULTS)
def test_the_score_follows_from_what_persons_decided(
    reviews: tuple[Review, ...], numbers: tuple[Any, ...], explanation: str
) -> None:
    overall = reviewed_body(BODY, reviews, 99)["overall"]
    assert overall.pop("explanation") == explanation
    names = ("score", "with_waiting", "provisional", "counted", "waiting", "failed", "reviewed")
    assert overall == dict(zip(names, numbers, strict=True))


def test_everything_else_stays_as_it_was() -> None:
    after = reviewed_body(BODY, (OVERRIDDEN,), 99)
    same = BODY.keys() - {"questions", "overall", "timeline", "generated_at"}
    assert {name: after[name] for name in same} == {name: BODY[name] for name in same}
    assert after["timeline"][:-1] == BODY["timeline"]
    before = [{**q, "reviews": [], "final_score": None} for q in BODY["questions"]]
    assert [{**q, "reviews": [], "final_score": None} for q in after["questions"]] == before


def test_a_question_has_its_reviews_and_the_score_that_counts() -> None:
    questions = reviewed_body(BODY, (OVERRIDDEN, review(2, 2, 6.0)), 99)["questions"]
    assert [q["final_score"] for q in BODY["questions"]] == [8.0, None, None]
    assert [q["final_score"] for q in questions] == [8.0, 6.0, None]
    assert [len(q["reviews"]) for q in questions] == [0, 2, 0]
    assert questions[1]["evaluation"]["score"] == 5.0
    assert questions[1]["reviews"][0] == {
        "review_id": "review-1",
        "number": 1,
        "verdict": "override",
        "score": 7.0,
        "reason": "The answer is right.",
        "reviewer": "grace",
        "created_at": "2026-03-02T14:16:41.000Z",
    }


def test_a_version_is_made_from_the_one_before() -> None:
    """Version by version it is the same as at once; only the timeline tells each review."""
    second = reviewed_body(BODY, (OVERRIDDEN,), 9)
    third = reviewed_body(second, (OVERRIDDEN, review(2, 3, 3.0)), 10)
    assert [(e["seq"], e["text"]) for e in third["timeline"][-2:]] == [
        (9, "Question 2 reviewed: 7 of 10 instead of 5"),
        (10, "Question 3 reviewed: 3 of 10, where there was no score"),
    ]
    at_once = reviewed_body(BODY, (OVERRIDDEN, review(2, 3, 3.0)), 10)
    assert {**third, "timeline": None} == {**at_once, "timeline": None}
    assert ReportBody.model_validate(third).model_dump(mode="json") == third


def test_a_report_of_before_there_were_reviews_is_carried_on() -> None:
    old = json.loads(json.dumps(BODY))
    del old["overall"]["reviewed"]
    for part in old["questions"]:
        del part["reviews"], part["final_score"]
    assert reviewed_body(old, (OVERRIDDEN,), 9) == reviewed_body(BODY, (OVERRIDDEN,), 9)


def rendered(name: str, *reviews: Review) -> str:
    body = reviewed_body(BODY, reviews, 9)
    made = Report(id="report-2", session_id="0195-session", version=2, created_at=at(1002), body=body)
    return EXPORTERS[name].render(made).decode()


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_readers_see_both_scores(name: str) -> None:
    page = rendered(name, OVERRIDDEN, review(2, 3, 3.0, reason=None))
    assert "7 of 10 instead of 5" in page
    assert "3 of 10, where there was no score" in page
    assert "The answer is right." in page
    assert "decided by a person" in page
    assert "waits for a person" not in page.split("How this report")[0]
    assert "5 of 10 confirmed" in rendered(name, CONFIRMED)
