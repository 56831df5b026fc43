"""The smaller stores: reports, assessments, credentials, tickets, events, and the database itself."""

from __future__ import annotations

import asyncio
import resource
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from records import asked, begin, evaluation, finish, new_assessment, opened, response, update
from sqlalchemy import insert, select, text

from codeassess_core.clock import new_id, utcnow
from codeassess_core.errors import InvalidInput, NotFound, ReportNotReady, StoreUnavailable
from codeassess_core.identity import Admission, Principal, Role, token_digest
from codeassess_core.model import Criterion, InteractionKind, SessionStatus
from codeassess_core.storage.database import Database
from codeassess_core.storage.record import Record
from codeassess_core.storage.session_writer import SessionWriter
from codeassess_core.storage.tables import audit, metadata, reports, tickets
from codeassess_core.storage.tickets import Tickets
from codeassess_core.system.deadlines import DatabaseLimits
from codeassess_core.testing import InlineJobs

READY = {"message_type": "report_ready"}


# -- reports ----------------------------------------------------------------------------------------------------------


async def asked_for(record: Record, jobs: InlineJobs) -> tuple[str, str]:
    """A finished session: its id and that of its report."""
    session = await begin(record)
    await record.inbox.finish(finish(session), message={"message_type": "session_state"})
    return session.id, next(subject for kind, subject in reversed(jobs.enqueued) if kind == "report")


async def test_a_report_is_published_once_and_ends_the_session(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session_id, report_id = await asked_for(record, jobs)
        assert await record.reports.session_of(report_id) == session_id
        with pytest.raises(ReportNotReady) as caught:
            await record.reports.latest(session_id)
        assert caught.value.detail == {"state": "in_progress"}
        bodies = [{"score": n} for n in range(4)]
        results = await asyncio.gather(*(record.reports.publish(report_id, b, message=READY) for b in bodies))
        assert sorted(results) == [False, False, False, True]
        report = await record.reports.latest(session_id)
        assert report.body == bodies[results.index(True)] and report.version == 1
        session = await record.sessions.get(session_id)
        assert session.status is SessionStatus.ENDED and session.ended_at is not None
        assert [e.message for e in await record.events.after(session_id, 1)] == [READY]
        assert (await record.sessions.interactions(session_id))[-1].kind is InteractionKind.REPORT


async def test_without_finish_there_is_no_report(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        with pytest.raises(ReportNotReady) as caught:
            await record.reports.latest(session.id)
        assert caught.value.detail == {"state": "not_requested"}
        assert await record.reports.session_of(new_id()) is None
        assert not await record.reports.publish(new_id(), {}, message=READY)


async def test_the_newest_version_is_the_report(database_url: str) -> None:
    jobs = InlineJobs()
    async with opened(database_url, jobs=jobs) as record:
        session_id, report_id = await asked_for(record, jobs)
        await record.reports.publish(report_id, {"v": 1}, message=READY)
        async with record.database.write() as connection:
            row = {"id": new_id(), "session_id": session_id, "version": 2, "body": {"v": 2}, "created_at": utcnow()}
            await connection.execute(insert(reports).values(row))
        assert (await record.reports.latest(session_id)).body == {"v": 2}


# -- assessments ------------------------------------------------------------------------------------------------------


async def test_an_assessment_comes_back_as_it_was_in_every_version(database_url: str) -> None:
    async with opened(database_url) as record:
        rubric = (Criterion(name="depth", description="é", weight=2.5),)
        first = await record.assessments.add(
            new_assessment(rubric=rubric, policy={"max_questions": 3}, time_limit=90.5, graders=("grace",))
        )
        second = await record.assessments.add(replace(first, title="Sort better"))
        assert second.version == 2
        assert await record.assessments.get(first.id, 1) == first
        assert await record.assessments.get(first.id) == second
        assert await record.assessments.list("default") == (second,)
        assert await record.assessments.list("other") == ()
        for wrong in (new_id(), "x"):
            with pytest.raises(NotFound):
                await record.assessments.get(wrong)


async def test_versions_added_at_once_are_all_kept(database_url: str) -> None:
    async with opened(database_url) as record:
        spec = await record.assessments.add(new_assessment())
        added = await asyncio.gather(*(record.assessments.add(replace(spec, title=f"{n}")) for n in range(6)))
        assert sorted(a.version for a in added) == [2, 3, 4, 5, 6, 7]
        assert (await record.assessments.get(spec.id, added[0].version)).title == "0"


# -- credentials ------------------------------------------------------------------------------------------------------


def files(folder: Path) -> bytes:
    """Everything that a SQLite database has on disk; nothing on Postgres."""
    return b"".join(file.read_bytes() for file in folder.glob("codeassess.sqlite*"))


async def test_only_the_hash_of_a_token_is_stored(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url) as record:
        token = "ca_a-very-secret-token-1234567890"
        grace = Principal(name="grace", role=Role.GRADER)
        await record.credentials.issue(token, grace)
        assert await record.credentials.principal(token) == grace
        async with record.database.read() as connection:
            for table in metadata.tables.values():
                assert token not in str((await connection.execute(select(table))).all())
        assert token.encode() not in files(tmp_path)


async def test_a_token_ends_when_it_is_revoked_or_its_time_is_over(database_url: str) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    async with opened(database_url, clock=lambda: now) as record:
        grace = Principal(name="grace", role=Role.GRADER)
        credential_id = await record.credentials.issue("ca_1", grace)
        await record.credentials.issue("ca_2", grace, expires_at=now + timedelta(hours=1))
        await record.credentials.issue("ca_3", grace, expires_at=now)
        assert await record.credentials.principal("ca_2") == grace
        assert await record.credentials.principal("ca_3") is None
        await record.credentials.revoke(credential_id)
        assert await record.credentials.principal("ca_1") is None
        assert await record.credentials.principal("ca_4") is None
        with pytest.raises(NotFound):
            await record.credentials.revoke(new_id())


async def test_a_token_that_is_revoked_again_was_revoked_the_first_time(database_url: str) -> None:
    times = [datetime(2030, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    async with opened(database_url, clock=lambda: times.pop(0)) as record:
        credential_id = await record.credentials.issue("ca_1", Principal(name="grace", role=Role.GRADER))
        for _ in range(2):
            await record.credentials.revoke(credential_id)
        (credential,) = await record.credentials.list("default")
        assert credential.revoked_at == datetime(2030, 1, 2, tzinfo=UTC)


# -- tickets ----------------------------------------------------------------------------------------------------------

GRACE = Admission(principal=Principal(name="grace", role=Role.OPERATOR), token_sha256=None)


async def test_a_ticket_lets_one_in_within_its_time_and_only_its_hash_is_stored(
    database_url: str, tmp_path: Path
) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    async with opened(database_url, clock=lambda: now) as record:
        session, other = await begin(record), await begin(record)
        made = await record.tickets.issue(session.id, GRACE)
        assert made.expires_at == now + timedelta(seconds=30)
        assert made.ticket not in repr(made)
        async with record.database.read() as connection:
            assert made.ticket not in str((await connection.execute(select(tickets))).all())
        assert made.ticket.encode() not in files(tmp_path)
        now += timedelta(seconds=29.999)
        assert await record.tickets.redeem(made.ticket, other.id) is None
        assert await record.tickets.redeem(made.ticket, "nonsense") is None
        assert await record.tickets.redeem(made.ticket, session.id.upper()) == GRACE
        assert await record.tickets.redeem(made.ticket, session.id) is None


async def test_a_ticket_past_its_time_is_worthless_and_swept_when_the_next_is_issued(database_url: str) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    async with opened(database_url, clock=lambda: now) as record:
        session = await begin(record)
        late = await record.tickets.issue(session.id, GRACE)
        now += timedelta(seconds=30)
        assert await record.tickets.redeem(late.ticket, session.id) is None
        fresh = await record.tickets.issue(session.id, GRACE)
        async with record.database.read() as connection:
            stored = (await connection.execute(select(tickets.c.ticket_sha256))).scalars().all()
        assert stored == [token_digest(fresh.ticket)]


async def test_of_many_processes_that_redeem_one_ticket_one_is_let_in(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        others = [Database(database_url) for _ in range(5)]
        rooms = [Tickets(database, clock=utcnow) for database in others]
        for _ in range(5):
            made = await record.tickets.issue(session.id, GRACE)
            got = await asyncio.gather(*(room.redeem(made.ticket, session.id) for room in rooms * 2))
            assert sorted(got, key=lambda admission: admission is None) == [GRACE, *[None] * 9]
        for database in others:
            await database.aclose()


async def test_a_ticket_is_worth_as_much_as_the_token_of_who_asked_for_it(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        credential_id = await record.credentials.issue("ca_1", GRACE.principal)
        held = replace(GRACE, token_sha256=token_digest("ca_1"))
        one, two = [(await record.tickets.issue(session.id, held)).ticket for _ in range(2)]
        assert await record.tickets.redeem(one, session.id) == held
        await record.credentials.revoke(credential_id)
        assert await record.tickets.redeem(two, session.id) is None


async def test_the_tickets_of_an_erased_session_are_gone(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        await record.tickets.issue(session.id, GRACE)
        await record.sessions.erase(session.id, principal="root")
        async with record.database.read() as connection:
            assert (await connection.execute(select(tickets))).all() == []


# -- events -----------------------------------------------------------------------------------------------------------


async def test_events_are_numbered_without_gaps_whoever_stores_them(database_url: str) -> None:
    """Two processes and the record path write to the same sessions; a reader follows and misses nothing."""
    patient = DatabaseLimits(lock=120.0, commit=120.0)  # they wait for each other
    async with opened(database_url, limits=patient) as record:
        other = Database(database_url, limits=patient)
        sessions = [await begin(record) for _ in range(3)]
        seen: dict[str, list[int]] = {session.id: [] for session in sessions}
        written = asyncio.Event()

        async def store(database: Database, session_id: str) -> None:
            for _ in range(10):
                async with SessionWriter.open(database, session_id, utcnow()) as writer:
                    await writer.event({"message_type": "x"})
                    await writer.interaction(InteractionKind.ACTIVITY)
                    await writer.close()

        async def follow(session_id: str) -> None:
            while not written.is_set() or len(seen[session_id]) < 20:
                cursor = seen[session_id][-1] if seen[session_id] else 0
                seen[session_id] += [e.event_seq for e in await record.events.after(session_id, cursor)]
                await asyncio.sleep(0.002)

        readers = [asyncio.create_task(follow(s.id)) for s in sessions]
        await asyncio.gather(
            *(store(database, s.id) for database in (record.database, other) for s in sessions),
            *(record.recorder.record(update(s, f"{n}\n")) for s in sessions for n in range(5)),
        )
        written.set()
        await asyncio.wait_for(asyncio.gather(*readers), 60)
        assert set(map(tuple, seen.values())) == {tuple(range(1, 21))}
        for session in sessions:
            stored = await record.sessions.interactions(session.id, limit=1_000)
            assert [i.seq for i in stored] == list(range(1, 26))
        assert await record.sessions.heads([s.id for s in sessions]) == {s.id: 20 for s in sessions}
        await other.aclose()


# -- the database -----------------------------------------------------------------------------------------------------


async def test_a_transaction_that_fails_leaves_nothing(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        with pytest.raises(RuntimeError):
            async with SessionWriter.open(record.database, session.id, utcnow()) as writer:
                await writer.event({"message_type": "x"})
                await writer.close()
                raise RuntimeError
        assert await record.events.after(session.id, 0) == ()
        assert (await record.sessions.get(session.id)).head_event_seq == 0


@pytest.mark.parametrize("value", [{"owner": "a\ud800"}, {"acked_seq": 2**70}])
async def test_a_value_that_the_database_refuses_is_the_senders_fault(
    database_url: str, value: dict[str, object]
) -> None:
    async with opened(database_url) as record:
        with pytest.raises(InvalidInput):
            await begin(record, **value)


async def test_a_nul_is_no_outage(postgres_url: str) -> None:
    """SQLite takes one; Postgres does not."""
    async with opened(postgres_url) as record:
        with pytest.raises(InvalidInput):
            await begin(record, language="x\0y")


async def test_a_naive_time_is_refused(database_url: str) -> None:
    async with opened(database_url) as record:
        with pytest.raises(InvalidInput, match="refuses"):
            await begin(record, created_at=datetime(2030, 1, 1))  # noqa: DTZ001


async def test_times_come_back_aware_and_in_utc(database_url: str) -> None:
    moment = datetime(2030, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
    async with opened(database_url) as record:
        elsewhere = moment.astimezone(datetime.strptime("+0530", "%z").tzinfo)
        session = await begin(record, created_at=elsewhere)
        stored = (await record.sessions.get(session.id)).created_at
        assert (stored, stored.tzinfo) == (moment, UTC)


async def test_a_database_that_is_away_is_unavailable_and_says_so() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable):
        await database.open()
    assert "cannot be reached" in await database.state()
    await database.aclose()


async def test_a_database_on_a_full_disk_says_so_until_there_is_room(tmp_path: Path) -> None:
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}") as record:
        session = await begin(record)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))  # no file may grow
        try:
            assert await record.database.state() == "ok", "a write worked a moment ago"
            with pytest.raises(StoreUnavailable):
                await record.recorder.record(update(session, "x = 1\n"))
            assert await record.database.state() == "The database takes no writes; the log says why."
            assert (await record.sessions.get(session.id)).snapshot_count == 0
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert await record.database.state() == "ok"
        assert (await record.recorder.record(update(session, "x = 1\n"))).snapshot == 1


async def test_a_reader_is_not_held_up_by_a_writer(database_url: str) -> None:
    async with opened(database_url) as record:
        session = await begin(record)
        async with SessionWriter.open(record.database, session.id, utcnow()) as writer:
            await writer.connection.execute(text("UPDATE sessions SET owner = 'bob'"))
            found = await asyncio.wait_for(record.sessions.get(session.id), 60)
            assert found.owner == "ada"
        assert (await record.sessions.get(session.id)).owner == "bob"


async def test_a_reader_cannot_write(postgres_url: str) -> None:
    async with opened(postgres_url) as record:
        with pytest.raises(StoreUnavailable):
            async with record.database.read() as connection:
                await connection.execute(insert(audit).values(id=new_id(), principal="", action="x", detail={}))
        question = await asked(record, session := await begin(record))  # and the connection is as good as before
        await record.inbox.respond(response(session, question))
        assert await record.questions.evaluated(question, evaluation(), message={})


async def test_whoever_is_cancelled_twice_leaves_no_task_behind(tmp_path: Path) -> None:
    """The second time while the connection is being closed because of the first."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'codeassess.sqlite'}")
    await database.open()
    others = asyncio.all_tasks()
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"

    async def read() -> None:
        async with database.read() as connection:
            await connection.execute(text(count))

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.2)
    for _ in range(2):
        reading.cancel()
        await asyncio.sleep(0.05)
    await asyncio.gather(reading, return_exceptions=True)
    await database.aclose()
    left = asyncio.all_tasks() - others
    if left:
        _, left = await asyncio.wait(left, timeout=60)
    assert not left
