"""Replies as real models write them, and servers that know only one way to request a form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from model_cases import GOOD_QUESTION, Reply, completion, examiner, question_brief, serving

from codeassess_core.errors import ExaminerRefused, ExaminerUnavailable
from codeassess_core.examiner.model.replies import json_object
from codeassess_core.examiner.model.schemas import EvaluationReply, QuestionReply, json_schema

GOOD = json.dumps(GOOD_QUESTION)
WRAPPED = {
    "bare": GOOD,
    "byte order mark": "\ufeff" + GOOD,
    "fence": f"```json\n{GOOD}\n```",
    "fence without a language": f"```\n{GOOD}\n```",
    "fence with Windows line ends": f"```json\r\n{GOOD}\r\n```\r\n",
    "thinking": f"<think>The list may be {{empty}}.\n{{}}</think>\n\n{GOOD}",
    "thinking whose beginning is left out": f"So it divides.\n</think>\n{GOOD}",
    "thinking, then a fence": f"<think>\nHm.\n</think>\n```json\n{GOOD}\n```",
    "trailing prose": f"{GOOD}\n\nI hope that this {{really}} helps!",
    "fence and trailing prose": f"```json\n{GOOD}\n```\nLet me know if you need more.",
    "everything": f"\ufeff<think>x</think>\n```json\n{GOOD}\n```\nDone.",
}
AMBIGUOUS = {
    "two objects": f"{GOOD}\n{GOOD}",
    "two fences": f"```json\n{GOOD}\n```\nor\n```json\n{GOOD}\n```",
    "prose before": f"Here it is: {GOOD}",
    "cut off": GOOD[:-20],
    "an object behind the fence": f'```json\n{GOOD}\n```\n{{"kind": "value"}}',
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
async def test_a_wrapped_reply_is_taken_at_once(text: str) -> None:
    with serving(Reply(completion(text))) as server:
        assert (await examiner(server.base_url).ask(question_brief())).text == GOOD_QUESTION["text"]
        assert len(server.bodies) == 1


@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
async def test_what_is_not_one_object_is_asked_for_again(text: str) -> None:
    with serving(Reply(completion(text)), Reply(completion(GOOD))) as server:
        assert (await examiner(server.base_url).ask(question_brief())).text == GOOD_QUESTION["text"]
        assert len(server.bodies) == 2


def test_what_is_unwrapped_is_judged_as_strictly_as_bare_json() -> None:
    twice = '{"kind": "trace", "kind": "value"}'
    assert json_object(f"```json\n{twice}\n```") == twice


async def test_reasoning_beside_the_content_and_missing_usage_are_taken_as_they_come() -> None:
    body = completion(GOOD, reasoning_content="It divides by the length.")
    del body["usage"]
    with serving(Reply(body)) as server:
        draft = await examiner(server.base_url).ask(question_brief())
    assert draft.provenance.estimated


def _error(message: str, status: int = 400) -> Reply:
    return Reply({"error": {"message": message, "type": "invalid_request_error", "code": None}}, status=status)


class Picky:
    """A server that accepts only some of the ways to request a form."""

    def __init__(self, *, takes: str, status: int = 400) -> None:
        self.takes, self.status = takes, status

    def __call__(self, request: dict[str, Any]) -> Reply:
        form = request.get("response_format") or {}
        if form.get("json_schema", {}).get("strict") and self.takes != "strict":
            return _error("strict is not supported for json_schema", self.status)
        if form and self.takes not in ("strict", "schema"):
            return _error("Unknown field: response_format", self.status)
        if request.get("tools") and self.takes != "function":
            return _error("This model does not support tools", self.status)
        if request.get("tools"):
            name = request["tools"][0]["function"]["name"]
            call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": GOOD}}
            return Reply(completion(None, finish="tool_calls", tool_calls=[call]))
        return Reply(completion(GOOD))


@pytest.mark.parametrize(("takes", "calls"), [("strict", 1), ("schema", 2), ("function", 3), ("plain", 4)])
@pytest.mark.parametrize("status", [400, 422])
async def test_a_server_that_refuses_a_form_is_asked_in_the_next_and_remembered(
    takes: str, calls: int, status: int
) -> None:
    with serving(Picky(takes=takes, status=status)) as server:
        asking = examiner(server.base_url)
        assert (await asking.ask(question_brief())).text == GOOD_QUESTION["text"]
        assert len(server.bodies) == calls
        await asking.ask(question_brief())
        assert len(server.bodies) == calls + 1, "it is remembered"
        if takes == "plain":
            assert "JSON schema" in server.bodies[-1]["messages"][-1]["content"]


async def test_a_server_that_takes_no_form_at_all_is_refused() -> None:
    with serving(_error("response_format is not allowed")) as server:
        with pytest.raises((ExaminerRefused, ExaminerUnavailable)):
            await examiner(server.base_url).ask(question_brief())
        assert len(server.bodies) == 4


@pytest.mark.parametrize("message", ["You must provide a model parameter", "Incorrect API key"])
async def test_another_bad_request_is_not_tried_in_another_form(message: str) -> None:
    with serving(_error(message)) as server:
        with pytest.raises(ExaminerRefused):
            await examiner(server.base_url).ask(question_brief())
        assert len(server.bodies) == 1


@pytest.mark.parametrize("reply", [EvaluationReply, QuestionReply])
def test_the_schema_requires_every_field(reply: Any) -> None:
    schema = json_schema(reply)
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["required"] == list(part["properties"])


def test_the_working_comes_before_the_verdicts() -> None:
    assert next(iter(EvaluationReply.model_fields)) == "working"
