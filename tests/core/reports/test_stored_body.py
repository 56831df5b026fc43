"""Reports and evaluations of before there were intervals: what is stored stays, and is read in the new form."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from codeassess_core.model import QuestionStatus, Report
from codeassess_core.reports import EXPORTERS
from codeassess_core.reports.build import report_body
from codeassess_core.reports.stored_body import read_body, upgraded
from codeassess_core.storage import rows

from .material import FULL, NARRATIVE, answered, at, criterion, evaluation, question

NEW = ("settled", "slot", "score_min", "score_max", "score_text")
REVIEW = {
    "review_id": "r", "number": 1, "verdict": "override", "score": 4.0, "reason": "So.", "reviewer": "grace",
    "created_at": "2026-03-02T14:16:41.000Z",
}  # fmt: skip


def old_body() -> dict[str, Any]:
    """As version 1 wrote it: one that stood, three that waited, of which a person decided one, and one that failed."""
    judged = [evaluation(needs_review=False, score=3.0), *[evaluation(needs_review=True, score=10.0)] * 3]
    failed = question(5, QuestionStatus.FAILED, response="x", responded_at=at(300), failure="away")
    questions = (*(answered(n, evaluation=one) for n, one in enumerate(judged, 1)), failed)
    body = report_body(FULL.__class__(**{**_fields(FULL), "questions": questions}), NARRATIVE)
    body["schema_version"] = 1
    body["overall"] = {
        "score": 3.0, "with_waiting": 8.3, "provisional": True, "counted": 1, "waiting": 3, "failed": 1, "reviewed": 0,
        "explanation": "The score of 1 evaluation; provisional.",
    }  # fmt: skip
    for part in body["questions"]:
        for name in ("slots", "claims", *NEW[2:]):
            del part[name]
        judgement = part["evaluation"] or {"criteria": []}
        for place in (judgement, *judgement["criteria"]):
            for name in NEW:
                place.pop(name, None)
    body["questions"][3] |= {"reviews": [REVIEW], "final_score": 4.0}
    return body


def _fields(material: Any) -> dict[str, Any]:
    return {name: getattr(material, name) for name in material.__dataclass_fields__}


def test_an_old_report_is_read_with_its_ends_and_stays_as_it_was() -> None:
    stored = old_body()
    before = deepcopy(stored)
    body = read_body(stored)
    assert stored == before
    ends = [(q.score_min, q.score_max, q.score_text) for q in body.questions]
    assert ends == [
        (3.0, 3.0, "3 of 10"),
        (0.0, 10.0, "No score yet: the answer waits for a person"),
        (0.0, 10.0, "No score yet: the answer waits for a person"),
        (4.0, 4.0, "4 of 10, decided by a person"),
        (0.0, 10.0, "No score yet: the answer waits for a person"),
    ]
    overall = body.overall
    assert (overall.score, overall.score_min, overall.score_max) == (6.8, 1.4, 7.4)
    assert (overall.answers, overall.open, overall.failed, overall.reviewed) == (5, 3, 1, 1)
    assert overall.score_text == "1.4 to 7.4 of 10: 3 of 5 answers wait for a person"
    settled = [all(c.settled for c in q.evaluation.criteria) for q in body.questions if q.evaluation]
    assert settled == [True, False, False, True]


@pytest.mark.parametrize("name", ["markdown", "html", "json"])
def test_every_format_of_an_old_report_says_the_same(name: str) -> None:
    made = Report(id="r", session_id="s", version=1, created_at=at(1), body=old_body())
    page = EXPORTERS[name].render(made).decode()
    assert "3 of 5 answers wait for a person" in page and "4 of 10, decided by a person" in page


def test_a_body_of_this_version_is_read_as_it_is() -> None:
    body = report_body(FULL, NARRATIVE)
    assert upgraded(body) is body
    assert upgraded(json.loads(json.dumps({"overall": {}}))) == {"overall": {}}


@pytest.mark.parametrize(("waited", "ends"), [(False, (7.0, 7.0)), (True, (0.0, 10.0))])
def test_a_stored_evaluation_of_before_is_read_with_its_ends(waited: bool, ends: tuple[float, float]) -> None:
    stored = rows.plain(evaluation(criterion(), needs_review=waited, score=7.0))
    for name in ("score_min", "score_max"):
        del stored[name]
    for result in stored["criteria"]:
        del result["settled"], result["slot"]
    stored["needs_review"] = waited
    before = deepcopy(stored)
    read = rows.evaluation(stored)
    assert stored == before
    assert (read.score, (read.score_min, read.score_max), read.needs_review) == (7.0, ends, waited)
    assert all(result.settled is not waited for result in read.criteria)
