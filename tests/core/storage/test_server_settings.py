"""Any settings of server, database and role either work, or are refused at the start in one sentence."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
import servers
from psycopg import sql
from records import asked, begin, evaluation, opened, response, update
from sqlalchemy.engine import make_url

from codeassess_core.errors import StoreUnavailable, UnsuitableDatabase
from codeassess_core.settings import Settings
from codeassess_core.storage.database import Database
from codeassess_core.storage.record import Record
from codeassess_core.system.deadlines import DatabaseLimits
from codeassess_core.wiring import Core

SETTINGS = [
    "datestyle = German",
    "datestyle = 'SQL, DMY'",
    "timezone = 'Asia/Kathmandu'",
    "bytea_output = escape",
    "standard_conforming_strings = off",
    "intervalstyle = iso_8601",
    "default_transaction_isolation = serializable",
    "statement_timeout = 50",
    "lock_timeout = 50",
    "idle_session_timeout = 200",
    "client_encoding = LATIN1",
    "synchronous_commit = off",
]
NASTY = "naïve = 'ü \\\\ \\' 🦀'\n"


def execute(url: str, statement: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(statement)


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def round_trip(record: Record) -> None:
    """Values of all types through the driver: text, bytes, JSON, times, ids."""
    session = await begin(record)
    await asyncio.gather(*(record.recorder.record(update(session, NASTY * n, n)) for n in range(1, 4)))
    assert (await record.snapshots.get(session.id, 3)).code == NASTY * 3
    stored = await record.sessions.get(session.id)
    assert stored.created_at == session.created_at and stored.acked_seq == 3
    question = await asked(record, session, upto=3)
    await record.inbox.respond(response(session, question, NASTY))
    assert await record.questions.evaluated(question, evaluation(), message={"message_type": "x"})
    found = await record.questions.get(question)
    assert found is not None and found.response == NASTY


@pytest.mark.parametrize("setting", SETTINGS)
async def test_settings_of_the_database_make_no_difference(database_url_of_postgres: str, setting: str) -> None:
    name = make_url(database_url_of_postgres).database
    execute(database_url_of_postgres, f'ALTER DATABASE "{name}" SET {setting}')
    async with opened(database_url_of_postgres) as record:
        await round_trip(record)
        async with record.database.write() as connection:
            assert (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar() == "on"
            assert (await connection.exec_driver_sql("SHOW transaction_isolation")).scalar() == "read committed"


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
async def test_another_encoding_is_refused_at_start(postgres_server: str, encoding: str) -> None:
    refusal = f"has the encoding {encoding}, which cannot keep every text"
    with database_of(postgres_server, encoding) as url, pytest.raises(UnsuitableDatabase, match=refusal):
        async with opened(url):
            pass


@contextmanager
def database_of(server: str, encoding: str) -> Iterator[str]:
    name = f"codeassess_test_{os.getpid()}_{uuid4().hex[:12]}"
    execute(server, f"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_database_that_takes_no_writes_is_refused_at_start(database_url_of_postgres: str) -> None:
    name = make_url(database_url_of_postgres).database
    execute(database_url_of_postgres, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with pytest.raises(UnsuitableDatabase, match="takes no writes from the role"):
        async with opened(database_url_of_postgres):
            pass


@contextmanager
def role(url: str) -> Iterator[str]:
    """The same database for a role that owns nothing."""
    name = f"codeassess_test_{uuid4().hex[:12]}"
    execute(url, f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    try:
        yield make_url(url).set(username=name, password="x").render_as_string(hide_password=False)
    finally:
        execute(url, f"DROP OWNED BY {name}")
        execute(url, f"DROP ROLE {name}")


async def test_a_role_that_may_not_create_tables_is_refused_and_the_advice_works(database_url_of_postgres: str) -> None:
    execute(database_url_of_postgres, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with role(database_url_of_postgres) as url:
        with pytest.raises(UnsuitableDatabase) as refused:
            async with opened(url):
                pass
        execute(database_url_of_postgres, refused.value.message.rsplit(": ", 1)[1].rstrip("."))
        async with opened(url) as record:
            await round_trip(record)


async def test_a_role_that_lacks_a_right_to_a_table_is_refused(database_url_of_postgres: str) -> None:
    async with opened(database_url_of_postgres):
        pass
    with role(database_url_of_postgres) as url:
        name = make_url(url).username
        execute(database_url_of_postgres, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
        execute(database_url_of_postgres, f"REVOKE DELETE ON snapshots FROM {name}")
        with pytest.raises(UnsuitableDatabase, match=r"lacks rights to tables: snapshots \(DELETE\)"):
            async with opened(url):
                pass
        execute(database_url_of_postgres, f"GRANT DELETE ON snapshots TO {name}")
        async with opened(url) as record:
            await round_trip(record)


async def test_health_tells_of_a_database_that_takes_no_more_writes(database_url_of_postgres: str) -> None:
    async with opened(database_url_of_postgres):
        pass
    with role(database_url_of_postgres) as url:
        name = make_url(url).username
        execute(database_url_of_postgres, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
        async with opened(url) as record:
            assert await record.database.state() == "ok"
            execute(database_url_of_postgres, f"REVOKE UPDATE ON alembic_version FROM {name}")
            record.database._written_at = None  # the last write was a while ago
            assert await record.database.state() == "The database takes no writes; the log says why."


# -- how many connections ---------------------------------------------------------------------------------------------


async def test_a_process_has_no_more_connections_than_it_may(database_url_of_postgres: str) -> None:
    settings = Settings(database_url=database_url_of_postgres, database_connections=8, model="offline", idle_pause=0.0)
    core = Core(settings)
    await core.open()
    try:
        await core.jobs.ready()
        sessions = [await begin(core.record) for _ in range(30)]
        most = 0
        for seq in range(1, 6):
            work = [core.record.recorder.record(update(s, NASTY * seq, seq)) for s in sessions]
            reads = [core.record.sessions.get(s.id) for s in sessions]
            most = max(most, *await asyncio.gather(counted(database_url_of_postgres), *map(zero, [*work, *reads])))
        assert 3 <= most <= 8
    finally:
        await core.aclose()


async def zero(work: object) -> int:
    await work  # type: ignore[misc]
    return 0


async def counted(url: str) -> int:
    query = sql.SQL(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with await psycopg.AsyncConnection.connect(plain(url)) as connection:
        row = await (await connection.execute(query)).fetchone()
    assert row is not None
    return int(row[0])


# -- behind a pooler --------------------------------------------------------------------------------------------------


@pytest.fixture
def pooler(database_url_of_postgres: str) -> Iterator[tuple[str, str]]:
    """The URL through a pgbouncer that pools transactions, and the direct one."""
    program = servers.pgbouncer_program()
    if program is None:
        pytest.skip("pgbouncer is not installed: apt-get install pgbouncer")
    with servers.pgbouncer(program, database_url_of_postgres) as (url, _log):
        yield url, database_url_of_postgres


async def test_a_session_works_behind_a_pooler_of_transactions(
    pooler: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    url, direct = pooler
    execute(direct, f'ALTER DATABASE "{make_url(direct).database}" SET datestyle = German')
    core = Core(Settings(database_url=url, database_direct_url=direct, model="offline", idle_pause=0.0))
    await core.open()
    try:
        sessions = [await begin(core.record) for _ in range(20)]
        for seq in range(1, 12):  # the driver prepares a statement when it comes the sixth time
            work = (core.record.recorder.record(update(s, NASTY * seq, seq)) for s in sessions)
            receipts = await asyncio.gather(*work)
            assert [receipt.acked_seq for receipt in receipts] == [seq] * len(sessions)
            await asyncio.gather(*(core.record.sessions.get(s.id) for s in sessions))
        await core.jobs.ready()
        await core.assessment.decide(sessions[0].id)
        await settled(core, sessions[0].id)
        assert (await core.health())["database"] == "ok"
    finally:
        await core.aclose()
    assert "prepared statement" not in caplog.text and "ERROR" not in caplog.text


async def test_a_pooler_that_nobody_told_of_is_found(pooler: tuple[str, str], caplog: pytest.LogCaptureFixture) -> None:
    async with opened(pooler[0]) as record:
        assert "let database_direct_url name the database without it" in caplog.text
        session = await begin(record)
        for seq in range(1, 12):
            await record.recorder.record(update(session, NASTY * seq, seq))
            await record.sessions.get(session.id)
        assert await record.database.state() == "ok"
    assert "prepared statement" not in caplog.text


async def settled(core: Core, session_id: str) -> None:
    """The question that was decided has been asked, by the jobs."""
    for _ in range(600):
        questions = await core.record.questions.of_session(session_id)
        if questions and questions[0].status != "pending":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the question was not asked")


async def test_limits_hold_behind_a_pooler_for_each_transaction(pooler: tuple[str, str]) -> None:
    database = Database(pooler[0], limits=DatabaseLimits(statement=0.5), pooled=True)
    await database.open()
    with pytest.raises(StoreUnavailable):
        async with database.read() as connection:
            await connection.exec_driver_sql("SELECT pg_sleep(30)")
    with psycopg.connect(
        plain(pooler[0]), prepare_threshold=None
    ) as other:  # this client gets the same server connection
        assert other.execute("SHOW statement_timeout").fetchone() == ("0",)
    await database.aclose()
