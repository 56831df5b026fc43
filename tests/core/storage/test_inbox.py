"""Responses, deferrals, activities and finish: recorded once, in order, also when they change nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from records import action, asked, begin, decided, evaluation, finish, new_session, opened, published, response, update
from sqlalchemy import select

from codeassess_core.clock import new_id
from codeassess_core.errors import NotFound, QuestionNotOpen, SequenceConflict, SequenceGap, SessionEnded
from codeassess_core.model import AssessmentSession, Interaction, InteractionKind, QuestionStatus, SessionStatus
from codeassess_core.storage.record import Record
from codeassess_core.storage.tables import audit, reports
from codeassess_core.testing import InlineJobs

FINISHING = {"message_type": "session_state", "status": "finishing"}


async def of_kind(record: Record, session: AssessmentSession, kind: InteractionKind) -> list[Interaction]:
    return [i for i in await record.sessions.interactions(session.id, limit=1_000) if i.kind is kind]


async def status(record: Record, question_id: str) -> QuestionStatus:
    question = await record.questions.get(question_id)
    assert question is not None
    return question.status


async def finished(record: Record, session: AssessmentSession, seq: int | None = None) -> int:
    return (await record.inbox.finish(finish(session, seq), message=FINISHING)).acked_seq


# -- responses --------------------------------------------------------------------------------------------------------


async def test_a_response_is_stored_with_its_evaluation_job(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        receipt = await record.inbox.respond(response(session, question_id, "It sorts.", 1))
        assert (receipt.acked_seq, receipt.known) == (1, False)
        question = await record.questions.get(question_id)
        assert question is not None
        assert (question.status, question.response) == (QuestionStatus.ANSWERED, "It sorts.")
        assert question.responded_at is not None
        (stored,) = await of_kind(record, session, InteractionKind.RESPONSE_RECEIVED)
        assert stored.payload == {"interaction_id": question_id, "response": "It sorts."}
        assert list(jobs.enqueued) == [("ask", question_id), ("evaluate", question_id)]


async def test_a_response_sent_twice_is_stored_once(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await record.inbox.respond(response(session, question_id, seq=1))
        again = await record.inbox.respond(response(session, question_id, seq=1))
        assert (again.acked_seq, again.known) == (1, True)
        under_a_new_seq = await record.inbox.respond(response(session, question_id, seq=2))
        assert under_a_new_seq.acked_seq == 2
        without_seq = await record.inbox.respond(response(session, question_id))
        assert without_seq.acked_seq == 2
        first, second = await of_kind(record, session, InteractionKind.RESPONSE_RECEIVED)
        assert "outcome" not in first.payload and second.payload["outcome"] == "repeated"


async def test_another_text_does_not_replace_the_response(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await record.inbox.respond(response(session, question_id, "It sorts.", 1))
        with pytest.raises(SequenceConflict):
            await record.inbox.respond(response(session, question_id, "It shuffles.", 1))
        with pytest.raises(QuestionNotOpen, match="is answered"):
            await record.inbox.respond(response(session, question_id, "It shuffles.", 2))
        question = await record.questions.get(question_id)
        assert question is not None and question.response == "It sorts."
        async with record.database.read() as connection:
            assert (await connection.scalars(select(audit.c.action))).all() == ["sequence_conflict"]


NOT_OPEN = {
    "no such question": new_id(),
    "no id at all": "question-1",
    "an SQL fragment": "' OR 1=1 --",
    "nothing": "",
}


@pytest.mark.parametrize("interaction_id", NOT_OPEN.values(), ids=NOT_OPEN)
async def test_what_is_not_open_cannot_be_answered(database_url: str, interaction_id: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        with pytest.raises(QuestionNotOpen):
            await record.inbox.respond(response(session, interaction_id))


async def test_the_question_of_another_session_cannot_be_answered(database_url: str) -> None:
    async with opened(database_url) as record:
        session, other = await begin(record), await begin(record)
        question_id = await asked(record, other)
        with pytest.raises(QuestionNotOpen, match="not one of this session"):
            await record.inbox.respond(response(session, question_id))
        assert await status(record, question_id) is QuestionStatus.OPEN


async def test_a_refused_action_uses_up_its_seq_and_is_acknowledged_when_it_comes_again(database_url: str) -> None:
    """Otherwise the client could never send its next message."""
    async with opened(database_url) as record:
        session = await begin(record)
        refused = response(session, new_id(), seq=1)
        with pytest.raises(QuestionNotOpen):
            await record.inbox.respond(refused)
        again = await record.inbox.respond(refused)
        assert (again.acked_seq, again.known) == (1, True)
        assert (await record.recorder.record(update(session, "a = 1\n", 2))).acked_seq == 2
        (stored,) = await of_kind(record, session, InteractionKind.RESPONSE_RECEIVED)
        assert stored.payload["outcome"] == "question_not_open"


async def test_a_gap_is_refused_and_uses_nothing_up(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        with pytest.raises(SequenceGap) as caught:
            await record.inbox.note(action(session, InteractionKind.ACTIVITY, {"kind": "run"}, seq=2))
        assert caught.value.expected == 1
        assert (await record.sessions.get(session.id)).acked_seq == 0
        with pytest.raises(NotFound):
            await record.inbox.note(action(new_session(), InteractionKind.ACTIVITY, {"kind": "run"}))


PAYLOADS: list[dict[str, Any]] = [
    {"kind": "run"},
    {"kind": "test", "detail": {"passed": 3, "seconds": 0.25, "exact": 1.0, "name": "é🙂", "nothing": None}},
    {"kind": "focus", "detail": {"away": [1, 2.5, True, [[]], {}], "big": 12345678901234567890}},
]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_an_activity_survives_the_database_unchanged(database_url: str, payload: dict[str, Any]) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        note = action(session, InteractionKind.ACTIVITY, payload, seq=1)
        await record.inbox.note(note)
        assert (await record.inbox.note(note)).known, "compared with what was stored"
        (stored,) = await of_kind(record, session, InteractionKind.ACTIVITY)
        assert stored.payload == payload


# -- not now ----------------------------------------------------------------------------------------------------------


async def test_not_now_closes_the_question_and_starts_the_cool_down(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await record.inbox.defer(
            action(session, InteractionKind.QUESTION_DEFERRED, {"interaction_id": question_id}, seq=1)
        )
        assert await status(record, question_id) is QuestionStatus.DEFERRED
        state = await record.decisions.decision_context(session.id)
        assert state.last_deferred_at is not None and not state.question_open
        with pytest.raises(QuestionNotOpen, match="is deferred"):
            await record.inbox.respond(response(session, question_id, seq=2))


# -- finish -----------------------------------------------------------------------------------------------------------


async def test_finish_starts_the_report_once(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await begin(record)
        for _ in range(3):
            await finished(record, session)
        assert [kind for kind, _ in jobs.enqueued] == ["report"]
        stored = await record.sessions.get(session.id)
        assert (stored.status, stored.head_event_seq) == (SessionStatus.FINISHING, 1)
        assert [e.message for e in await record.events.after(session.id, 0)] == [FINISHING]
        assert len(await of_kind(record, session, InteractionKind.FINISH)) == 1


async def test_a_finish_after_the_finish_is_acknowledged(database_url: str) -> None:
    """A grader asked for the report over REST; then the candidate's own finish arrives, with its seq."""
    async with opened(database_url) as record:
        session = await begin(record)
        await record.recorder.record(update(session, "a = 1\n", 1))
        await finished(record, session)
        assert await finished(record, session, seq=2) == 2
        assert await finished(record, session, seq=2) == 2
        with pytest.raises(SessionEnded):
            await record.inbox.note(action(session, InteractionKind.ACTIVITY, {"kind": "run"}, seq=3))


async def test_finish_waits_for_running_evaluations(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await record.inbox.respond(response(session, question_id))
        await finished(record, session)
        assert "report" not in [kind for kind, _ in jobs.enqueued]
        assert await record.questions.evaluated(question_id, evaluation(), message={})
        assert [kind for kind, _ in jobs.enqueued] == ["ask", "evaluate", "report"]


async def test_a_failed_evaluation_starts_the_report_too(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await record.inbox.respond(response(session, question_id))
        await finished(record, session)
        assert await record.questions.failed(question_id, reason="no model", message={})
        assert [kind for kind, _ in jobs.enqueued][-1] == "report"


async def test_the_open_question_stays_unanswered(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await asked(record, session)
        await finished(record, session)
        assert await status(record, question_id) is QuestionStatus.UNANSWERED
        assert (await record.sessions.get(session.id)).question_count == 1


async def test_the_question_being_written_is_withdrawn(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        question_id = await decided(record, session)
        await finished(record, session)
        question = await record.questions.get(question_id)
        assert question is not None and question.status is QuestionStatus.WITHDRAWN
        assert question.failure is not None and "finished" in question.failure
        assert (await record.sessions.get(session.id)).question_count == 0
        assert not await published(record, question_id), "the examiner came too late"


async def test_a_report_that_was_asked_for_before_is_the_one_that_is_written(database_url: str) -> None:
    """There is a row without a body already (an import, an older version): no second one is made."""
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session = await begin(record)
        waiting = new_id()
        async with record.database.write() as connection:
            values = {"id": waiting, "session_id": session.id, "version": 1, "created_at": session.created_at}
            await connection.execute(reports.insert().values(values))
        await finished(record, session)
        assert list(jobs.enqueued) == [("report", waiting)]


# -- consent ----------------------------------------------------------------------------------------------------------


async def test_what_a_candidate_agreed_to_is_recorded_once(database_url: str) -> None:
    async with opened(database_url) as record:
        session, other = await begin(record), await begin(record)

        await record.inbox.consent(other.id, "Everything is recorded.")
        made = await asyncio.gather(*(record.inbox.consent(session.id, "Everything is recorded.") for _ in range(5)))
        assert sorted(new for _, new in made) == [False] * 4 + [True]
        assert len({interaction.id for interaction, _ in made}) == 1
        assert (await record.inbox.consent(session.id, "Your code is recorded."))[1], "another text is another consent"
        payload = {"kind": "consent", "detail": {"text": "By the editor."}}
        await record.inbox.note(action(session, InteractionKind.ACTIVITY, payload, seq=1))
        known, new = await record.inbox.consent(session.id, "By the editor.")
        assert (known.client_seq, new) == (1, False), "whichever way it came"
        assert [i.payload["detail"]["text"] for i in await record.sessions.interactions(session.id)] == [
            "Everything is recorded.",
            "Your code is recorded.",
            "By the editor.",
        ]
        await record.inbox.finish(finish(session), message={})
        assert not (await record.inbox.consent(session.id, "By the editor."))[1]
        with pytest.raises(SessionEnded):
            await record.inbox.consent(session.id, "Too late.")
