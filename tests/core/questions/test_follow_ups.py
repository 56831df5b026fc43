"""One thing that an answer left open gets one follow-up, which does not name it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from model_cases import Judge, Reply, answered, as_planned, completion, question_brief, serving
from records import evaluation

from codeassess_core.answers.feedback import covered_text
from codeassess_core.answers.score_words import how_much
from codeassess_core.clock import utcnow
from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.model.checks import check_question
from codeassess_core.examiner.offline import questions
from codeassess_core.model import (
    CriterionResult,
    Evaluation,
    ExpectedPoint,
    Question,
    QuestionStatus,
    TriggerPolicy,
    Verdict,
)
from codeassess_core.ports import Opening
from codeassess_core.questions import follow_ups
from codeassess_core.triggers import FOLLOW_UP_RULES, RULES, Situation, against_follow_up
from core.test_story import ANSWER, EVALUATION, FIRST, QUESTION, ClientSession, client_session, eventually, with_model

NOW = utcnow()
MET, PARTLY, NOT = Verdict.MET, Verdict.PARTLY, Verdict.NOT


def judged(*verdicts: Verdict, flags: tuple[str, ...] = ()) -> Evaluation:
    criteria = tuple(
        CriterionResult(criterion=f"point {n}", verdict=verdict, reason="So.") for n, verdict in enumerate(verdicts)
    )
    return replace(evaluation(), criteria=criteria, flags=flags)


OUTCOMES = [
    ((MET, NOT), (), "point 1"),
    ((PARTLY, MET, MET), (), "point 0"),
    ((MET, MET), (), None),  # nothing is open
    ((MET, NOT, PARTLY), (), None),  # two things are
    ((NOT, NOT), (), None),
    ((NOT,), (), None),  # nothing was said that could be followed
    ((MET, NOT), ("instructions_to_examiner",), None),  # a person looks first
    ((MET, NOT), ("unsure",), None),
]


@pytest.mark.parametrize(("verdicts", "flags", "left"), OUTCOMES, ids=str)
def test_exactly_one_thing_must_be_open(
    verdicts: tuple[Verdict, ...], flags: tuple[str, ...], left: str | None
) -> None:
    found = follow_ups.left_open(answered(utcnow()), judged(*verdicts, flags=flags))
    assert (found.criterion if found else None) == left


def test_a_follow_up_is_not_followed_up() -> None:
    assert follow_ups.left_open(replace(answered(utcnow()), rule=follow_ups.RULE), judged(MET, NOT)) is None


def situation(**changes: Any) -> Situation:
    given = {
        "now": NOW,
        "code": FIRST,
        "base": "",
        "language": "python",
        "last_question_at": NOW,
        "last_deferred_at": None,
        "question_open": False,
        "questions_asked": 1,
        "paste": None,
        "closing": False,
        "time_left": None,
    }
    return Situation(**given | changes)


AGAINST = {
    "session_closing": {"closing": True},
    "time_is_up": {"time_left": 10.0},
    "question_open": {"question_open": True},
    "budget_spent": {"questions_asked": 8},
    "cool_down": {"last_deferred_at": NOW - timedelta(seconds=5)},
}


@pytest.mark.parametrize("rule", AGAINST)
def test_the_rules_for_questions_hold_for_follow_ups(rule: str) -> None:
    refused = against_follow_up(situation(**AGAINST[rule]), TriggerPolicy())
    assert refused is not None and refused.rule == rule


def test_every_rule_that_speaks_against_any_question_but_the_pause_is_among_them() -> None:
    assert {rule.__name__ for rule in FOLLOW_UP_RULES} == set(AGAINST)
    names = [rule.__name__ for rule in RULES]
    assert names[: names.index("nothing_new")] == [*AGAINST, "too_soon"]
    assert against_follow_up(situation(), TriggerPolicy()) is None, "right after the question: no pause is needed"
    switched_off = against_follow_up(situation(), TriggerPolicy(follow_ups=False))
    assert switched_off is not None and "switched off" in switched_off.reason


POINTS = (
    ExpectedPoint(text="Dividing by zero raises an exception.", any_of=(("zerodivisionerror", "divide by zero"),)),
    ExpectedPoint(text="So the caller has to catch it.", any_of=(("catch", "try", "except"),)),
)


def opening(missing: ExpectedPoint, expected: tuple[ExpectedPoint, ...] = POINTS) -> Opening:
    return Opening(
        question="What happens in `mean` when `prices` is empty?", answer="?", missing=missing, expected=expected
    )


@pytest.mark.parametrize("missing", POINTS, ids=lambda point: point.text)
def test_the_offline_follow_up_passes_all_checks_and_tells_nothing(missing: ExpectedPoint) -> None:
    brief = question_brief(opening=opening(missing), asked=("What happens in `mean` when `prices` is empty?",))
    draft = questions.ask(brief)
    assert check_question(draft, brief) == ()
    assert "`mean` and lines 8-9" in draft.text and draft.expected == (missing,)
    told = draft.text.lower()
    assert not any(term in told for point in POINTS for group in point.any_of for term in group)


def test_a_criterion_of_the_rubric_is_asked_for_by_the_points_of_the_question() -> None:
    draft = questions.ask(question_brief(opening=opening(ExpectedPoint(text="depth"))))
    assert draft.expected == POINTS


def test_no_follow_up_is_better_than_one_that_tells() -> None:
    gives_away = ExpectedPoint(text="It makes it.", any_of=(("one", "open"),))
    with pytest.raises(ExaminerUnavailable, match="giving away"):
        questions.ask(question_brief(opening=opening(gives_away, (gives_away,))))


HALF = EVALUATION | {
    "criteria": [
        criterion | ({"verdict": "partly"} if criterion["criterion"] == "depth" else {})
        for criterion in EVALUATION["criteria"]
    ]
}
FOLLOWING = {
    **QUESTION,
    "kind": "trace",
    "text": "Through which steps does `mean` get to its result for a basket without `prices`?",
    "expected": ["The loop makes no pass.", "The last line divides."],
}


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-real-key")


def model(
    question: dict[str, Any] = QUESTION, evaluation: dict[str, Any] = HALF, following: dict[str, Any] = FOLLOWING
) -> Judge:
    """A model that answers by the kind of the request."""

    def reply(request: dict[str, Any]) -> Reply:
        asked = request["messages"][1]["content"]
        if "This is a follow-up" in asked:
            return Reply(completion(json.dumps(following)))
        judging = "The answer to judge" in asked
        return Reply(completion(json.dumps(evaluation))) if judging else as_planned(question)(request)

    return reply


async def answer_half(ada: ClientSession) -> Question:
    await ada.send("code_update", code=FIRST)
    question = await ada.question()
    await ada.answer(question, ANSWER)
    return await ada.question(status=QuestionStatus.EVALUATED)


async def test_the_model_follows_up_once_and_the_report_shows_it(database_url: str, tmp_path: Path, key: None) -> None:
    with serving(model()) as server:
        async with client_session(database_url, tmp_path, follow_ups=True) as ada:
            with_model(ada.core, server.base_url)
            first = await answer_half(ada)
            second = await ada.question(2)
            assert (second.text, second.rule) == (FOLLOWING["text"], "follow_up")
            assert second.provenance is not None and second.provenance.plan is not None
            assert second.provenance.plan.follows == first.id
            told = [m for m in await ada.events() if m["message_type"] == "evaluation_result"]
            assert told[0]["evaluation"] == how_much(told[0]["score"]), "the evaluation says what was missing: not yet"
            assert first.evaluation is not None and first.evaluation.text == HALF["text"], "but it is stored"
            prompt = server.bodies[2]["messages"][1]["content"]
            assert "This is a follow-up" in prompt and "depth" in prompt.partition("This is a follow-up")[2]

            await ada.answer(second, ANSWER)
            await ada.question(2, status=QuestionStatus.EVALUATED)
            assert len(await ada.questions()) == 2, "a follow-up is not followed up"
            session = await ada.core.record.sessions.get(ada.session_id)
            assert session.question_count == 2, "it counts in the budget"
            await ada.send("finish")
            await eventually(ada.ended)
            told = (await ada.core.record.reports.latest(ada.session_id)).body["questions"]
            assert told[1]["provenance"]["plan"]["follows"] == first.id
            assert told[1]["provenance"]["plan"]["reason"] == "The answer to question 1 left one of 4 points open."


TELLING = {**FOLLOWING, "text": "Why is it that dividing by zero raises an exception in `mean`?"}


async def test_a_model_that_tells_what_was_missing_is_not_heard(database_url: str, tmp_path: Path, key: None) -> None:
    """Its follow-up contains an expected point of the first question: the offline examiner asks instead."""
    with serving(model(following=TELLING)) as server:
        async with client_session(database_url, tmp_path, follow_ups=True) as ada:
            with_model(ada.core, server.base_url)
            await answer_half(ada)
            second = await ada.question(2)
            assert second.provenance is not None and second.provenance.examiner == "offline"
            assert "expected point" in str(second.provenance.fallback_reason)
            assert second.text.startswith("One thing is still open.")


@pytest.mark.parametrize("switch", [{"follow_ups": False}, {"max_questions": 1}], ids=str)
async def test_without_leave_or_budget_there_is_none(tmp_path: Path, key: None, switch: dict[str, Any]) -> None:
    with serving(model()) as server:
        url = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite'}"
        async with client_session(url, tmp_path, **({"follow_ups": True} | switch)) as ada:
            with_model(ada.core, server.base_url)
            first = await answer_half(ada)
            assert len(await ada.questions()) == 1
            (told,) = [m for m in await ada.events() if m["message_type"] == "evaluation_result"]
            assert first.evaluation is not None and told["evaluation"] == covered_text(first.evaluation.criteria)


async def test_code_that_has_gone_meanwhile_is_not_followed_up(tmp_path: Path, key: None) -> None:
    with serving(model()) as server:
        async with client_session(f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite'}", tmp_path, follow_ups=True) as ada:
            with_model(ada.core, server.base_url)
            await ada.send("code_update", code=FIRST)
            question = await ada.question()
            await ada.send("code_update", code="nothing = None\n")
            await ada.answer(question, ANSWER)
            await ada.question(status=QuestionStatus.EVALUATED)
            assert "follow_up" not in [q.rule for q in await ada.questions()]
