"""Questions: one at a time, each result stored once, also with concurrent processes."""

from __future__ import annotations

import asyncio

import pytest
from records import (
    ASKED,
    SUPPRESSED,
    action,
    asked,
    begin,
    decided,
    evaluation,
    finish,
    opened,
    published,
    response,
    update,
)
from sqlalchemy.exc import IntegrityError

from codeassess_core.clock import new_id, utcnow
from codeassess_core.model import InteractionKind, Passage, QuestionStatus
from codeassess_core.storage.database import Database
from codeassess_core.storage.questions import Questions
from codeassess_core.storage.tables import questions
from codeassess_core.testing import InlineJobs


async def test_a_suppressed_decision_is_stored_with_its_reason(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a = 1\n"))
        assert (await record.decisions.decision_context(session.id)).undecided_since is not None
        stored = await record.questions.decide(session.id, SUPPRESSED, upto=1, snapshot=1, document="main")
        assert stored is not None and stored.question_id is None
        assert await record.decisions.of_session(session.id) == (stored,)
        state = await record.decisions.decision_context(session.id)
        assert (state.decided_snapshot, state.undecided_since) == (1, None)


async def test_a_decision_is_taken_once(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        for n in range(3):
            await record.recorder.record(update(session, f"a = {n}\n"))
        assert await record.questions.decide(session.id, SUPPRESSED, upto=2, snapshot=2, document="main")
        assert (await record.decisions.decision_context(session.id)).undecided_since, (
            "snapshot 3 is still to be decided"
        )
        for upto in (1, 2):
            assert await record.questions.decide(session.id, ASKED, upto=upto, snapshot=1, document="main") is None
        assert await record.questions.decide(session.id, SUPPRESSED, upto=3, snapshot=3, document="main")


async def test_while_a_question_is_open_no_other_is_asked(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await asked(record, session)
        await record.recorder.record(update(session, "b = 1\n"))
        assert await record.questions.decide(session.id, ASKED, upto=2, snapshot=2, document="main") is None
        assert (await record.decisions.decision_context(session.id)).undecided_since is not None


async def test_two_processes_that_decide_at_once_ask_one_question(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        sessions = [await begin(record) for _ in range(10)]
        for session in sessions:
            await record.recorder.record(update(session, "a = 1\n"))
        other = Database(database_url)
        rooms = [record.questions, Questions(other, jobs=jobs, clock=utcnow)]
        for session in sessions:
            results = await asyncio.gather(
                *(r.decide(session.id, ASKED, upto=1, snapshot=1, document="main") for r in rooms * 2)
            )
            assert len([r for r in results if r is not None]) == 1
            assert len(await record.questions.of_session(session.id)) == 1
        assert len(jobs.enqueued) == 10
        await other.aclose()


async def test_the_database_itself_refuses_a_second_open_question(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await asked(record, session)
        row = {"id": new_id(), "session_id": session.id, "status": "pending", "rule": "x", "document": "main"}
        numbers = {"snapshot": 1, "start_line": 1, "end_line": 1, "created_at": utcnow()}
        with pytest.raises(IntegrityError):
            async with record.database.write() as connection:
                await connection.execute(questions.insert().values(**row, **numbers))


async def test_a_question_is_opened_once_with_all_that_it_rests_on(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await decided(record, session)
        passages = (Passage(text="A set is unordered.", source="notes", score=0.5),)
        results = await asyncio.gather(*(published(record, question_id, passages) for _ in range(4)))
        assert sorted(results) == [False, False, False, True]
        question = await record.questions.get(question_id)
        assert question is not None and question.status is QuestionStatus.OPEN
        assert (question.text, question.excerpt, question.rule) == ("Why a set?", "a = 1", "changed_lines")
        assert question.provenance is not None and question.asked_at is not None
        (interaction,) = [
            i for i in await record.sessions.interactions(session.id) if i.kind is InteractionKind.QUESTION_ASKED
        ]
        assert interaction.id == question_id
        assert question.retrieved == passages
        assert len(await record.events.after(session.id, 0)) == 1


async def test_an_evaluation_is_stored_once_and_comes_back_as_it_was(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await record.inbox.respond(response(session, question_id))
        judged = evaluation()
        message = {"message_type": "evaluation_result"}
        results = await asyncio.gather(
            *(record.questions.evaluated(question_id, judged, message=message) for _ in range(4))
        )
        assert sorted(results) == [False, False, False, True]
        assert not await record.questions.failed(question_id, reason="late", message={})
        question = await record.questions.get(question_id)
        assert question is not None and question.evaluation is not None
        assert question.evaluation.criteria == judged.criteria and question.evaluation.score == 7.5
        assert abs((question.evaluation.evaluated_at - judged.evaluated_at).total_seconds()) < 0.001
        assert [e.event_seq for e in await record.events.after(session.id, 0)] == [1, 2]


async def test_no_evaluation_without_a_response(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        assert not await record.questions.evaluated(question_id, evaluation(), message={})
        assert not await record.questions.failed(question_id, reason="x", message={})


async def test_a_withdrawn_question_gives_the_budget_back(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await decided(record, session)
        assert (await record.sessions.get(session.id)).question_count == 1
        assert await record.questions.withdraw(question_id, reason="nothing to ask")
        assert not await record.questions.withdraw(question_id, reason="again")
        assert (await record.sessions.get(session.id)).question_count == 0
        assert await record.decisions.asked_about(session.id) == ()
        state = await record.decisions.decision_context(session.id)
        assert (state.questions_asked, state.question_open) == (0, False)
        assert await record.events.after(session.id, 0) == ()
        await record.recorder.record(update(session, "b = 1\n"))
        assert await record.questions.decide(session.id, ASKED, upto=2, snapshot=2, document="main")


async def test_a_finished_session_is_not_decided(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a = 1\n"))
        await record.inbox.finish(finish(session), message={})
        assert await record.questions.decide(session.id, ASKED, upto=1, snapshot=1, document="main") is None
        assert (await record.decisions.decision_context(session.id)).undecided_since is None


async def test_results_for_an_erased_question_are_dropped(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await record.sessions.erase(session.id, principal="root")
        assert not await published(record, question_id)
        assert not await record.questions.withdraw(question_id, reason="x")
        assert not await record.questions.evaluated(question_id, evaluation(), message={})


async def test_what_was_last_asked_about_is_told_by_document(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        first = await asked(record, session)
        await record.inbox.defer(action(session, InteractionKind.QUESTION_DEFERRED, {"interaction_id": first}))
        await record.recorder.record(update(session, "b = 1\n", document="other.py"))
        assert await record.questions.decide(session.id, ASKED, upto=2, snapshot=2, document="other.py")
        assert sorted(await record.decisions.asked_about(session.id)) == [("main", 1), ("other.py", 2)]


async def test_a_large_paste_is_remembered_with_its_lines(database_url: str) -> None:
    block = "".join(f"total += weights[{n}] * values[{n}]\n" for n in range(12))
    async with opened(database_url) as record:
        session = await begin(record)
        for code in ("total = 0\n", f"total = 0\n{block}", f"total = 0\n{block}print(total)\n"):
            await record.recorder.record(update(session, code))
        (paste,) = await record.decisions.pastes(session.id, after=0)
        assert (paste.snapshot, paste.start_line, paste.end_line) == (2, 2, 13)
        assert await record.decisions.pastes(session.id, after=2) == ()
