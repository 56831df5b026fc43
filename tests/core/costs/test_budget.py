"""What a session used of the model, in tokens and money, and what is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from model_cases import (
    GOOD_EVALUATION,
    GOOD_QUESTION,
    Reply,
    answered,
    as_planned,
    completion,
    evaluation_brief,
    examiner,
    question_brief,
    report_brief,
    serving,
)

from codeassess_core.clock import utcnow
from codeassess_core.costs.budget import ANY, Allowance, Price, Spending, SpendingLimit, Tokens
from codeassess_core.costs.prices import read_prices
from codeassess_core.errors import InvalidInput
from codeassess_core.examiner.model.fallback import FallbackExaminer
from codeassess_core.examiner.model.metering import OverBudget
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.model import Provenance, QuestionStatus
from codeassess_core.settings import Settings
from core.test_story import ANSWER, EVALUATION, FIRST, QUESTION, SECOND, client_session, eventually, with_model

MINI = "openai:gpt-5-mini"
PRICES = {MINI: Price(0.25, 2.0)}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-real-key")
    yield


def usage(into: int, out: int) -> dict[str, int]:
    return {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out}


def costing(into: int, out: int, reply: Any) -> dict[str, Any]:
    return completion(reply if isinstance(reply, str) else json.dumps(reply)) | {"usage": usage(into, out)}


def test_prices_are_read_from_one_line() -> None:
    read = read_prices(f"{MINI}=0.25/2, anthropic:claude=3/15,")
    assert read == {MINI: Price(0.25, 2.0), "anthropic:claude": Price(3.0, 15.0)}
    assert read[MINI].of(Tokens(1_000_000, 500_000)) == 1.25
    assert read_prices("") == {}


@pytest.mark.parametrize("text", ["gpt", "=1/2", "a:b=1", "a:b=x/2", "a:b=-1/2", "a:b=nan/1", "a:b=1/2/3"])
def test_a_price_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(InvalidInput, match="prices must be provider:name=input/output"):
        Settings(prices=text)


def test_what_is_left_is_what_was_not_used() -> None:
    limit = SpendingLimit(tokens=1_000, cost=0.001, prices=PRICES)
    made = Provenance(examiner="model", model=MINI, version="1", input_tokens=200, output_tokens=100)
    question = replace(answered(utcnow()), provenance=made)
    spent = limit.spent([question], others=[replace(made, spent_on="other:model", model="offline")])
    assert spent.tokens == Tokens(400, 200)
    assert spent.cost == pytest.approx(200 * 0.25e-6 + 100 * 2e-6), "only what has a price"
    left = limit.left(spent, MINI)
    assert (left.tokens, left.price) == (400, PRICES[MINI]) and left.cost == pytest.approx(0.00075)
    assert left.covers(Tokens(300, 50)) and not left.covers(Tokens(300, 101)), "tokens"
    assert not Allowance(cost=0.0001, price=PRICES[MINI]).covers(Tokens(0, 51)), "money"
    assert ANY.covers(Tokens(10**9, 10**9)) and SpendingLimit().left(spent, MINI).tokens is None
    assert left.less(Spending(MINI, Tokens(390, 100))).tokens == 0, "never below zero"


async def test_without_anything_left_no_call_is_made() -> None:
    with serving(Reply(completion(json.dumps(GOOD_QUESTION)))) as server:
        spare = Allowance(tokens=50)
        for call in (
            lambda e: e.ask(question_brief(allowance=spare)),
            lambda e: e.evaluate(evaluation_brief(allowance=spare)),
            lambda e: e.summarize(replace(report_brief(answered(utcnow())), allowance=spare)),
        ):
            with pytest.raises(OverBudget, match="has used what it may use"):
                await call(examiner(server.base_url))
    assert server.bodies == []


async def test_a_second_attempt_must_be_affordable_too() -> None:
    bad = {**GOOD_QUESTION, "text": "Is `mean` right?"}
    with serving(Reply(costing(9_000, 20, bad))) as server:
        with pytest.raises(OverBudget) as refused:
            await examiner(server.base_url).ask(question_brief(allowance=Allowance(tokens=10_000)))
        assert len(server.bodies) == 1
        assert refused.value.spent == Spending(MINI, Tokens(9_000, 20)), "what the first attempt used is not forgotten"


async def test_tokens_that_were_not_reported_are_estimated() -> None:
    silent = completion(json.dumps(GOOD_QUESTION))
    del silent["usage"]
    with serving(Reply(silent)) as server:
        draft = await examiner(server.base_url).ask(question_brief())
        sent = sum(len(message["content"]) for message in server.bodies[0]["messages"])
    assert draft.provenance.estimated
    assert draft.provenance.input_tokens == pytest.approx(sent / 4, rel=0.1) and draft.provenance.output_tokens


async def test_what_was_used_in_vain_is_counted_with_what_took_its_place() -> None:
    with serving(Reply(completion("no JSON"))) as server:
        patient = FallbackExaminer(examiner(server.base_url), OfflineExaminer(), pauses=(0.0, 0.0))
        draft = await patient.ask(question_brief())
        assert len(server.bodies) == 4, "two times two attempts"
        made = draft.provenance
        assert (made.examiner, made.spent_on) == ("offline", MINI)
        assert (made.input_tokens, made.output_tokens) == (400, 80)
    with serving(Reply(costing(4_000, 0, "no JSON"))) as server:
        patient = FallbackExaminer(examiner(server.base_url), OfflineExaminer(), pauses=(0.0, 0.0))
        with pytest.raises(OverBudget) as refused:
            await patient.evaluate(evaluation_brief(allowance=Allowance(tokens=13_000)))
        assert len(server.bodies) == 3, "the fourth would have passed the limit"
        assert refused.value.spent == Spending(MINI, Tokens(12_000, 0))


async def test_the_beginning_of_two_calls_of_a_session_is_the_same() -> None:
    """Providers cache what two prompts begin with: the system message, the task and the rubric."""
    task, rubric = "Write mean(). " * 40, evaluation_brief().rubric
    with serving(Reply(completion(json.dumps(GOOD_EVALUATION)))) as server:
        for answer in ("It divides by len(prices): ZeroDivisionError.", "Another answer: ZeroDivisionError."):
            brief = evaluation_brief(instructions=task, answer=answer, question=f"Why {answer}?", history=())
            await examiner(server.base_url).evaluate(brief)
    (system, human), (again, other) = (
        [message["content"] for message in body["messages"]] for body in server.bodies[:2]
    )
    assert system == again
    shared = next(n for n, (one, two) in enumerate(zip(human, other, strict=False)) if one != two)
    stable = human[:shared]
    assert task.strip() in stable and all(criterion.description in stable for criterion in rubric)
    assert "<data-" in stable and server.bodies[0]["response_format"] == server.bodies[1]["response_format"]


async def test_a_session_over_its_limit_goes_on_without_the_model(database_url: str, tmp_path: Path) -> None:
    """The question fits, the evaluation does not: a person evaluates, and the next question is asked offline."""

    def dear(request: dict[str, Any]) -> Reply:
        answer = as_planned(QUESTION)(request)
        return Reply(answer.body | {"usage": usage(9_900, 20)})

    with serving(dear, Reply(completion(json.dumps(EVALUATION)))) as server:
        changes = {"max_tokens_per_session": 10_000, "prices": f"{MINI}=0.25/2", "model": MINI}
        async with client_session(database_url, tmp_path, model_base_url=server.base_url, **changes) as ada:
            with_model(ada.core, server.base_url)
            await ada.send("code_update", code=FIRST)
            question = await ada.question()
            assert question.provenance is not None and question.provenance.examiner == "model"
            await ada.answer(question, ANSWER)
            failed = await ada.question(status=QuestionStatus.FAILED)
            assert failed.evaluation is None and "has used what it may use" in str(failed.failure)
            calls = len(server.bodies)
            await ada.type(SECOND)
            second = await ada.question(2)
            assert second.provenance is not None and second.provenance.examiner == "offline"
            assert "has used what it may use" in str(second.provenance.fallback_reason)
            await ada.send("finish")
            await eventually(ada.ended)
            assert len(server.bodies) == calls == 1, "no call was made beyond the limit"
            made = (await ada.core.record.reports.latest(ada.session_id)).body["provenance"]
            assert made["tokens"] == {"input": 9_900, "output": 20, "estimated": False}
            assert made["cost"] == pytest.approx(9_900 * 0.25e-6 + 20 * 2e-6)
