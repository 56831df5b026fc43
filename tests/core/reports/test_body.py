"""The body of a report: its numbers, its evidence, its shape."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from codeassess_core.model import InteractionKind, Mode, QuestionStatus, Verdict
from codeassess_core.reports.body import ReportBody
from codeassess_core.reports.build import ReportMaterial, report_body

from .material import (
    ASSESSMENT,
    FALLBACK,
    FULL,
    NARRATIVE,
    answered,
    at,
    criterion,
    evaluation,
    interaction,
    question,
    session,
    snapshot,
    update,
)


def body_of(**changes: Any) -> dict[str, Any]:
    return report_body(replace(FULL, **changes), NARRATIVE)


EMPTY = ReportMaterial(session=session(assessment_id=None), generated_at=at(10), server_version="0.1.0")

WAITING = evaluation(needs_review=True, score=5.0)
STANDING = evaluation(needs_review=False, score=8.0)


def test_the_body_has_every_documented_part_and_nothing_else() -> None:
    assert list(body_of()) == list(ReportBody.model_fields)


def test_the_body_is_plain_json_and_comes_back_equal() -> None:
    body = body_of()
    assert json.loads(json.dumps(body, allow_nan=False)) == body
    assert ReportBody.model_validate(body).model_dump(mode="json") == body


def test_the_same_material_makes_the_same_body() -> None:
    assert body_of() == body_of()


def test_a_session_without_questions_has_no_score_and_says_so() -> None:
    body = report_body(EMPTY, NARRATIVE)
    assert (body["assessment"], body["questions"], body["timeline"], body["final_code"]) == (None, [], [], [])
    assert body["overall"]["score"] is None
    assert not body["overall"]["provisional"]
    assert body["overall"]["explanation"] == "There is no score, because no question was asked."


OVERALL = [
    # questions; score, score_min, score_max, answers, open; in words; why
    ((answered(1, evaluation=STANDING),), (8, 8, 8, 1, 0), "8 of 10", "The score of 1 answer."),
    (
        (answered(1, evaluation=STANDING), answered(2, evaluation=evaluation(needs_review=False, score=6.0))),
        (7, 7, 7, 2, 0),
        "7 of 10",
        "The mean of 2 answers.",
    ),
    # one waits: it counts with what it may still become
    (
        (answered(1, evaluation=STANDING), answered(2, evaluation=WAITING)),
        (6.5, 4, 9, 2, 1),
        "4 to 9 of 10: 1 of 2 answers waits for a person",
        "The mean of 2 answers; provisional, because 1 evaluation waits for a person. The estimate is 6.5.",
    ),
    (
        (answered(1, evaluation=WAITING), answered(2, evaluation=WAITING)),
        (5, 0, 10, 2, 2),
        "No score yet: all 2 answers wait for a person",
        "The mean of 2 answers; provisional, because 2 evaluations wait for a person. The estimate is 5.",
    ),
    # a failed evaluation is no zero, and no estimate
    (
        (answered(1, evaluation=STANDING), question(2, QuestionStatus.FAILED, response="x")),
        (8, 4, 9, 2, 1),
        "4 to 9 of 10: 1 of 2 answers waits for a person",
        "The mean of 2 answers; provisional, because 1 answer has no evaluation and may be worth 0 to 10. "
        "The estimate is 8.",
    ),
    # an answer whose evaluation never came is treated like a failed one
    (
        (question(1, QuestionStatus.ANSWERED, response="x"),),
        (None, 0, 10, 1, 1),
        "No score yet: the answer waits for a person",
        "The score of 1 answer; provisional, because 1 answer has no evaluation and may be worth 0 to 10.",
    ),
    # asked, but "not now" and never answered: nothing to score, nothing to wait for
    (
        (question(1, QuestionStatus.DEFERRED), question(2, QuestionStatus.UNANSWERED)),
        (None, None, None, 0, 0),
        "No score",
        "There is no score, because no question was answered.",
    ),
    # withdrawn before it was asked
    (
        (question(1, QuestionStatus.WITHDRAWN),),
        (None, None, None, 0, 0),
        "No score",
        "There is no score, because no question was asked.",
    ),
]


@pytest.mark.parametrize(("questions", "numbers", "words", "explanation"), OVERALL)
def test_the_overall_score_counts_all_answers_and_says_what_is_open(
    questions: Any, numbers: tuple[float | None, ...], words: str, explanation: str
) -> None:
    overall = body_of(questions=questions)["overall"]
    assert tuple(overall[name] for name in ("score", "score_min", "score_max", "answers", "open")) == numbers
    assert overall["provisional"] is (numbers[-1] != 0)
    assert (overall["score_text"], overall["explanation"]) == (words, explanation)


@pytest.mark.parametrize(
    ("mode", "integrity"),
    [
        (Mode.EMBEDDED, "unverified"),
        (Mode.SERVICE, "recorded by the service"),
        (Mode.UPSTREAM, "recorded by the service"),
    ],
)
def test_every_mode_says_what_the_record_can_prove(mode: Mode, integrity: str) -> None:
    body = body_of(session=session(mode=mode))
    assert body["integrity"] == integrity
    assert body["integrity_reason"].endswith(".")


def test_the_points_of_the_criteria_add_up_to_the_score() -> None:
    judged = evaluation(
        criterion(weight=4),
        criterion(Verdict.PARTLY, weight=2),
        criterion(Verdict.NOT, weight=3, quote="", verified=False),
        criterion(Verdict.MET, weight=1, verified=False),  # praise without evidence brings nothing
    )
    criteria = body_of(questions=(answered(1, evaluation=judged),))["questions"][0]["evaluation"]["criteria"]
    assert [c["points"] for c in criteria] == [4.0, 1.0, 0.0, 0.0]
    assert [c["max_points"] for c in criteria] == [4.0, 2.0, 3.0, 1.0]
    assert sum(c["points"] for c in criteria) == judged.score


def test_a_question_brings_its_whole_evidence() -> None:
    first = body_of()["questions"][0]
    assert (first["number"], first["interaction_id"], first["status"]) == (1, "question-1", "evaluated")
    assert first["lines"] == {"start": 4, "end": 5}
    assert first["excerpt"] == {"code": "    if match is None:\n        return None", "start_line": 4}
    assert first["seconds_to_answer"] == 48.0
    assert first["asked_at"] == "2026-03-02T14:01:40.000Z"
    assert first["evaluation"]["max"] == 10.0
    assert first["evaluation"]["provenance"]["model"] == "openai:gpt-5-mini"


def test_a_failed_question_keeps_its_answer_and_its_reason_but_has_no_score() -> None:
    failed = body_of()["questions"][2]
    assert (failed["status"], failed["response"], failed["failure"]) == ("failed", "Because.", "The model is down.")
    assert failed["evaluation"] is None


def test_the_text_of_retrieved_passages_stays_out() -> None:
    body = body_of()
    assert body["questions"][0]["retrieved"] == [{"source": "task notes", "score": 0.812}]
    assert "RUBRIC SECRET" not in json.dumps(body)


def test_the_owner_is_named_in_one_place_only() -> None:
    body = body_of()
    assert body["session"].pop("owner") == "Ada Example"
    assert "Ada Example" not in json.dumps(body)


def test_the_main_document_comes_first_and_only_its_file_type_has_a_known_language() -> None:
    documents = (snapshot("a.md"), snapshot("solution.py"), snapshot("b.py"))
    final = body_of(final=documents[1], documents=documents)["final_code"]
    assert [(d["document"], d["language"]) for d in final] == [
        ("solution.py", "python"),
        ("a.md", None),
        ("b.py", "python"),
    ]


def test_a_pause_counts_as_one_active_minute_at_most() -> None:
    body = body_of(interactions=(update(1, 0), update(2, 10), update(3, 1000)))
    assert body["activity"]["active_seconds"] == 70.0


def test_pastes_are_counted_by_what_the_editor_said_or_by_what_appeared_at_once() -> None:
    updates = (
        update(1, 0),
        update(2, 1, cause="paste"),
        update(3, 2, pasted={"start_line": 1, "end_line": 30}),  # the editor gave no cause
        update(4, 3, cause="undo", pasted={"start_line": 1, "end_line": 30}),  # an undone deletion is no paste
    )
    assert body_of(interactions=updates)["activity"]["pastes"] == 2


def test_the_session_lasts_to_its_end_or_to_what_was_recorded_last() -> None:
    assert body_of()["session"]["duration_seconds"] == 400.0
    assert body_of(session=session(ended_at=at(90)))["session"]["duration_seconds"] == 90.0
    assert report_body(EMPTY, NARRATIVE)["session"]["duration_seconds"] == 0.0


def test_provenance_names_each_hand_once_and_every_fallback() -> None:
    body = report_body(FULL, replace(NARRATIVE, provenance=FALLBACK))
    made = body["provenance"]
    assert made["examiners"] == ["model", "offline"]
    assert made["prompt_sha256"] == ["ab" * 32]
    assert made["tokens"] == {
        "input": 900 * 7,
        "output": 120 * 7,
        "estimated": False,
    }  # five questions and two evaluations by the model
    assert [f["part"] for f in made["fallbacks"]] == ["question 6", "summary"]
    assert "2 parts" in body["notes"][-1]


def test_tokens_that_nobody_reported_are_unknown_not_zero() -> None:
    made = report_body(EMPTY, replace(NARRATIVE, provenance=FALLBACK))["provenance"]
    assert made["tokens"] == {"input": None, "output": None, "estimated": False}


def test_what_no_store_takes_is_replaced() -> None:
    body = body_of(questions=(answered(1, response="a\x00b\ud800c"),))
    assert body["questions"][0]["response"] == "a[U+0000]b\ufffdc"
    json.dumps(body, ensure_ascii=False).encode()


def test_unknown_kinds_of_activity_do_not_break_the_report() -> None:
    odd = interaction(1, FULL.interactions[5].kind, 5, kind={"nested": 1}, lines="many")
    assert body_of(interactions=(odd,))["timeline"][0]["kind"] == "activity"


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (None, ""),  # no limit
        (3600, ""),  # nothing after it
        (100, "After the time limit (1 min 40 s) the server still received 2 updates and 1 answer."),
        (150, "After the time limit (2 min 30 s) the server still received 1 update."),
    ],
)
def test_what_came_after_the_time_limit_is_said_and_kept(limit: float | None, said: str) -> None:
    happened = (
        update(1, 20),
        update(2, 120),
        interaction(3, InteractionKind.RESPONSE_RECEIVED, 130),
        update(4, 151),
        interaction(5, InteractionKind.FINISH, 200),
    )
    timed = replace(FULL, assessment=replace(ASSESSMENT, time_limit=limit), interactions=happened)
    notes = [note for note in report_body(timed, NARRATIVE)["notes"] if "time limit" in note]
    assert [note.startswith(said) for note in notes] == ([True] if said else [])
