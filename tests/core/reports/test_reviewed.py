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

NO_EVALUATION = "1 answer has no evaluation and may be worth 0 to 10"
ONE_DECIDED = "The mean of 3 answers, 1 of them decided by a person; provisional, because"

# reviews; score, score_min, score_max, open, failed, reviewed; explanation
RESULTS = [
    ((OVERRIDDEN,), (7.5, 5.0, 8.3, 1, 1, 1), f"{ONE_DECIDED} {NO_EVALUATION}. The estimate is 7.5."),
    ((CONFIRMED,), (6.5, 4.3, 7.7, 1, 1, 1), f"{ONE_DECIDED} {NO_EVALUATION}. The estimate is 6.5."),
    # what no examiner could judge
    (
        (review(1, 3, 2.0),),
        (5.0, 3.3, 6.7, 1, 0, 1),
        f"{ONE_DECIDED} 1 evaluation waits for a person. The estimate is 5.",
    ),
    # nothing waits any more
    (
        (OVERRIDDEN, review(2, 3, 3.0)),
        (6.0, 6.0, 6.0, 0, 0, 2),
        "The mean of 3 answers, 2 of them decided by a person.",
    ),
    # the newest of a question counts
    (
        (OVERRIDDEN, review(2, 3, 3.0), review(3, 2, 10.0)),
        (7.0, 7.0, 7.0, 0, 0, 2),
        "The mean of 3 answers, 2 of them decided by a person.",
    ),
    # also a score that was settled
    (
        (review(1, 1, 0.0),),
        (2.5, 0.0, 6.7, 2, 1, 1),
        f"{ONE_DECIDED} 1 evaluation waits for a person and {NO_EVALUATION}. The estimate is 2.5.",
    ),
]


@pytest.mark.parametrize(("reviews", "numbers", "explanation"), RESULTS)
def test_the_score_follows_from_what_persons_decided(
    reviews: tuple[Review, ...], numbers: tuple[Any, ...], explanation: str
) -> None:
    overall = reviewed_body(BODY, reviews, 99)["overall"]
    names = ("score", "score_min", "score_max", "open", "failed", "reviewed")
    assert tuple(overall[name] for name in names) == numbers
    assert (overall["answers"], overall["explanation"]) == (3, explanation)


@pytest.mark.parametrize("decision", [OVERRIDDEN, CONFIRMED], ids=["overridden", "confirmed"])
def test_a_decision_settles_all_criteria_of_the_answer(decision: Review) -> None:
    before, after = BODY["questions"][1], reviewed_body(BODY, (decision,), 99)["questions"][1]
    assert not any(c["settled"] for c in before["evaluation"]["criteria"])
    assert all(c["settled"] for c in after["evaluation"]["criteria"])
    assert not after["evaluation"]["needs_review"]
    assert (after["score_min"], after["score_max"]) == (decision.score, decision.score)
    assert after["score_text"] == f"{decision.score:g} of 10, decided by a person"


def test_everything_else_stays_as_it_was() -> None:
    after = reviewed_body(BODY, (OVERRIDDEN,), 99)
    same = BODY.keys() - {"questions", "overall", "timeline", "generated_at"}
    assert {name: after[name] for name in same} == {name: BODY[name] for name in same}
    assert after["timeline"][:-1] == BODY["timeline"]
    others = [question for question in after["questions"] if question["number"] != 2]
    assert others == [question for question in BODY["questions"] if question["number"] != 2]
    decided, before = after["questions"][1]["evaluation"], BODY["questions"][1]["evaluation"]
    kept = ("text", "score", "confidence", "flags", "provenance")
    assert {name: decided[name] for name in kept} == {name: before[name] for name in kept}


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
        "by_owner": False,
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
    old["schema_version"] = 1
    old["overall"] = {"score": 8.0, "with_waiting": 6.5, "provisional": True, "counted": 1, "waiting": 1, "failed": 1}
    new = ("settled", "slot", "score_min", "score_max", "score_text")
    for part in old["questions"]:
        for name in ("reviews", "final_score", "slots", "claims", *new[2:]):
            del part[name]
        for judged in filter(None, (part["evaluation"],)):
            for place in (judged, *judged["criteria"]):
                [place.pop(name, None) for name in new]
    again = reviewed_body(old, (OVERRIDDEN,), 9)
    fresh = reviewed_body(BODY, (OVERRIDDEN,), 9)
    assert again["overall"] == fresh["overall"]
    assert (again["schema_version"], again["questions"][1]) == (2, fresh["questions"][1])


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
