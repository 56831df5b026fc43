"""A standby server is read-only: it is refused at the start, and reported when it happens later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import servers
from outages import hot_standby
from proxy import in_front_of
from records import begin, opened, update
from sqlalchemy.engine import make_url

from codeassess_core.errors import StoreUnavailable, UnsuitableDatabase
from codeassess_core.model import AssessmentSession
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core

REFUSED = r"^The database server is a standby and takes no writes: let database_url name the primary\.$"


async def test_a_standby_is_refused_at_start_in_one_sentence_and_works_once_it_is_promoted() -> None:
    with servers.own_postgres() as url:
        async with opened(url) as record:
            session = await begin(record)
            await record.recorder.record(update(session, "a = 1\n", 1))
        with hot_standby(url) as (standby, promote):
            with pytest.raises(UnsuitableDatabase, match=REFUSED):
                async with opened(standby):
                    pass
            await asyncio.to_thread(promote)
            async with opened(standby) as record:
                await record.recorder.record(update(session, "a = 2\n", 2))
                assert (await record.sessions.get(session.id)).acked_seq == 2


@asynccontextmanager
async def core_on(url: str, tmp_path: Path) -> AsyncIterator[Core]:
    core = Core(Settings(database_url=url, data_dir=str(tmp_path), model="offline", idle_pause=3600.0))
    await core.open()
    try:
        await core.jobs.ready()
        yield core
    finally:
        await core.aclose()


async def test_a_failover_to_a_server_that_takes_no_writes_yet_acknowledges_nothing(tmp_path: Path) -> None:
    """The address leads to the standby before its promotion: health fails and nothing is acked until then."""
    with servers.own_postgres() as url, in_front_of(url) as (proxy, through), hot_standby(url) as (standby, promote):
        async with core_on(through, tmp_path) as core:
            session = await begin(core.record)
            for seq in range(1, 11):
                await core.record.recorder.record(update(session, f"a = {seq}\n", seq))
            assert (await core.health())["database"] == "ok"
            await followed(standby, session, upto=10)
            target = make_url(standby)
            proxy.lead_to((str(target.host), int(target.port or 0)))
            for _ in range(5):
                with pytest.raises(StoreUnavailable):
                    await core.record.recorder.record(update(session, "a = 11\n", 11))
            assert (await core.health())["database"] != "ok"
            assert (await core.record.sessions.get(session.id)).acked_seq == 10, "it reads"
            await asyncio.to_thread(promote)
            await core.record.recorder.record(update(session, "a = 11\n", 11))
            assert (await core.health())["database"] == "ok"
            stored = await core.record.sessions.get(session.id)
            assert (stored.acked_seq, stored.snapshot_count) == (11, 11)


async def followed(standby: str, session: AssessmentSession, *, upto: int) -> None:
    """Return when the standby has so many updates."""
    import psycopg

    plain = make_url(standby).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain, autocommit=True) as connection:
        while True:
            found = await connection.execute("SELECT acked_seq FROM sessions WHERE id = %s", (session.id,))
            if (row := await found.fetchone()) and row[0] == upto:
                return
            await asyncio.sleep(0.05)
