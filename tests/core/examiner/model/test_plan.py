"""The model is told what to ask, and its draft must follow that."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from model_cases import GOOD_QUESTION, Reply, completion, examiner, question_brief, serving

from codeassess_core.examiner.model.chains import read_prompt
from codeassess_core.examiner.model.checks import check_kind
from codeassess_core.model import Difficulty, Plan, Provenance
from codeassess_core.ports import QuestionDraft
from codeassess_core.questions.planning import KINDS, meaning

PLAN = Plan(kind="complexity", difficulty=Difficulty.HARD, reason="Drawn.", others=("trace",))
TEXT = "How does the time of `mean` grow with the length of `prices`?"
PLANNED = GOOD_QUESTION | {"kind": "complexity", "text": TEXT}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-real-key")
    yield


def test_the_prompt_explains_every_kind() -> None:
    system = read_prompt("question").system
    assert all(f"\n- {kind.name}: " in system for kind in KINDS)


async def test_the_kind_and_the_difficulty_are_told_last_and_stored() -> None:
    with serving(Reply(completion(json.dumps(PLANNED)))) as server:
        draft = await examiner(server.base_url).ask(question_brief(plan=PLAN))
    told = server.bodies[0]["messages"][1]["content"]
    assert f"`complexity` ({meaning('complexity')}). Its difficulty: hard" in told.rpartition("Write one question")[2]
    assert draft.provenance.plan == PLAN and len(server.bodies) == 1


async def test_a_question_of_another_kind_is_asked_for_again() -> None:
    with serving(Reply(completion(json.dumps(GOOD_QUESTION))), Reply(completion(json.dumps(PLANNED)))) as server:
        draft = await examiner(server.base_url).ask(question_brief(plan=PLAN))
    assert draft.kind == "complexity"
    assert "This one is of the kind edge_case." in server.bodies[1]["messages"][1]["content"]


async def test_a_good_question_of_another_kind_is_better_than_none_and_the_plan_says_so() -> None:
    with serving(Reply(completion(json.dumps(GOOD_QUESTION)))) as server:
        draft = await examiner(server.base_url).ask(question_brief(plan=PLAN))
    assert len(server.bodies) == 2 and draft.text == GOOD_QUESTION["text"]
    assert draft.provenance.plan is not None and draft.provenance.plan.kind == "edge_case"
    assert "Planned was complexity" in draft.provenance.plan.reason and draft.provenance.input_tokens == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT, None),
        ("What is the name of `mean` about, and which part of the task does it stand for?", "None of its words"),
        ("Wovon hängt ab, wie die Länge von `prices` in `mean` eingeht und was das bedeutet?", None),  # not English
    ],
)
def test_the_words_of_an_english_question_must_be_of_its_kind(text: str, said: str | None) -> None:
    made = Provenance(examiner="model", model="m", version="1")
    draft = QuestionDraft(text=text, kind="complexity", start_line=8, end_line=9, expected=(), provenance=made)
    problems = check_kind(draft, PLAN)
    assert (problems == ()) if said is None else said in problems[0]
