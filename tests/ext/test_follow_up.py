"""A follow-up through the real server: asked at once, once, and linked to its question in the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from door import Door, Talk
from test_story import CODE

from codeassess_core.examiner.offline.evaluation import evaluate
from codeassess_core.follow_ups import SHOWN
from codeassess_core.model import Question, Verdict
from codeassess_core.ports import EvaluationBrief
from codeassess_ext import CodeAssess


@pytest.fixture
def traits() -> dict[str, Any]:
    return {"follow_ups": True}


async def asked(door: Door, extension: CodeAssess, *, leaving: int) -> tuple[str, Talk, Question, str]:
    """A session, its question, and an answer that leaves so many points open. Which question comes is drawn."""
    for _ in range(20):
        session_id = await door.begin(language="python")
        talk = await door.talk(session_id)
        await talk.say({"message_type": "code_update", "code": CODE})
        message = await talk.until("question")
        question = await (await extension.core()).record.questions.get(message["interaction_id"])
        assert question is not None
        for answer in answers(question):
            verdicts = judged(question, answer)
            if len(verdicts) > 1 and len(verdicts) - verdicts.count(Verdict.MET) == leaving:
                return session_id, talk, question, answer
    raise AssertionError("no question has such an answer")


def answers(question: Question) -> Iterator[str]:
    """From few of the expected points to all, each said by its first words, or by its last."""
    for points in range(1, len(question.expected) + 1):
        for term in (0, -1):
            said = [" and ".join(group[term] for group in point.any_of) for point in question.expected[:points]]
            yield f"Well, as I would put it myself, it is {'. Then it is '.join(said)}, since that seems right to me."


def judged(question: Question, answer: str) -> list[Verdict]:
    brief = EvaluationBrief(
        question=question.text,
        kind=question.kind,
        answer=answer,
        code=CODE,
        excerpt=question.excerpt,
        language="python",
        rubric=(),
        expected=question.expected,
    )
    return [criterion.verdict for criterion in evaluate(brief).criteria]


def said(question: Question, answer: str) -> dict[str, Any]:
    return {"message_type": "response_submitted", "interaction_id": question.id, "response": answer}


async def test_an_answer_that_left_one_point_open_is_followed_up_once(door: Door, extension: CodeAssess) -> None:
    session_id, talk, question, answer = await asked(door, extension, leaving=1)
    await talk.say(said(question, answer))
    result = await talk.until("evaluation_result")
    assert result["evaluation"] == SHOWN, (question.text, result)
    following = await talk.until("question")
    record = (await extension.core()).record
    second = await record.questions.get(following["interaction_id"])
    assert second is not None and second.rule == "follow_up"
    assert all(point.text not in following["question"] for point in question.expected)
    await talk.say(said(second, "I cannot say."))
    await talk.until("evaluation_result")
    await door.post(f"/sessions/{session_id}/generate-report")
    await talk.until("report_ready")
    told = (await door.get(f"/sessions/{session_id}/report/")).json["questions"]
    assert len(told) == 2, "a follow-up is not followed up"
    assert told[1]["provenance"]["plan"]["follows"] == question.id
    assert told[0]["provenance"]["plan"]["difficulty"] == "easy"


async def test_a_whole_answer_is_not_followed_up(door: Door, extension: CodeAssess) -> None:
    session_id, talk, question, answer = await asked(door, extension, leaving=0)
    await talk.say(said(question, answer))
    result = await talk.until("evaluation_result")
    assert result["evaluation"] != SHOWN
    assert (await door.get(f"/sessions/{session_id}/")).json["counts"]["questions"] == 1
