"""Jobs are enqueued together with their cause, done once, and not lost when a process dies."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import dbos
import psycopg
import pytest
import servers
from job_worker import AnyJobs, rows_of, state_of, until, until_so, working
from outages import restart_postgres
from sqlalchemy import make_url, text

from codeassess_core.errors import NotFound, StoreUnavailable
from codeassess_core.jobs.durable import FAILED, DurableJobs, Duty
from codeassess_core.jobs.instances import Instance
from codeassess_core.storage.database import Database
from codeassess_core.storage.instances import Instances
from codeassess_core.storage.jobs_engine import jobs_engine
from codeassess_core.testing import InlineJobs


@pytest.fixture(params=["durable", "inline"])
def make_jobs(request: pytest.FixtureRequest, database_url: str) -> Callable[[], AnyJobs]:
    def make() -> AnyJobs:
        return InlineJobs() if request.param == "inline" else DurableJobs(Database(database_url))

    return make


# -- what both implementations do -------------------------------------------------------------------------------------


async def test_a_job_is_done_once_its_cause_is_committed(database_url: str, make_jobs: Callable[[], AnyJobs]) -> None:
    async with working(database_url, make_jobs()) as worker:
        await worker.enqueue("1", "2")
        await until(lambda: len(worker.done) == 2)
        assert sorted(subject for subject, _ in worker.done) == ["1", "2"]
        assert await worker.jobs.state() == "ok"


async def test_a_transaction_that_is_rolled_back_leaves_no_job(
    database_url: str, make_jobs: Callable[[], AnyJobs]
) -> None:
    async with working(database_url, make_jobs()) as worker:
        await worker.jobs.ready()
        with pytest.raises(RuntimeError):
            async with worker.database.write() as connection:
                await connection.run_sync(worker._enqueue, "ask", "lost")
                raise RuntimeError
        await worker.enqueue("kept")
        await until(lambda: bool(worker.done))
        await asyncio.sleep(0.3)
        assert [subject for subject, _ in worker.done] == ["kept"]


async def test_the_same_job_is_done_once_however_often_it_is_enqueued(
    database_url: str, make_jobs: Callable[[], AnyJobs]
) -> None:
    async with working(database_url, make_jobs()) as worker:
        await asyncio.gather(*(worker.enqueue("1") for _ in range(5)))
        await until(lambda: bool(worker.done))
        await worker.enqueue("1")
        await worker.enqueue("2")
        await until(lambda: len(worker.done) == 2)
        assert Counter(subject for subject, _ in worker.done) == {"1": 1, "2": 1}


async def test_a_job_that_fails_is_given_up(database_url: str, make_jobs: Callable[[], AnyJobs]) -> None:
    async def fail(_: str) -> None:
        raise RuntimeError("a defect")

    given_up: list[str] = []

    async def give_up(subject: str, _reason: str) -> None:
        given_up.append(subject)

    async with working(database_url, make_jobs(), evaluate=Duty(fail, give_up)) as worker:
        await worker.enqueue("1", kind="evaluate")
        await until(lambda: given_up == ["1"])


# -- durable ----------------------------------------------------------------------------------------------------------


async def test_a_job_is_done_within_a_blink_of_its_commit(database_url: str, record_property: Any) -> None:
    async with working(database_url) as worker:
        await worker.enqueue("warm")
        await until(lambda: bool(worker.done))
        took = []
        for n in range(15):
            committed = await worker.enqueue(str(n))
            await until(lambda: worker.done[-1][0] == str(n))  # noqa: B023
            took.append(worker.done[-1][1] - committed)
        median = statistics.median(took)
        record_property("median_seconds_from_commit_to_work", round(median, 3))
        assert median < 0.5, took  # twice that when the engine looks once a second, as it does by itself


async def test_a_failure_is_logged_once_and_the_candidate_is_told(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = Counter[str]()

    async def fail(subject: str) -> None:
        attempts[subject] += 1
        raise RuntimeError("the password is hunter2")

    given_up: list[tuple[str, str]] = []

    async def give_up(subject: str, reason: str) -> None:
        given_up.append((subject, reason))

    async with working(database_url, evaluate=Duty(fail, give_up)) as worker:
        await worker.enqueue("1", kind="evaluate")
        await until(lambda: bool(given_up))
        await worker.enqueue("2")  # the worker goes on
        await until(lambda: bool(worker.done))
    assert attempts == {"1": 1}
    assert given_up == [("1", FAILED)], "the reason tells nothing of the inside"
    assert caplog.text.count("job evaluate-1 failed") == 1


async def test_a_failure_that_cannot_be_told_either_is_told_at_the_next_start(database_url: str) -> None:
    told: list[str] = []

    async def fail(_: str) -> None:
        raise RuntimeError("a defect")

    async def fail_to_tell(_: str, __: str) -> None:
        told.append("failed")
        raise RuntimeError("another defect")

    async def tell(subject: str, _: str) -> None:
        told.append(subject)

    async with working(database_url, evaluate=Duty(fail, fail_to_tell)) as worker:
        await worker.enqueue("1", kind="evaluate")
        await until(lambda: told == ["failed"])
    async with working(database_url, evaluate=Duty(fail, tell)):
        await until(lambda: told == ["failed", "1"])


async def test_a_job_with_nothing_to_work_on_has_failed_and_is_one_line_in_the_log(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its subject was erased, or belongs to another deployment: it is neither done nor retried."""

    async def erased(_: str) -> None:
        raise NotFound("There is no such session.")

    async with working(database_url, heartbeat=0.2, report=Duty(erased)) as worker:
        await worker.enqueue("1", kind="report")
        await worker.enqueue("2")
        await until(lambda: bool(worker.done))
        assert await state_of(worker, "report-1") == "ERROR"
    assert caplog.text.count("job report-1: there is nothing to work on. There is no such session.") == 1
    assert "Traceback" not in caplog.text


async def test_a_job_waits_until_the_database_is_back(database_url: str) -> None:
    attempts: list[float] = []

    async def away_twice(_: str) -> None:
        attempts.append(time.monotonic())
        if len(attempts) < 3:
            raise StoreUnavailable

    async with working(database_url, report=Duty(away_twice)) as worker:
        await worker.enqueue("1", kind="report")
        await until(lambda: len(attempts) == 3)
        pauses = [later - earlier for earlier, later in pairwise(attempts)]
        assert 0.9 < pauses[0] < pauses[1] < 4, "and it waits longer each time"


async def test_what_nobody_can_be_told_of_stays_unfinished_until_the_next_start(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_: str) -> None:
        raise RuntimeError("a defect")

    async with working(database_url, report=Duty(fail)) as worker:
        await worker.enqueue("1", kind="report")
        await until(lambda: "job report-1 failed" in caplog.text)
        await worker.enqueue("2")
        await until(lambda: bool(worker.done))
    repaired: list[str] = []

    async def report(subject: str) -> None:
        repaired.append(subject)

    async with working(database_url, report=Duty(report)):
        await until(lambda: bool(repaired))
    assert repaired == ["1"] and caplog.text.count("job report-1 failed") == 1


async def test_a_job_under_way_when_the_process_stops_is_taken_up_at_the_next_start(database_url: str) -> None:
    begun, finished = asyncio.Event(), []

    async def slow(subject: str) -> None:
        begun.set()
        await asyncio.sleep(10)  # less than the end of a process waits for its engine
        finished.append("waited for")

    async def quick(subject: str) -> None:
        finished.append(subject)

    async with working(database_url, report=Duty(slow)) as worker:
        await worker.enqueue("1", kind="report")
        await asyncio.wait_for(begun.wait(), 120)
    assert finished == [], "the end does not wait for the job"
    async with working(database_url, report=Duty(quick)):
        await until(lambda: finished == ["1"])


async def test_more_jobs_than_are_done_at_once_are_all_done(database_url: str) -> None:
    running = most = 0

    async def slow(_: str) -> None:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        await asyncio.sleep(0.05)
        running -= 1
        finished.append(_)

    finished: list[str] = []
    async with working(database_url, report=Duty(slow)) as worker:
        await worker.enqueue(*map(str, range(30)), kind="report")
        await until(lambda: len(finished) == 30)
        assert most <= 8 and len(set(finished)) == 30


async def test_a_second_engine_in_one_process_is_refused(database_url: str) -> None:
    async with working(database_url):
        other = DurableJobs(Database(database_url))
        with pytest.raises(RuntimeError, match="one per process"):
            other.launch({})


async def test_an_engine_that_is_half_loaded_is_taken_down_when_it_is_whole(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DBOS is loaded in a thread, which cannot be stopped."""
    half_way, go_on = threading.Event(), threading.Event()

    def slow_engine(*arguments: Any) -> Any:
        half_way.set()
        assert go_on.wait(60)
        return jobs_engine(*arguments)

    monkeypatch.setattr("codeassess_core.jobs.durable.jobs_engine", slow_engine)
    monkeypatch.setattr("codeassess_core.system.concurrency.AGAIN_SECONDS", 0.01)
    async with working(database_url) as worker:
        await asyncio.to_thread(half_way.wait, 60)
        closing = asyncio.create_task(worker.jobs.aclose())
        done, _ = await asyncio.wait({closing}, timeout=0.2)
        assert not done
        go_on.set()
        await closing
    assert dbos._dbos._dbos_global_instance is None


async def test_jobs_that_do_not_run_are_unavailable(database_url: str) -> None:
    jobs = DurableJobs(Database(database_url))
    with pytest.raises(StoreUnavailable, match="not running"):
        await jobs.ready()
    assert "not running" in await jobs.state()
    await jobs.aclose()


async def test_an_engine_that_cannot_start_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.jobs.durable.READY_SECONDS", 0.5)
    jobs = DurableJobs(Database("postgresql://nobody@127.0.0.1:1/none"))
    jobs.launch({})
    try:
        with pytest.raises(StoreUnavailable):
            await jobs.ready()
        assert await jobs.state() != "ok"
    finally:
        await jobs.aclose()


async def test_a_restart_of_the_database_while_the_engine_starts_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """The engine waits for the lock of its migrations when its connection is ended."""
    with servers.own_postgres() as url:
        database = Database(url)
        await database.open()
        jobs = DurableJobs(database)
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(plain, autocommit=True) as other:
            await other.execute("SELECT pg_advisory_lock(1234567890)")
            jobs.launch({})
            await until_so(lambda: _ended(other))
        try:
            await jobs.ready()
        finally:
            await jobs.aclose()
            await database.aclose()
    said = [record for record in caplog.records if "started again" in record.getMessage()]
    assert [(record.exc_info, "cannot be reached" in record.getMessage()) for record in said] == [(None, True)]


async def _ended(connection: psycopg.AsyncConnection) -> bool:
    """Has the connection that tries to take the lock of the migrations been ended?"""
    ended = await connection.execute("""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE query LIKE '%pg_try_advisory_lock(%' AND pid <> pg_backend_pid()
    """)
    return bool(await ended.fetchall())


# -- another process --------------------------------------------------------------------------------------------------

STOPPED_HALF_WAY = """
import asyncio, os, signal, sys
from codeassess_core.jobs.instances import Instance
from codeassess_core.jobs import durable
from codeassess_core.jobs.durable import DurableJobs, Duty
from codeassess_core.storage.database import Database
from codeassess_core.storage.instances import Instances

durable.READY_SECONDS = 120.0  # on a busy machine

async def main(url, how):
    database = Database(url)
    await database.open()
    jobs = DurableJobs(database, instance=Instance(Instances(database), heartbeat=0.1))
    begun = asyncio.Event()

    async def endless(subject):
        begun.set()
        await asyncio.sleep(3600)

    jobs.launch({"report": Duty(endless)})
    await jobs.ready()
    async with database.write() as connection:
        await connection.run_sync(lambda c: jobs.enqueue(c, "report", "1"))
    await begun.wait()
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "close":
        await jobs.aclose()
        await database.aclose()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("how", ["close", "kill", "run out"])
async def test_a_job_outlives_its_process(database_url: str, how: str, tmp_path: Path) -> None:
    """Closed in order, killed, or ended without closing: the next process continues the job."""
    command = [sys.executable, "-c", STOPPED_HALF_WAY, database_url, how]
    process = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, timeout=120, cwd=tmp_path, env=os.environ
    )
    expected = -signal.SIGKILL if how == "kill" else 0
    assert process.returncode == expected, process.stderr.decode()
    taken_up: list[str] = []

    async def report(subject: str) -> None:
        taken_up.append(subject)

    async with working(database_url, heartbeat=0.1, report=Duty(report)):
        await until(lambda: bool(taken_up))
        await asyncio.sleep(0.3)
    assert taken_up == ["1"]


# -- the database goes away -------------------------------------------------------------------------------------------


async def test_a_job_that_was_claimed_and_never_begun_is_taken_up(database_url: str) -> None:
    """This happens when the database becomes unavailable between two steps of DBOS; nothing else would find it."""
    async with working(database_url, heartbeat=0.3) as worker:
        await worker.jobs.ready()
        async with worker.database.write() as connection:
            await connection.run_sync(worker._enqueue, "ask", "1")
            claimed = f"UPDATE {rows_of(worker)} SET status = 'PENDING', executor_id = (SELECT id FROM instances)"
            await connection.execute(text(f"{claimed} WHERE workflow_uuid = 'ask-1'"))
        await until(lambda: [subject for subject, _ in worker.done] == ["1"])


async def test_what_is_noted_of_finished_jobs_is_cleared(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.jobs.durable.CLEAR_SECONDS", 0.1)
    database = Database(database_url)
    jobs = DurableJobs(database, instance=Instance(Instances(database), heartbeat=0.1), keep_finished=0.3)
    async with working(database_url, jobs) as worker:
        await worker.enqueue("1", "2")
        await until(lambda: len(worker.done) == 2)
        latest = time.monotonic() + 120
        while await state_of(worker, "ask-1") or await state_of(worker, "ask-2"):
            assert time.monotonic() < latest
            await asyncio.sleep(0.05)
        await worker.enqueue("3")
        await until(lambda: len(worker.done) == 3)
    await database.aclose()


async def test_a_job_under_way_is_not_begun_twice(database_url: str) -> None:
    begun: list[str] = []

    async def slow(subject: str) -> None:
        begun.append(subject)
        await asyncio.sleep(1.5)

    async with working(database_url, heartbeat=0.1, report=Duty(slow)) as worker:
        await worker.enqueue("1", kind="report")
        await until(lambda: bool(begun))
        await asyncio.sleep(2.0)
        assert begun == ["1"]


async def test_the_worker_survives_restarts_of_postgres() -> None:
    """Jobs that were committed before, during and after a restart are done, also one that was running."""
    with servers.own_postgres() as url:
        during: list[str] = []

        async def reads(subject: str) -> None:
            async with worker.database.read() as connection:
                await connection.execute(text("SELECT pg_sleep(0.2)"))
            during.append(subject)

        async with working(url, heartbeat=1.0, report=Duty(reads)) as worker:
            for number, mode in enumerate(["fast", "immediate"]):
                await worker.enqueue(*(f"{number}-{n}" for n in range(20)), kind="report")
                await until(lambda: len(during) >= number * 20 + 5)  # noqa: B023
                await asyncio.to_thread(restart_postgres, url, mode=mode, away=1.0)
                await until(lambda: len(set(during)) == number * 20 + 20)  # noqa: B023
            assert await worker.jobs.state() == "ok"


async def test_an_outcome_that_cannot_be_stored_is_one_line_and_the_job_is_done_again() -> None:
    """The database becomes unavailable between a job's work and the mark of DBOS that it is done."""
    said: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = said.append  # type: ignore[method-assign]
    engine = logging.getLogger("dbos")
    with servers.own_postgres() as url:
        times: list[str] = []

        async def takes_it_away(subject: str) -> None:
            times.append(subject)
            if len(times) == 1:
                threading.Thread(target=restart_postgres, args=(url,), kwargs={"mode": "fast", "away": 2.0}).start()
                await asyncio.sleep(1.0)

        engine.addHandler(handler)
        try:
            async with working(url, heartbeat=0.5, report=Duty(takes_it_away)) as worker:
                await worker.enqueue("1", kind="report")
                await until(lambda: len(times) == 2)
        finally:
            engine.removeHandler(handler)
    assert [record.exc_info for record in said if record.exc_info] == []
    assert any("a job waits, the database cannot be reached" in record.getMessage() for record in said)
