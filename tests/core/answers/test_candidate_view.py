"""What a candidate is told of an evaluation before the end of the session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from records import new_assessment

from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.model import Feedback, Question, QuestionStatus
from codeassess_core.new_session import SessionRequest
from core.test_story import ADA, FIRST, ClientSession, Defective, eventually, opened_core

WEAK = "It does something with the prices."


@asynccontextmanager
async def answered(
    url: str, tmp_path: Path, feedback: Feedback | None, *, examiner: OfflineExaminer | None = None
) -> AsyncIterator[tuple[ClientSession, Question]]:
    """A session with one weak, evaluated answer; without `feedback` it is an open session."""
    async with opened_core(url, tmp_path) as core:
        assessment_id = None
        if feedback is not None:
            spec = await core.record.assessments.add(replace(new_assessment(), feedback=feedback))
            assessment_id = spec.id
        session = await core.assessment.begin(ADA, SessionRequest(assessment_id=assessment_id))
        ada = ClientSession(core, session.id)
        await ada.type(FIRST)
        question = await ada.question()
        core.assessment._examiner = examiner or core.assessment._examiner
        await ada.answer(question, WEAK)
        yield ada, await ada.question(status=QuestionStatus.FAILED if examiner else QuestionStatus.EVALUATED)


async def told(ada: ClientSession) -> list[dict[str, Any]]:
    return [e for e in await ada.events() if e["message_type"].startswith("evaluation")]


@pytest.mark.parametrize("feedback", [None, Feedback.COVERED])
async def test_before_the_end_nothing_that_was_missing_is_said(
    database_url: str, tmp_path: Path, feedback: Feedback | None
) -> None:
    async with answered(database_url, tmp_path, feedback) as (ada, question):
        assert question.evaluation is not None
        (message,) = await told(ada)
        recorded = await ada.core.record.sessions.interactions(ada.session_id, limit=1_000)
        for point in question.expected:
            assert point.text not in message["evaluation"]
            assert point.text not in str([i.payload for i in recorded])
        for slot in question.slots:
            assert not any(right in message["evaluation"] for right in slot.accepted if len(right) > 2)


async def test_full_feedback_says_what_was_missing(database_url: str, tmp_path: Path) -> None:
    async with answered(database_url, tmp_path, Feedback.FULL) as (ada, question):
        assert question.evaluation is not None
        (message,) = await told(ada)
        assert message["evaluation"] == question.evaluation.text


async def test_without_feedback_the_evaluation_comes_just_before_the_report(database_url: str, tmp_path: Path) -> None:
    async with answered(database_url, tmp_path, Feedback.NONE) as (ada, question):
        assert question.evaluation is not None
        assert await told(ada) == []
        await ada.send("finish")
        await eventually(ada.ended)
        kinds = [e["message_type"] for e in await ada.events()]
        assert kinds[-2:] == ["evaluation_result", "report_ready"]
        (message,) = await told(ada)
        assert (message["interaction_id"], message["score"]) == (question.id, question.evaluation.score)


async def test_a_failure_is_held_as_well(database_url: str, tmp_path: Path) -> None:
    async with answered(database_url, tmp_path, Feedback.NONE, examiner=Defective("evaluate")) as (ada, _):
        assert await told(ada) == []
        await ada.send("finish")
        await eventually(ada.ended)
        assert [e["message_type"] for e in await ada.events()][-2:] == ["evaluation_failed", "report_ready"]
