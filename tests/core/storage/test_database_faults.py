"""The database is slow, does not answer, or has locked sessions: other sessions continue, and every wait is limited.

The limits are a tenth of the defaults; those that a busy machine could exceed by itself are a fifth.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
import pytest
from proxy import Proxy, in_front_of
from records import action, asked, begin, decided, finish, opened, published, response, update
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from codeassess_core import wiring
from codeassess_core.errors import StoreBusy, StoreUnavailable
from codeassess_core.model import AssessmentSession, InteractionKind
from codeassess_core.settings import Settings
from codeassess_core.storage import progress
from codeassess_core.storage.entries import CodeEntry, Receipt
from codeassess_core.storage.record import Record
from codeassess_core.storage.tables import interactions
from codeassess_core.storage.writes.bulk import Advance, CodeRow, PostgresBulk
from codeassess_core.system.deadlines import DatabaseLimits

SHORT = DatabaseLimits(connect=3.0, statement=2.0, lock=0.5, idle=1.0, network=1.0, commit=2.0, checkout=3.0)
SOON = 60.0  # seconds, for a machine that is busy: each wait below is bounded by a few


@pytest.fixture
def through_proxy(database_url_of_postgres: str) -> Iterator[tuple[Proxy, str]]:
    with in_front_of(database_url_of_postgres) as found:
        yield found


@asynccontextmanager
async def held(url: str, session_id: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Another transaction, which has locked the session's row."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as other:
        await other.execute("SELECT 1 FROM sessions WHERE id = %s FOR UPDATE", (session_id,))
        yield other
        await other.rollback()


async def recorded(record: Record, session: AssessmentSession) -> list[int]:
    """The numbers of the session's updates, without gaps, and none stored twice."""
    async with record.database.read() as connection:
        rows = await connection.execute(
            select(interactions.c.client_seq, interactions.c.id)
            .where(interactions.c.session_id == session.id, interactions.c.kind == "code_update")
            .order_by(interactions.c.seq)
        )
        found = rows.all()
    assert len({row.id for row in found}) == len(found)
    stored = await record.sessions.get(session.id)
    assert stored.snapshot_count == len(found)
    return [row.client_seq for row in found]


# -- silent connections -----------------------------------------------------------------------------------------------


async def test_updates_go_on_when_the_connections_that_exist_go_silent(through_proxy: tuple[Proxy, str]) -> None:
    proxy, url = through_proxy
    async with opened(url, limits=SHORT) as record:
        sessions = [await begin(record) for _ in range(10)]
        await asyncio.gather(*(record.recorder.record(update(s, "a = 1\n", 1)) for s in sessions))
        await asyncio.gather(*(record.sessions.get(s.id) for s in sessions))  # the pools are full
        proxy.silence()
        receipts = await asyncio.wait_for(
            asyncio.gather(*(record.recorder.record(update(s, "a = 2\n", 2)) for s in sessions)), SOON
        )
        assert [receipt.acked_seq for receipt in receipts] == [2] * 10
        assert [await recorded(record, s) for s in sessions] == [[1, 2]] * 10


async def test_one_silence_costs_one_deadline_not_one_for_each_connection(through_proxy: tuple[Proxy, str]) -> None:
    proxy, url = through_proxy
    async with opened(url, limits=SHORT) as record:
        session = await begin(record)
        await asyncio.gather(*(record.sessions.get(session.id) for _ in range(20)))
        proxy.silence()
        failures = 0
        for _ in range(6):
            try:
                await record.sessions.get(session.id)
            except StoreUnavailable:
                failures += 1
        assert failures <= 1


@pytest.mark.parametrize("silent_after", ["statement", "before"])
async def test_what_may_have_been_committed_is_stored_once_and_the_receipt_is_right(
    through_proxy: tuple[Proxy, str], silent_after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for a plain client, whose updates have no seq to recognise a repetition."""
    proxy, url = through_proxy
    async with opened(url, limits=SHORT) as record:
        session, plain = await begin(record), await begin(record)
        await record.recorder.record(update(session, "a = 1\n", 1))
        await record.recorder.record(update(plain, "a = 1\n"))
        silence_once(proxy, monkeypatch, after=silent_after == "statement")
        both = asyncio.gather(
            record.recorder.record(update(session, "a = 2\n", 2)), record.recorder.record(update(plain, "a = 2\n"))
        )
        numbered, unnumbered = await asyncio.wait_for(both, SOON)
        assert numbered == Receipt(acked_seq=2, snapshot=2)
        assert unnumbered == Receipt(acked_seq=0, snapshot=2)
        assert await recorded(record, session) == [1, 2]
        assert await recorded(record, plain) == [None, None]


def silence_once(proxy: Proxy, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """The next fast write is sent and its answer lost (`after`), or it is not sent."""
    fast_write = PostgresBulk.fast_write
    waits = [True]

    async def silenced(
        self: PostgresBulk, connection: object, rows: list[CodeRow], advances: list[Advance]
    ) -> set[str]:
        if not waits:
            return await fast_write(self, connection, rows, advances)  # type: ignore[arg-type]
        waits.clear()
        if after:
            await fast_write(self, connection, rows, advances)  # type: ignore[arg-type]
        proxy.silence()
        return await fast_write(self, connection, rows, advances)  # type: ignore[arg-type]

    monkeypatch.setattr(PostgresBulk, "fast_write", silenced)


# -- somebody holds a session -----------------------------------------------------------------------------------------


async def test_a_session_that_is_held_keeps_no_other_waiting(database_url_of_postgres: str) -> None:
    async with opened(database_url_of_postgres, limits=SHORT) as record:
        sessions = [await begin(record) for _ in range(10)]
        for session in sessions:
            await record.recorder.record(update(session, "a = 0\n", 1))
        async with held(database_url_of_postgres, sessions[0].id):
            stuck = asyncio.gather(record.recorder.record(update(sessions[0], "a = 1\n", 2)), return_exceptions=True)
            for seq in range(2, 30):
                others = (record.recorder.record(update(s, f"a = {seq}\n", seq)) for s in sessions[1:])
                await asyncio.wait_for(asyncio.gather(*others), SOON)
            assert isinstance((await stuck)[0], StoreBusy)
        assert (await record.recorder.record(update(sessions[0], "a = 1\n", 2))).acked_seq == 2


async def test_a_held_session_is_recorded_in_order_once_it_is_free(database_url_of_postgres: str) -> None:
    patient = DatabaseLimits(commit=30.0)
    async with opened(database_url_of_postgres, limits=patient) as record:
        session, other = await begin(record), await begin(record)
        async with held(database_url_of_postgres, session.id):
            waiting = []
            for seq in range(1, 6):  # each in a batch of its own, behind the held ones
                waiting.append(asyncio.create_task(record.recorder.record(update(session, f"a = {seq}\n", seq))))
                await record.recorder.record(update(other, f"a = {seq}\n", seq))
            plain = asyncio.create_task(record.recorder.record(update(session, "a = 6\n")))
            await record.recorder.record(update(other, "a = 6\n", 6))
            assert not any(task.done() for task in [*waiting, plain])
        receipts = await asyncio.wait_for(asyncio.gather(*waiting, plain), SOON)
        assert [receipt.snapshot for receipt in receipts] == [1, 2, 3, 4, 5, 6]
        assert await recorded(record, session) == [1, 2, 3, 4, 5, None]


async def test_everything_but_the_held_session_goes_on(database_url_of_postgres: str) -> None:
    """Questions, answers, finishes and erasures of locked sessions wait without a connection, so they use up none."""
    async with opened(database_url_of_postgres, limits=DatabaseLimits(lock=120.0, connections=7)) as record:
        stuck = [await begin(record) for _ in range(12)]
        free = await begin(record)
        questions = [await asked(record, session) for session in stuck]
        async with all_held(database_url_of_postgres, stuck):
            waiting = writes(record, stuck, questions)
            await asyncio.sleep(0)
            await record.inbox.note(action(free, InteractionKind.ACTIVITY, {"kind": "run"}))
            question = await decided(record, free, upto=1)
            assert await published(record, question)
            assert not any(task.done() for task in waiting), "nobody waited for those that are held"
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        assert (await record.inbox.respond(response(stuck[0], questions[0]))).acked_seq == 0


async def test_what_waits_for_a_held_session_is_refused_in_the_end(database_url_of_postgres: str) -> None:
    async with opened(database_url_of_postgres, limits=SHORT) as record:
        session = await begin(record)
        question = await asked(record, session)
        async with held(database_url_of_postgres, session.id):
            outcomes = await asyncio.gather(*writes(record, [session], [question]), return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} == {StoreBusy}
        assert (await record.inbox.respond(response(session, question))).acked_seq == 0


def writes(record: Record, sessions: list[AssessmentSession], questions: list[str]) -> list[asyncio.Future[Any]]:
    """An answer, a finish and an erasure of each session, all begun."""
    return [
        asyncio.ensure_future(outcome)
        for session, question in zip(sessions, questions, strict=True)
        for outcome in (
            record.inbox.respond(response(session, question)),
            record.inbox.finish(finish(session), message={"message_type": "x"}),
            record.sessions.erase(session.id, principal="root"),
        )
    ]


@asynccontextmanager
async def all_held(url: str, sessions: list[AssessmentSession]) -> AsyncIterator[None]:
    async with held(url, sessions[0].id) as other:
        for session in sessions[1:]:
            await other.execute("SELECT 1 FROM sessions WHERE id = %s FOR UPDATE", (session.id,))
        yield


async def test_a_row_that_somebody_else_is_about_to_insert_stops_its_own_session_only(
    database_url_of_postgres: str,
) -> None:
    """The session's row is free: the insert waits, in the middle of the batch, for the same key elsewhere."""
    async with opened(database_url_of_postgres, limits=SHORT) as record:
        sessions = [await begin(record) for _ in range(5)]
        plain = make_url(database_url_of_postgres).set(drivername="postgresql")
        async with await psycopg.AsyncConnection.connect(plain.render_as_string(hide_password=False)) as other:
            await other.execute(
                "INSERT INTO interactions (session_id, tenant, seq, id, kind, created_at) "
                "VALUES (%s, 'default', 1, gen_random_uuid(), 'activity', now())",
                (sessions[2].id,),
            )
            entries: list[CodeEntry] = [update(session, "a = 1\n", 1) for session in sessions]
            outcomes = await asyncio.wait_for(
                asyncio.gather(*(record.recorder.record(e) for e in entries), return_exceptions=True), SOON
            )
            await other.rollback()
        names = [type(outcome).__name__ for outcome in outcomes]
        assert names == ["Receipt", "Receipt", "StoreBusy", "Receipt", "Receipt"]
        assert (await record.recorder.record(update(sessions[2], "a = 1\n", 1))).snapshot == 1


async def test_a_transaction_in_which_nothing_happens_is_ended(database_url_of_postgres: str) -> None:
    """The locks of a process that was stopped in a transaction are freed."""
    async with opened(database_url_of_postgres, limits=SHORT) as record, opened(database_url_of_postgres) as other:
        session = await begin(record)
        with pytest.raises(StoreUnavailable):
            async with record.database.write(within=60) as connection:
                await connection.execute(select(func.now()).select_from(interactions).with_for_update())
                await connection.exec_driver_sql("SELECT 1 FROM sessions FOR UPDATE")
                assert (await asyncio.wait_for(other.recorder.record(update(session, "a = 1\n", 1)), SOON)).snapshot
                await connection.exec_driver_sql("SELECT 1")


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(database_url_of_postgres: str) -> None:
    async with opened(database_url_of_postgres, limits=SHORT) as record:
        with pytest.raises(StoreUnavailable):
            async with record.database.read() as connection:
                await connection.exec_driver_sql("SELECT pg_sleep(60)")
        assert await record.database.state() == "ok"


# -- a process that is stopped ----------------------------------------------------------------------------------------

STOPPED = """
import asyncio, os, signal, sys
from codeassess_core.clock import utcnow
from codeassess_core.system.deadlines import DatabaseLimits
from codeassess_core.storage.database import Database
from codeassess_core.storage.session_writer import SessionWriter

async def main(url, session_id):
    database = Database(url, limits=DatabaseLimits(idle=float(sys.argv[3])))
    async with SessionWriter.open(database, session_id, utcnow()) as writer:
        await writer.event({"message_type": "x"})
        print("inside", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)

asyncio.run(main(*sys.argv[1:3]))
"""


@asynccontextmanager
async def stopped_inside(url: str, session_id: str, *, idle: float) -> AsyncIterator[None]:
    """A process that was stopped in the middle of a transaction in which it has locked the session."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STOPPED, url, session_id, str(idle), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"inside\n"
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def test_a_stopped_process_freezes_nobody_and_its_session_is_free_soon(database_url_of_postgres: str) -> None:
    async with opened(database_url_of_postgres) as record:
        sessions = [await begin(record) for _ in range(5)]
        async with stopped_inside(database_url_of_postgres, sessions[0].id, idle=1.0):
            stuck = asyncio.create_task(record.recorder.record(update(sessions[0], "a = 1\n", 1)))
            for seq in range(1, 6):
                others = (record.recorder.record(update(s, f"a = {seq}\n", seq)) for s in sessions[1:])
                await asyncio.wait_for(asyncio.gather(*others), SOON)
            assert (await asyncio.wait_for(stuck, SOON)).acked_seq == 1, "Postgres has ended the idle transaction"


# -- what health says -------------------------------------------------------------------------------------------------


async def test_health_tells_when_updates_wait_and_none_is_acknowledged(
    database_url_of_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "STALLED", 1.0)
    async with opened(database_url_of_postgres, limits=DatabaseLimits(commit=30.0)) as record:
        session, other = await begin(record), await begin(record)
        assert record.recorder.state() == "ok"
        async with held(database_url_of_postgres, session.id):
            waiting = asyncio.create_task(record.recorder.record(update(session, "a = 1\n", 1)))
            while "none has been acknowledged" not in record.recorder.state():  # noqa: ASYNC110 (it tells nobody)
                await asyncio.sleep(0.05)
            await record.recorder.record(update(other, "a = 1\n", 1))
            assert record.recorder.state() == "ok", "somebody is served"
        await waiting
        await asyncio.sleep(1.2)
        assert record.recorder.state() == "ok", "nobody waits"


async def test_health_answers_in_time_when_the_database_is_silent(
    through_proxy: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, url = through_proxy
    monkeypatch.setattr(wiring, "HEALTH_SECONDS", 0.5)
    core = wiring.Core(Settings(database_url=url, model="offline"))  # with its long limits
    await core.record.open()
    assert (await core.health())["database"] == "ok"
    proxy.silence()
    assert (await core.health())["database"] == "No answer within 0.5 s."
    await core.record.aclose()


async def test_jobs_are_done_after_their_connections_went_silent(through_proxy: tuple[Proxy, str]) -> None:
    proxy, url = through_proxy
    limits = {"connect": 2.0, "statement": 2.0, "network": 0.5, "commit": 2.0}
    settings = {f"database_{name}_timeout": value for name, value in limits.items()}
    core = wiring.Core(Settings(database_url=url, model="offline", idle_pause=3_600.0, **settings))  # type: ignore[arg-type]
    await core.open()
    try:
        await core.jobs.ready()
        for silent in (False, True):
            session = await begin(core.record)
            await core.record.recorder.record(update(session, "a = 1\nb = 2\n", 1))
            if silent:
                proxy.silence()
            question = await decided_patiently(core.record, session)
            await asyncio.wait_for(until_asked(core.record, question), SOON)
    finally:
        await core.aclose()


async def decided_patiently(record: Record, session: AssessmentSession) -> str:
    """Decide, and retry while the database is unavailable, as the timer does."""
    while True:
        try:
            return await decided(record, session, upto=1)
        except StoreUnavailable:
            await asyncio.sleep(0.05)


async def until_asked(record: Record, question_id: str) -> None:
    while True:
        with suppress(StoreUnavailable):
            question = await record.questions.get(question_id)
            if question is not None and question.status != "pending":
                return
        await asyncio.sleep(0.05)
