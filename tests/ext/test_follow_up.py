"""A follow-up through the real server: asked at once, once, and linked to its question in the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rest_client import Client, Talk
from test_story import CODE

from codeassess_core.answers.evaluations import evaluation_of
from codeassess_core.answers.score_words import how_much
from codeassess_core.clock import utcnow
from codeassess_core.examiner.offline.evaluation import evaluate
from codeassess_core.model import Evaluation, Question, Verdict
from codeassess_core.ports import EvaluationBrief
from codeassess_core.questions.follow_ups import left_open
from codeassess_ext import CodeAssess


@pytest.fixture
def traits() -> dict[str, Any]:
    return {"follow_ups": True}


async def asked(client: Client, extension: CodeAssess, *, leaving: int) -> tuple[str, Talk, Question, str]:
    """A session, its question, and an answer that leaves so many points open. Which question comes is drawn."""
    for _ in range(20):
        session_id = await client.begin(language="python")
        talk = await client.talk(session_id)
        await talk.say({"message_type": "code_update", "code": CODE})
        message = await talk.until("question")
        question = await (await extension.core()).record.questions.get(message["interaction_id"])
        assert question is not None
        for answer in answers(question):
            evaluation = judged(question, answer)
            open_points = [c for c in evaluation.criteria if c.verdict is not Verdict.MET]
            followed = left_open(question, evaluation) is not None
            if len(open_points) == leaving and followed is bool(leaving):
                return session_id, talk, question, answer
    raise AssertionError("no question has such an answer")


def answers(question: Question) -> Iterator[str]:
    """The results of the slots, then from few of the expected points to all, by their first words or their last."""
    results = "".join(f"It is {slot.accepted[0]}. " for slot in question.slots)
    yield results
    for points in range(1, len(question.expected) + 1):
        for term in (0, -1):
            said = [" and ".join(group[term] for group in point.any_of) for point in question.expected[:points]]
            because = ". Then it is ".join(said)
            yield f"{results}As I would put it myself, it is {because}, since that seems right to me."


def judged(question: Question, answer: str) -> Evaluation:
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
    return evaluation_of(evaluate(brief), brief, replace(question, response=answer), at=utcnow())


def said(question: Question, answer: str) -> dict[str, Any]:
    return {"message_type": "response_submitted", "interaction_id": question.id, "response": answer}


async def test_an_answer_that_left_one_point_open_is_followed_up_once(client: Client, extension: CodeAssess) -> None:
    session_id, talk, question, answer = await asked(client, extension, leaving=1)
    await talk.say(said(question, answer))
    result = await talk.until("evaluation_result")
    assert result["evaluation"] == how_much(result["score"]), (question.text, result)
    following = await talk.until("question")
    record = (await extension.core()).record
    second = await record.questions.get(following["interaction_id"])
    assert second is not None and second.rule == "follow_up"
    assert all(point.text not in following["question"] for point in question.expected)
    await talk.say(said(second, "I cannot say."))
    await talk.until("evaluation_result")
    await client.post(f"/sessions/{session_id}/generate-report")
    await talk.until("report_ready")
    told = (await client.get(f"/sessions/{session_id}/report/")).json["questions"]
    assert len(told) == 2, "a follow-up is not followed up"
    assert told[1]["provenance"]["plan"]["follows"] == question.id
    assert told[0]["provenance"]["plan"]["difficulty"] == "easy"


async def test_a_whole_answer_is_not_followed_up(client: Client, extension: CodeAssess) -> None:
    session_id, talk, question, answer = await asked(client, extension, leaving=0)
    await talk.say(said(question, answer))
    result = await talk.until("evaluation_result")
    assert result["evaluation"] != how_much(result["score"])
    assert (await client.get(f"/sessions/{session_id}/")).json["counts"]["questions"] == 1
