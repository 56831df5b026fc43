"""What an assessment allows: feedback before the end, attempts, the closing round."""

from __future__ import annotations

from typing import Any

import pytest
from population import CODE, populate
from rest_client import Client

from codeassess_ext import CodeAssess

EVALUATIONS = {"evaluation", "evaluation_failed"}


async def kinds(client: Client, session_id: str) -> set[str]:
    items = (await client.get(f"/sessions/{session_id}/interactions/?limit=1000")).json["items"]
    return {item["kind"] for item in items}


async def test_evaluations_are_held_from_the_candidate_until_the_end(client: Client, extension: CodeAssess) -> None:
    clients = (await populate(client, extension)).clients
    task = (await clients["ada"].post("/assessments/", {"title": "t", "feedback": "none"})).json["assessment_id"]
    session_id = await clients["own"].begin(assessment_id=task)
    talk, _ = await clients["own"].greet(session_id)
    await talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
    question = await talk.until("question")
    answer = {"interaction_id": question["interaction_id"], "response": "It adds them up."}
    await talk.say({"message_type": "response_submitted", "seq": 2, **answer})
    while not EVALUATIONS & await kinds(clients["ada"], session_id):
        assert not EVALUATIONS & await kinds(clients["own"], session_id)
    assert not EVALUATIONS & await kinds(clients["own"], session_id)
    await talk.say({"message_type": "finish", "seq": 3})
    await talk.until("report_ready")
    heard = [message["message_type"] for message in talk.heard]
    assert heard[-2:] == ["evaluation_result", "report_ready"]
    assert heard.count("evaluation_result") == 1
    assert EVALUATIONS & await kinds(clients["own"], session_id)


async def test_who_is_done_is_asked_what_is_missing(client: Client) -> None:
    session_id = await client.begin(language="python")
    talk, _ = await client.greet(session_id)
    await talk.say({"message_type": "code_update", "seq": 1, "code": "x = [1, 2]\n"})
    await talk.say({"message_type": "finish", "seq": 2, "closing": True})
    seq = 2
    while True:
        message = await talk.hear()
        assert message is not None
        if message["message_type"] == "session_state" and message["status"] == "finishing":
            break
        if message["message_type"] == "question":
            seq += 1
            answer = {"interaction_id": message["interaction_id"], "response": "A list of two numbers."}
            await talk.say({"message_type": "response_submitted", "seq": seq, **answer})
    await talk.until("report_ready")
    states = [m for m in talk.heard if m["message_type"] == "session_state"]
    assert states[0]["status"] == "closing" and states[0]["questions_left"] >= 1
    assert seq > 2, "at least one question was asked"


@pytest.mark.parametrize(
    ("field", "value"), [("feedback", "some"), ("feedback", None), ("attempts", 0), ("attempts", "two")]
)
async def test_a_wrong_term_is_named(client: Client, extension: CodeAssess, field: str, value: Any) -> None:
    ada = (await populate(client, extension)).clients["ada"]
    refused = await ada.post("/assessments/", {"title": "t", field: value})
    assert refused.status == 400
    assert refused.error["detail"]["field"] == field
