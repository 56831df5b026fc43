"""A follow-up through the real server: asked at once, once, and linked to its question in the report."""

from __future__ import annotations

from typing import Any

from door import Door, Talk
from test_story import CODE

from codeassess_core.follow_ups import SHOWN
from codeassess_core.model import Question
from codeassess_ext import CodeAssess


async def asked(door: Door, extension: CodeAssess) -> tuple[str, Talk, Question]:
    """A session whose question expects several points, each with words of its own. Which one comes is drawn."""
    for _ in range(12):
        session_id = await door.begin(language="python")
        talk = await door.talk(session_id)
        await talk.say({"message_type": "code_update", "code": CODE})
        message = await talk.until("question")
        question = await (await extension.core()).record.questions.get(message["interaction_id"])
        if question is not None and len(question.expected) == 2 and _apart(question):
            return session_id, talk, question
    raise AssertionError("no question expects two points")


def _apart(question: Question) -> bool:
    first, second = (" ".join(" ".join(group) for group in point.any_of) for point in question.expected)
    return not set(first.split()) & set(second.split())


def answer(question: Question, *, points: int) -> dict[str, Any]:
    said = (". ".join(" ".join(group[0] for group in point.any_of) for point in question.expected[:points])).strip()
    response = f"Well, in my own words I would simply put it like this here: {said}."
    return {"message_type": "response_submitted", "interaction_id": question.id, "response": response}


async def test_an_answer_that_left_one_point_open_is_followed_up_once(door: Door, extension: CodeAssess) -> None:
    session_id, talk, question = await asked(door, extension)
    await talk.say(answer(question, points=1))
    result = await talk.until("evaluation_result")
    assert result["evaluation"] == SHOWN, (question.text, result)
    following = await talk.until("question")
    record = (await extension.core()).record
    second = await record.questions.get(following["interaction_id"])
    assert second is not None and second.rule == "follow_up"
    assert all(point.text not in following["question"] for point in question.expected)
    await talk.say({"message_type": "response_submitted", "interaction_id": second.id, "response": "I cannot say."})
    await talk.until("evaluation_result")
    await door.post(f"/sessions/{session_id}/generate-report")
    await talk.until("report_ready")
    told = (await door.get(f"/sessions/{session_id}/report/")).json["questions"]
    assert len(told) == 2, "a follow-up is not followed up"
    assert told[1]["provenance"]["plan"]["follows"] == question.id
    assert told[0]["provenance"]["plan"]["difficulty"] == "easy"


async def test_a_whole_answer_is_not_followed_up(door: Door, extension: CodeAssess) -> None:
    session_id, talk, question = await asked(door, extension)
    await talk.say(answer(question, points=2))
    result = await talk.until("evaluation_result")
    assert result["evaluation"] != SHOWN
    assert (await door.get(f"/sessions/{session_id}/")).json["counts"]["questions"] == 1
