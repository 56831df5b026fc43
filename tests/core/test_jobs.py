"""Jobs: enqueued with their cause or not at all, done once, and not forgotten by anybody's death."""

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
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import servers
from outages import restart_postgres
from sqlalchemy import text

from codeassess_core.errors import NotFound, StoreUnavailable
from codeassess_core.jobs import FAILED, DurableJobs, Duty
from codeassess_core.storage.database import Database
from codeassess_core.testing import InlineJobs

AnyJobs = DurableJobs | InlineJobs


class Worker:
    """A database, the jobs on it, and what they did."""

    def __init__(self, database: Database, jobs: AnyJobs) -> None:
        self.database = database
        self.jobs = jobs
        self.done: list[tuple[str, float]] = []

    async def note(self, subject: str) -> None:
        self.done.append((subject, time.monotonic()))

    async def enqueue(self, *subjects: str, kind: str = "ask") -> float:
        """Enqueue in one transaction; returns the moment of its commit."""
        await self.jobs.ready()
        async with self.database.write() as connection:
            for subject in subjects:
                await connection.run_sync(self._enqueue, kind, subject)
        return time.monotonic()

    def _enqueue(self, connection: Any, kind: str, subject: str) -> None:
        self.jobs.enqueue(connection, kind, subject)


@asynccontextmanager
async def working(url: str, jobs: AnyJobs | None = None, **duties: Duty) -> AsyncIterator[Worker]:
    database = Database(url)
    worker = Worker(database, jobs or DurableJobs(database.url))
    try:
        await database.open()
        worker.jobs.launch({"ask": Duty(worker.note), **duties})
        yield worker
    finally:
        await worker.jobs.aclose()
        await database.aclose()


async def until(condition: Callable[[], bool], *, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        await asyncio.sleep(0.01)


@pytest.fixture(params=["durable", "inline"])
def make_jobs(request: pytest.FixtureRequest, database_url: str) -> Callable[[], AnyJobs]:
    def make() -> AnyJobs:
        return InlineJobs() if request.param == "inline" else DurableJobs(Database(database_url).url)

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


async def test_a_job_of_an_erased_session_is_over(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async def erased(_: str) -> None:
        raise NotFound("There is no such session.")

    async with working(database_url, report=Duty(erased)) as worker:
        await worker.enqueue("1", kind="report")
        await worker.enqueue("2")
        await until(lambda: bool(worker.done))
    assert "failed" not in caplog.text


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
        await asyncio.sleep(60)

    async def quick(subject: str) -> None:
        finished.append(subject)

    async with working(database_url, report=Duty(slow)) as worker:
        await worker.enqueue("1", kind="report")
        await asyncio.wait_for(begun.wait(), 15)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 5, "it does not wait for the minute"
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
        other = DurableJobs(Database(database_url).url)
        with pytest.raises(RuntimeError, match="one per process"):
            other.launch({})


async def test_jobs_that_do_not_run_are_unavailable(database_url: str) -> None:
    jobs = DurableJobs(Database(database_url).url)
    with pytest.raises(StoreUnavailable, match="not running"):
        await jobs.ready()
    assert "not running" in await jobs.state()
    await jobs.aclose()


async def test_an_engine_that_cannot_start_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.jobs.READY_SECONDS", 0.5)
    jobs = DurableJobs(Database("postgresql://nobody@127.0.0.1:1/none").url)
    jobs.launch({})
    try:
        with pytest.raises(StoreUnavailable):
            await jobs.ready()
        assert await jobs.state() != "ok"
    finally:
        await jobs.aclose()


# -- another process --------------------------------------------------------------------------------------------------

STOPPED_HALF_WAY = """
import asyncio, os, signal, sys
from codeassess_core.jobs import DurableJobs, Duty
from codeassess_core.storage.database import Database

async def main(url, how):
    database = Database(url)
    await database.open()
    jobs = DurableJobs(database.url)
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
    """Closed in order, killed, or ended without a word: the next process with its slot takes the job up."""
    command = [sys.executable, "-c", STOPPED_HALF_WAY, database_url, how]
    process = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, timeout=60, cwd=tmp_path, env=os.environ
    )
    expected = -signal.SIGKILL if how == "kill" else 0
    assert process.returncode == expected, process.stderr.decode()
    taken_up: list[str] = []

    async def report(subject: str) -> None:
        taken_up.append(subject)

    async with working(database_url, report=Duty(report)):
        await until(lambda: bool(taken_up))
        await asyncio.sleep(0.3)
    assert taken_up == ["1"]


# -- the database goes away -------------------------------------------------------------------------------------------


async def test_a_job_that_was_claimed_and_never_begun_is_taken_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is when the database goes away between the engine's two looks at it; nothing else would find it."""
    monkeypatch.setattr("codeassess_core.jobs.WATCH_SECONDS", 0.3)
    async with working(database_url) as worker:
        table = "workflow_status" if worker.database.is_sqlite else "dbos.workflow_status"
        await worker.jobs.ready()
        async with worker.database.write() as connection:
            await connection.run_sync(worker._enqueue, "ask", "1")
            claimed = "status = 'PENDING', executor_id = 'server-0'"
            await connection.execute(text(f"UPDATE {table} SET {claimed} WHERE workflow_uuid = 'ask-1'"))
        await until(lambda: [subject for subject, _ in worker.done] == ["1"])


async def test_a_job_under_way_is_not_begun_twice(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeassess_core.jobs.WATCH_SECONDS", 0.1)
    begun: list[str] = []

    async def slow(subject: str) -> None:
        begun.append(subject)
        await asyncio.sleep(1.5)

    async with working(database_url, report=Duty(slow)) as worker:
        await worker.enqueue("1", kind="report")
        await until(lambda: bool(begun))
        await asyncio.sleep(2.0)
        assert begun == ["1"]


async def test_the_worker_survives_restarts_of_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was committed before, during and after is done; a job in whose midst it happens is done too."""
    monkeypatch.setattr("codeassess_core.jobs.WATCH_SECONDS", 1.0)
    with servers.own_postgres() as url:
        during: list[str] = []

        async def reads(subject: str) -> None:
            async with worker.database.read() as connection:
                await connection.execute(text("SELECT pg_sleep(0.2)"))
            during.append(subject)

        async with working(url, report=Duty(reads)) as worker:
            for number, mode in enumerate(["fast", "immediate"]):
                await worker.enqueue(*(f"{number}-{n}" for n in range(20)), kind="report")
                await until(lambda: len(during) >= number * 20 + 5)  # noqa: B023
                await asyncio.to_thread(restart_postgres, url, mode=mode, away=1.0)
                await until(lambda: len(set(during)) == number * 20 + 20, seconds=60)  # noqa: B023
            assert await worker.jobs.state() == "ok"


async def test_an_outcome_that_cannot_be_stored_is_one_line_and_the_job_is_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database goes away between a job's work and the engine's note that it is done."""
    monkeypatch.setattr("codeassess_core.jobs.WATCH_SECONDS", 0.5)
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
            async with working(url, report=Duty(takes_it_away)) as worker:
                await worker.enqueue("1", kind="report")
                await until(lambda: len(times) == 2, seconds=30)
        finally:
            engine.removeHandler(handler)
    assert [record.exc_info for record in said if record.exc_info] == []
    assert any("a job waits, the database cannot be reached" in record.getMessage() for record in said)
