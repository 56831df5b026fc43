"""Reviewed answers are examples for similar answers, in the same assessment and without names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from records import new_assessment

from codeassess_core.answers.reviewed_answers import ReviewedAnswers
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.identity import Principal, Role
from codeassess_core.model import Question, QuestionStatus, ReviewVerdict
from codeassess_core.new_session import SessionRequest
from codeassess_core.ports import EvaluationBrief, EvaluationDraft, Example
from codeassess_core.storage.entries import ReviewEntry
from codeassess_core.testing import InMemoryRetrieval
from core.test_story import ADA, FIRST, ClientSession, eventually, opened_core

WEAK = "It adds the prices and divides them by how many there are."
GRADER = Principal(name="Grace Hopper", tenant=ADA.tenant, role=Role.GRADER)


class Noting(OfflineExaminer):
    """The offline examiner, which keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.examples: list[tuple[Example, ...]] = []

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        self.examples.append(brief.examples)
        return await super().evaluate(brief)


@asynccontextmanager
async def opened(url: str, tmp_path: Path) -> AsyncIterator[tuple[Any, Noting]]:
    async with opened_core(url, tmp_path) as core:
        noting = core.assessment._examiner = Noting()
        yield core, noting


async def answered(core: Any, candidate: Principal, assessment_id: str) -> tuple[ClientSession, Question]:
    session = await core.assessment.begin(candidate, SessionRequest(assessment_id=assessment_id))
    client_session = ClientSession(core, session.id)
    await client_session.type(FIRST)
    await client_session.answer(await client_session.question(), WEAK)
    return client_session, await client_session.question(status=QuestionStatus.EVALUATED)


async def reviewed(core: Any, client_session: ClientSession, question: Question) -> None:
    await client_session.send("finish")
    await eventually(client_session.ended)
    entry = ReviewEntry(
        session_id=client_session.session_id,
        question_id=question.id,
        verdict=ReviewVerdict.OVERRIDE,
        score=3.0,
        reason="No word about an empty list.",
        reviewer=GRADER.name,
    )
    await core.assessment.review(entry)


def other(name: str, tenant: str = ADA.tenant) -> Principal:
    return Principal(name=name, tenant=tenant, role=ADA.role)


async def test_a_reviewed_answer_is_an_example_for_the_next_one_of_the_assessment(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path) as (core, noting):
        one = (await core.record.assessments.add(new_assessment())).id
        two = (await core.record.assessments.add(new_assessment())).id
        first, question = await answered(core, ADA, one)
        assert noting.examples == [()], "nobody has judged anything yet"
        await reviewed(core, first, question)

        await answered(core, other("bob"), one)
        (example,) = noting.examples[-1]
        assert (example.question, example.answer, example.score) == (question.text, WEAK, 3.0)
        assert example.reason == "No word about an empty list."
        assert ADA.name not in str(example) and GRADER.name not in str(example)

        await answered(core, other("cy"), two)
        assert noting.examples[-1] == (), "of another assessment"

        await core.assessment.forget(first.session_id, GRADER)
        await answered(core, other("dee"), one)
        assert noting.examples[-1] == (), "it was erased"


class Silent(InMemoryRetrieval):
    """A store that does not answer."""

    async def search(self, shelf: str, query: str, limit: int) -> Any:
        await asyncio.Event().wait()


@pytest.mark.parametrize("tenant", [ADA.tenant, "elsewhere"])
async def test_without_an_answer_of_the_store_or_in_another_tenant_there_are_no_examples(
    database_url: str, tmp_path: Path, tenant: str
) -> None:
    """A wrong entry of a shelf is looked up in the record, which has its tenant."""
    async with opened(database_url, tmp_path) as (core, _):
        spec = await core.record.assessments.add(new_assessment())
        client_session, question = await answered(core, ADA, spec.id)
        await reviewed(core, client_session, question)
        session = await core.record.sessions.get(client_session.session_id)
        retrieval = Silent() if tenant == ADA.tenant else InMemoryRetrieval()
        await retrieval.add(f"reviewed:{tenant}:{spec.id}", [("q", question.text, question.id)])
        examples = ReviewedAnswers(record=core.record, retrieval=retrieval, timeout=0.05)
        theirs = replace(session, id="another", tenant=tenant)
        asked = replace(question, id="another")
        assert await examples.near(theirs, asked) == ()
