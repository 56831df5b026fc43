"""The queues are polled often while somebody works, and rarely else, by all processes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import dbos
import pytest
from job_worker import Worker, until, until_so, working
from sqlalchemy import insert, update

from codeassess_core.clock import new_id, utcnow
from codeassess_core.identity import Principal, Role
from codeassess_core.jobs import pace
from codeassess_core.jobs.durable import QUEUES, DurableJobs
from codeassess_core.new_session import SessionRequest
from codeassess_core.settings import Settings
from codeassess_core.storage.tables import leases, sessions
from codeassess_core.wiring import Core

SOON = 0.05  # seconds between two looks
OFTEN = list(QUEUES.values())
RARELY = [pace.RARELY] * len(QUEUES)


@pytest.fixture(autouse=True)
def calm_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's work is remembered by the process itself: what the database says counts."""
    monkeypatch.setattr(pace, "CALM_SECONDS", 0.0)


def intervals() -> list[float]:
    found = [dbos.DBOS.retrieve_queue(name) for name in QUEUES]
    return [queue.polling_interval_sec for queue in found if queue is not None]


async def polls(seconds: list[float]) -> bool:
    return await asyncio.to_thread(intervals) == seconds


def pace_of(worker: Worker) -> pace.QueuePace:
    assert isinstance(worker.jobs, DurableJobs)
    return worker.jobs.pace


async def test_polls_are_rare_while_nobody_works_and_a_job_is_done_all_the_same(database_url: str) -> None:
    async with working(database_url, heartbeat=SOON) as worker:
        await worker.jobs.ready()
        await until_so(lambda: polls(RARELY))
        await worker.enqueue("1")
        await until(lambda: len(worker.done) == 1)
        await until_so(lambda: polls(RARELY))


async def test_what_is_enqueued_makes_them_frequent_in_the_same_moment(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(database_url, heartbeat=SOON) as worker:
        await worker.jobs.ready()
        await until_so(lambda: polls(RARELY))
        monkeypatch.setattr(pace, "CALM_SECONDS", 3_600.0)
        pace_of(worker).hurry()
        await until_so(lambda: polls(OFTEN))


async def test_an_editor_or_an_update_in_any_process_keeps_them_frequent(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(database_url, heartbeat=3_600.0) as worker:
        await worker.jobs.ready()
        look = pace_of(worker).look
        core = Core(Settings(database_url=database_url, data_dir=str(tmp_path), model="offline"))
        session = await core.assessment.begin(Principal(name="ada", role=Role.CANDIDATE), SessionRequest())
        await look()
        assert await polls(RARELY), "a session alone is no work"
        busy = worker.jobs._rows.are_expected  # type: ignore[union-attr]
        async with worker.database.write() as connection:
            await connection.execute(update(sessions).values(last_update_at=utcnow()))
        assert await busy(60.0)
        async with worker.database.write() as connection:
            await connection.execute(update(sessions).values(last_update_at=utcnow() - timedelta(seconds=120)))
        assert not await busy(60.0)
        async with worker.database.write() as connection:
            lease = {"session_id": session.id, "tenant": session.tenant, "holder": new_id(), "client_id": "c"}
            await connection.execute(insert(leases).values(**lease, taken_at=utcnow(), renewed_at=utcnow()))
        assert await busy(60.0)
        monkeypatch.setattr(pace, "CALM_SECONDS", 60.0)
        await look()
        assert await polls(OFTEN)
        await core.aclose()


async def test_a_connection_makes_them_frequent(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = Core(Settings(database_url=database_url, data_dir=str(tmp_path), model="offline"))
    hurried: list[bool] = []
    monkeypatch.setattr(core.jobs.pace, "hurry", lambda: hurried.append(True))

    async def send(message: object) -> None: ...

    await core.record.open()
    session = await core.assessment.begin(Principal(name="ada", role=Role.CANDIDATE), SessionRequest())
    core.connect(session.id, send=send, close=lambda *_: None)
    assert hurried
    await core.aclose()
