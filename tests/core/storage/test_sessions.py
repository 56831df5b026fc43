"""Sessions: begun once, listed by permission, erased completely."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from records import asked, begin, evaluation, finish, new_assessment, new_session, opened, response, update
from sqlalchemy import func, select

from codeassess_core.clock import new_id, utcnow
from codeassess_core.errors import AttemptsUsed, IdempotencyConflict, NotFound, StoreBusy
from codeassess_core.identity import Admission, Principal, Role
from codeassess_core.model import AssessmentSession, InteractionKind, Lease, ReviewVerdict, SessionStatus
from codeassess_core.storage.entries import ContestEntry, ReviewEntry
from codeassess_core.storage.record import Record
from codeassess_core.storage.sessions import SessionFilter
from codeassess_core.storage.tables import assessments, audit, credentials, metadata
from codeassess_core.testing import InlineJobs

EVERYONE = SessionFilter(tenant="default")
ABSENT = "01a22d14-d7e3-74ad-b268-e2d252beb2f1"  #: well formed, but of no session


async def test_a_session_comes_back_as_it_was_begun(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record, language="r")
        assert await record.sessions.get(session.id) == session
        assert await record.sessions.get(session.id.upper()) == session


@pytest.mark.parametrize("wrong", ["", "x", "' OR 1=1 --", "0" * 40, "é", ABSENT, "a\0b"])
async def test_a_session_that_is_not_there_is_not_found(database_url: str, wrong: str) -> None:
    async with opened(database_url) as record:
        await begin(record)
        with pytest.raises(NotFound):
            await record.sessions.get(wrong)


async def test_the_same_key_gives_the_same_session_also_at_once(database_url: str) -> None:
    async with opened(database_url) as record:
        begun = await asyncio.gather(
            *(record.sessions.begin(new_session(), idempotency_key="k", digest="d") for _ in range(8))
        )
        assert len({session.id for session in begun}) == 1
        assert len(await record.sessions.list(EVERYONE)) == 1
        with pytest.raises(IdempotencyConflict):
            await record.sessions.begin(new_session(), idempotency_key="k", digest="other")
        other = await record.sessions.begin(new_session(owner="bob"), idempotency_key="k", digest="other")
        assert other.owner == "bob", "keys are each owner's own"


async def test_without_a_key_each_request_begins_a_session(database_url: str) -> None:
    async with opened(database_url) as record:
        assert (await begin(record)).id != (await begin(record)).id


async def test_lists_are_filtered(database_url: str) -> None:
    async with opened(database_url) as record:
        spec = await record.assessments.add(new_assessment())
        old = utcnow() - timedelta(days=2)
        plain = await begin(record, created_at=old)
        bobs = await begin(record, owner="bob")
        about = await begin(record, assessment_id=spec.id, assessment_version=1)
        ended = await begin(record)
        await record.inbox.finish(finish(ended), message={})
        await begin(record, tenant="other")
        for changes, expected in (
            ({}, [ended, about, bobs, plain]),
            ({"owner": "bob"}, [bobs]),
            ({"assessment_id": spec.id}, [about]),
            ({"status": SessionStatus.FINISHING}, [ended]),
            ({"status": SessionStatus.ACTIVE, "owner": "ada"}, [about, plain]),
            ({"created_after": old + timedelta(hours=1)}, [ended, about, bobs]),
            ({"owner": "nobody"}, []),
        ):
            found = await record.sessions.list(replace(EVERYONE, **changes))
            assert [s.id for s in found] == [s.id for s in expected], changes


async def test_a_list_is_read_page_by_page(database_url: str) -> None:
    async with opened(database_url) as record:
        ids = [(await begin(record)).id for _ in range(7)]
        seen: list[str] = []
        while page := await record.sessions.list(EVERYONE, before=seen[-1] if seen else None, limit=3):
            assert len(page) <= 3
            seen += [session.id for session in page]
            await begin(record)  # a new session does not shift the pages
        assert seen == ids[::-1]


async def test_a_grader_sees_open_sessions_and_those_of_their_assessments(database_url: str) -> None:
    async with opened(database_url) as record:
        named = await record.assessments.add(new_assessment(graders=("grace", "alan")))
        for_all = await record.assessments.add(new_assessment())
        about = {
            "open": await begin(record),
            "named": await begin(record, assessment_id=named.id, assessment_version=1),
            "for all": await begin(record, assessment_id=for_all.id, assessment_version=1),
        }
        names = {session.id: name for name, session in about.items()}

        async def seen(grader: str) -> set[str]:
            return {names[s.id] for s in await record.sessions.list(replace(EVERYONE, grader=grader))}

        assert await seen("grace") == await seen("alan") == {"open", "named", "for all"}
        assert await seen("mallory") == await seen("gra") == await seen('grace", "x') == {"open", "for all"}


async def test_interactions_are_listed_by_kind(database_url: str) -> None:
    update_, finish_ = InteractionKind.CODE_UPDATE, InteractionKind.FINISH
    async with opened(database_url) as record:
        session = await begin(record)
        for n in range(3):
            await record.recorder.record(update(session, f"{n}"))
        await record.inbox.finish(finish(session), message={})
        for kinds, after, limit, expected in (
            (None, 0, 9, [1, 2, 3, 4]),
            ([finish_], 0, 9, [4]),
            ([update_], 1, 9, [2, 3]),
            ([update_, finish_], 0, 3, [1, 2, 3]),
            ([], 0, 9, []),
        ):
            found = await record.sessions.interactions(session.id, after=after, limit=limit, kinds=kinds)
            assert [i.seq for i in found] == expected, kinds


async def test_only_overdue_sessions_are_undecided(database_url: str) -> None:
    async with opened(database_url) as record:
        quiet, busy, done = await begin(record), await begin(record), await begin(record)
        now = utcnow()
        for session, at in ((quiet, now - timedelta(seconds=9)), (busy, now), (done, now - timedelta(seconds=9))):
            await record.recorder.record(update(session, "a = 1\n", received_at=at))
        await record.inbox.finish(finish(done), message={})
        long_ago = now - timedelta(seconds=30)
        found = await record.sessions.undecided(quiet_since=now - timedelta(seconds=3), waiting_since=long_ago)
        assert found == (quiet.id,)
        found = await record.sessions.undecided(quiet_since=long_ago, waiting_since=now + timedelta(seconds=1))
        assert set(found) == {quiet.id, busy.id}


async def rows_of(record: Record) -> dict[str, int]:
    async with record.database.read() as connection:
        return {
            name: int(await connection.scalar(select(func.count()).select_from(table)) or 0)
            for name, table in metadata.tables.items()
            if table not in (assessments, credentials)
        }


async def full_session(record: Record, jobs: InlineJobs) -> str:
    session = await begin(record)
    question_id = await asked(record, session)
    await record.inbox.respond(response(session, question_id, "My secret answer."))
    await record.questions.evaluated(question_id, evaluation(), message={"message_type": "evaluation_result"})
    await record.inbox.finish(finish(session), message={"message_type": "session_state"})
    await record.reports.publish(
        next(reversed(jobs.enqueued))[1], {"overall": {}}, message={"message_type": "report_ready"}
    )
    month = timedelta(days=30)
    contest = ContestEntry(session_id=session.id, question_id=question_id, reason="My secret doubt.", within=month)
    await record.contests.add(contest)
    review = ReviewEntry(
        session_id=session.id,
        question_id=question_id,
        verdict=ReviewVerdict.OVERRIDE,
        score=9.0,
        reason="My secret reason.",
        reviewer="grace",
    )
    await record.reviews.add(review, revise=lambda body, reviews, seq, contests: body)
    ada = Principal(name=session.owner, role=Role.CANDIDATE)
    await record.tickets.issue(session.id, Admission(principal=ada, token_sha256=None))
    await record.leases.take(session.id, Lease(holder=new_id(), client_id="lab", taken_at=utcnow()))
    return session.id


OF_NO_SESSION = {"audit", "connections", "instances", "people", "invitations", "hand_overs", "assessment_states"}


async def test_erasing_leaves_no_row_but_the_audit(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        kept = await full_session(record, jobs)
        before = await rows_of(record)
        session_id = await full_session(record, jobs)
        assert all(count > before[name] for name, count in (await rows_of(record)).items() if name not in OF_NO_SESSION)
        await record.sessions.erase(session_id, principal="root")
        after = await rows_of(record)
        assert after.pop("audit") > before.pop("audit")
        assert after == before, "and nothing of the other session has gone"
        async with record.database.read() as connection:
            of_session = select(audit).where(audit.c.session_id == session_id)
            row = (await connection.execute(of_session)).mappings().one()
        assert (row["action"], row["session_id"], row["principal"], row["detail"]) == (
            "session_erased",
            session_id,
            "root",
            {},
        )
        with pytest.raises(NotFound):
            await record.sessions.erase(session_id, principal="root")
        await record.sessions.get(kept)


async def test_a_session_that_is_erased_while_two_processes_write_to_it_leaves_no_row(database_url: str) -> None:
    """Only the lock of the session's row prevents an update after the erasure."""
    async with opened(database_url) as one, opened(database_url) as other:
        for _ in range(8):
            session, begun = await begin(one), asyncio.Event()
            writing = [asyncio.create_task(write_until_gone(record, session, begun)) for record in (one, other)]
            await begun.wait()
            if one.database.is_sqlite:
                await erase_in_the_end(one, session)
            else:
                await one.sessions.erase(session.id, principal="root")
            await asyncio.gather(*writing)
        left = await rows_of(one)
        assert {name: left[name] for name in ("sessions", "interactions", "snapshots")} == {
            "sessions": 0,
            "interactions": 0,
            "snapshots": 0,
        }


async def erase_in_the_end(record: Record, session: AssessmentSession) -> None:
    """Erase with retries: SQLite has no queue of those who wait to write."""
    while True:
        with suppress(StoreBusy):
            return await record.sessions.erase(session.id, principal="root")


async def write_until_gone(record: Record, session: AssessmentSession, begun: asyncio.Event) -> None:
    """Write updates until the session is gone; `begun` is set when one is stored."""
    with suppress(NotFound):
        for count in range(100_000):
            await record.recorder.record(update(session, f"a = {count}\n"))
            begun.set()
        raise AssertionError("the session was never erased")


async def test_attempts_count_from_the_first_update(database_url: str) -> None:
    async with opened(database_url) as record:
        spec = await record.assessments.add(new_assessment())

        def wanted(**changes: object) -> AssessmentSession:
            task = {"assessment_id": spec.id, "assessment_version": spec.version}
            return replace(new_session(), **{**task, **changes})  # type: ignore[arg-type]

        first = await record.sessions.begin(wanted(), attempts=2)
        second = await record.sessions.begin(wanted(), attempts=2)
        assert (await record.sessions.begin(wanted(), attempts=2)).id == second.id, "it has no update yet"
        for session in (first, second):
            await record.recorder.record(update(session, "x = 1"))
        with pytest.raises(AttemptsUsed, match="All attempts"):
            await record.sessions.begin(wanted(), attempts=2)
        assert (await record.sessions.begin(wanted(owner="bob"), attempts=2)).owner == "bob"
        assert (await record.sessions.begin(wanted(), attempts=None)).owner == first.owner
        assert [a.session_id for a in await record.sessions.attempts(second)] == [first.id]


async def test_the_key_of_the_last_attempt_still_gives_it(database_url: str) -> None:
    async with opened(database_url) as record:
        spec = await record.assessments.add(new_assessment())
        task = {"assessment_id": spec.id, "assessment_version": spec.version}
        begun = await record.sessions.begin(replace(new_session(), **task), idempotency_key="k", attempts=1)
        await record.recorder.record(update(begun, "x = 1"))
        again = await record.sessions.begin(replace(new_session(), **task), idempotency_key="k", attempts=1)
        assert again.id == begun.id


async def test_attempts_begun_at_once_are_counted_one_after_the_other(database_url: str) -> None:
    async with opened(database_url) as record:
        spec = await record.assessments.add(new_assessment())
        task = {"assessment_id": spec.id, "assessment_version": spec.version}
        begun = await asyncio.gather(
            *(record.sessions.begin(replace(new_session(), **task), attempts=1) for _ in range(6))
        )
        assert len({session.id for session in begun}) == 1
