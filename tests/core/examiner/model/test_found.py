"""Results of running the code: told to the model, and compared with what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from model_cases import GOOD_EVALUATION, GOOD_QUESTION, evaluation_brief, examiner, question_brief

from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.model.judgement import AGAINST_RUN
from codeassess_core.examiner.offline import running
from codeassess_core.model import ExpectedPoint, Slot, SlotKind

CALL = {
    **GOOD_QUESTION,
    "kind": "value",
    "text": "What does the call `mean([2, 4])` give, and why?",
    "expected": ["The sum 6 is divided by the length 2.", "`/` always gives a float."],
    "call": "mean([2, 4])",
}
SLOT = Slot(id="result", kind=SlotKind.VALUE, label="The result of the call", accepted=("3.0",))


@pytest.fixture(autouse=True)
def _time_for_all_runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(running, "BUDGET", 60.0)  # the results must not depend on the load of the machine
    yield


def human(request: Any) -> str:
    content: str = request.body["messages"][1]["content"]
    return content


async def test_the_model_is_told_what_running_the_code_found(llmock: Any) -> None:
    llmock.reply(json.dumps(GOOD_QUESTION))
    await examiner(llmock.base_url()).ask(question_brief())
    assert "`mean([])`: it raises `ZeroDivisionError`" in human(llmock.last_request)

    llmock.reply(json.dumps(GOOD_EVALUATION))
    await examiner(llmock.base_url()).evaluate(evaluation_brief())
    assert "`mean([])`: it raises `ZeroDivisionError`" in human(llmock.last_request)
    assert ">    9 |     return total(prices) / len(prices)" in human(llmock.last_request)


async def test_an_answer_about_a_notebook_is_held_against_its_magics_too(llmock: Any) -> None:
    """A magic is a comment in the stored text: its Python runs only when the document is a notebook."""
    code = '# %% id="a"\n# %time rate = 2\n\n# %% id="b"\ndef price(count):\n    return count * rate\n'
    llmock.reply(json.dumps(GOOD_EVALUATION))
    brief = evaluation_brief(code=code, excerpt="def price(count):\n    return count * rate", document="shop.ipynb")
    await examiner(llmock.base_url()).evaluate(brief)
    assert "`price(" in human(llmock.last_request) and "NameError" not in human(llmock.last_request)


async def test_of_code_that_cannot_be_run_nothing_is_said(llmock: Any) -> None:
    code = "import socket\n\n\ndef mean(prices):\n    return sum(prices) / len(prices)\n"
    llmock.reply(json.dumps({**GOOD_QUESTION, "start_line": 4, "end_line": 5}), times=2)
    with pytest.raises(ExaminerUnavailable):  # the lines are others
        await examiner(llmock.base_url()).ask(question_brief(code=code, previous=""))
    assert "it raises" not in human(llmock.last_request) and "it returns" not in human(llmock.last_request)


async def test_an_expected_point_that_running_contradicts_is_written_anew(llmock: Any) -> None:
    llmock.reply(json.dumps({**GOOD_QUESTION, "expected": ["`mean([])` returns 0.", "The sum of nothing is 0."]}))
    llmock.reply(json.dumps(GOOD_QUESTION))
    draft = await examiner(llmock.base_url()).ask(question_brief())
    assert [point.text for point in draft.expected] == GOOD_QUESTION["expected"]
    assert "`mean([])` does not come to `0`: it raises `ZeroDivisionError`." in human(llmock.last_request)


async def test_a_call_that_the_model_asks_about_becomes_a_slot_with_its_claim(llmock: Any) -> None:
    llmock.reply(json.dumps(CALL))
    draft = await examiner(llmock.base_url()).ask(question_brief())
    (slot,), (claim,) = draft.slots, draft.claims
    assert (slot.kind, slot.accepted) == (SlotKind.VALUE, ("3.0",))
    assert (claim.run, claim.value, claim.slot) == ("mean([2, 4])", "3.0", slot.id)


@pytest.mark.parametrize("call", ["mean([2, 5])", "mean(open('x'))", "print(3)", "mean([2, 4]", ""])
async def test_a_call_that_is_not_asked_about_or_not_of_this_code_is_no_slot(llmock: Any, call: str) -> None:
    llmock.reply(json.dumps({**CALL, "call": call}))
    draft = await examiner(llmock.base_url()).ask(question_brief())
    assert draft.slots == () and draft.claims == ()


async def test_the_judge_is_told_what_code_has_checked(llmock: Any) -> None:
    llmock.reply(json.dumps(GOOD_EVALUATION), times=2)
    model = examiner(llmock.base_url())
    brief = evaluation_brief(question=CALL["text"], answer="It gives 3, since 6 / 2 is that.", slots=(SLOT,))
    await model.evaluate(brief)
    assert "The result of the call: the answer states `3.0`, which is right." in human(llmock.last_request)
    await model.evaluate(evaluation_brief(question=CALL["text"], answer="It gives 4.", slots=(SLOT,)))
    assert "the answer states `4`, which is not right; right is `3.0`" in human(llmock.last_request)


@pytest.mark.parametrize(
    ("answer", "flagged"),
    [
        ("`mean([2, 4])` gives 4.0, since len(prices) counts them and 6 is the sum.", True),
        ("It gives 4.0, since len(prices) counts them and 6 is the sum.", True),
        ("It gives 3.0, since len(prices) counts them and 6 is the sum.", False),
        ("`mean([2, 4])` gives 3.0, since len(prices) counts them.", False),
    ],
)
async def test_praise_for_what_running_contradicts_waits_for_a_person(llmock: Any, answer: str, flagged: bool) -> None:
    met = [
        {"criterion": name, "quote": "len(prices)", "reason": "True.", "verdict": "met"}
        for name in ("correctness", "depth")
    ]
    llmock.reply(json.dumps({**GOOD_EVALUATION, "criteria": met}))
    brief = evaluation_brief(
        question=CALL["text"], answer=answer, expected=(ExpectedPoint(text="The sum 6 is divided by 2."),)
    )
    draft = await examiner(llmock.base_url()).evaluate(brief)
    assert (AGAINST_RUN in draft.flags) is flagged
