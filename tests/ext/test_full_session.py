"""A session that is full: no more code, but its questions are answered or skipped, and it ends."""

from __future__ import annotations

from typing import Any

import pytest
from credentials import issue, on_both_databases
from rest_client import Client

from codeassess_core.identity import Role
from codeassess_ext import CodeAssess

CODE = "def average(values):\n    total = 0\n    for value in values:\n        total += value\n    return total\n"


@pytest.fixture
def traits() -> dict[str, Any]:
    return {"mode": "service", "max_session_bytes": 6_000, "idle_pause": 0.1, "cool_down": 0.0, "model": "offline"}


@on_both_databases
async def test_a_question_of_a_full_session_is_skipped_or_answered_and_the_session_ends(
    client: Client, extension: CodeAssess
) -> None:
    ada = client.holding((await issue(await extension.core(), "ada", Role.CANDIDATE)).token)
    talk, _ = await ada.greet(await ada.begin())
    await talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
    question = await talk.until("question")
    seq, answer = 1, {}
    while answer.get("message_type") != "error":
        seq += 1
        line = "".join(f"{n * seq * 7919:x}" for n in range(60))
        await talk.say({"message_type": "code_update", "seq": seq, "code": f"{CODE}# {line}\n"})
        answer = await talk.hear() or {}
        assert seq < 60
    assert (answer["code"], answer["ref"]) == ("session_full", seq)
    stranger = {"message_type": "defer_question", "seq": seq, "interaction_id": "01a22ee8-2d87-75c5-bec8-14db0536669a"}
    assert (await talk.ask(stranger))["code"] == "session_full", "of refusals there may be any number"
    await talk.say({"message_type": "finish", "seq": seq, "closing": True})
    assert (await talk.until("ack"))["seq"] == seq
    while question is not None:
        seq += 1
        way: dict[str, Any] = {"message_type": "defer_question"}
        if seq % 2:
            way = {"message_type": "response_submitted", "response": "It adds the values up."}
        await talk.say({**way, "seq": seq, "interaction_id": question["interaction_id"]})
        assert (await talk.until("ack"))["seq"] == seq
        heard: dict[str, Any] = {}
        while heard.get("message_type") not in ("question", "report_ready"):
            heard = await talk.hear() or {}
        question = heard if heard["message_type"] == "question" else None
