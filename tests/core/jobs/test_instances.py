"""Processes that share a database: each has its own id, and no job is lost or done twice."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import servers
from core_process import answered, evaluated, evaluation_reply, working_processes
from job_worker import Duty, until, working
from model_cases import GOOD_EVALUATION, Reply, completion, serving
from outages import suspend
from records import opened
from sqlalchemy import select, text, update

from codeassess_core.clock import utcnow
from codeassess_core.errors import InstanceInUse
from codeassess_core.jobs.instances import SILENT_BEATS, Instance
from codeassess_core.model import QuestionStatus
from codeassess_core.settings import Settings
from codeassess_core.storage.database import Database
from codeassess_core.storage.instances import Instances
from codeassess_core.storage.tables import instances, questions
from codeassess_core.wiring import Core

BEAT = 0.1


class Processes:
    """A database with registered processes."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.rows = Instances(self.database)

    def one(self, id: str = "", *, folder: Path | None = None) -> Instance:
        return Instance(self.rows, id=id, folder=folder, heartbeat=BEAT)

    async def names(self) -> set[str]:
        return {row.id for row in await self.rows.all()}

    async def set_back(self, id: str, seconds: float) -> None:
        """Make its last beat older by so many seconds; below 0: in the future, as after a clock was set back."""
        moved = update(instances).where(instances.c.id == id)
        async with self.database.write() as connection:
            await connection.execute(moved.values(beat_at=utcnow() - timedelta(seconds=seconds)))


@asynccontextmanager
async def on(url: str) -> AsyncIterator[Processes]:
    processes = Processes(url)
    await processes.database.open()
    try:
        yield processes
    finally:
        await processes.database.aclose()


# -- the name ---------------------------------------------------------------------------------------------------------


async def test_each_process_has_a_name_of_its_own(database_url: str) -> None:
    async with on(database_url) as processes:
        one, other = processes.one(), processes.one()
        for process in (one, one, other):
            await process.register()
        assert await processes.names() == {one.id, other.id} and one.id != other.id
        await one.leave()
        assert await processes.names() == {other.id}


@pytest.mark.parametrize("second", ["a", "b"], ids=["on this machine", "on another"])
async def test_a_name_in_use_is_refused_and_free_once_it_is_given_back(
    database_url: str, tmp_path: Path, second: str
) -> None:
    async with on(database_url) as processes:
        one = processes.one("exam-1", folder=tmp_path / "a")
        other = processes.one("exam-1", folder=tmp_path / second)
        await one.register()
        with pytest.raises(InstanceInUse, match=r"^The instance id 'exam-1' is in use by .*an instance_id of its own"):
            await other.register()
        await one.leave()
        await other.register()


async def test_the_name_of_a_process_that_was_silent_for_long_is_free(database_url: str) -> None:
    async with on(database_url) as processes:
        await processes.one("exam-1").register()
        await processes.set_back("exam-1", SILENT_BEATS * BEAT)
        await processes.one("exam-1").register()


HOLD = """
import asyncio, sys
from pathlib import Path
from codeassess_core.jobs.instances import Instance
from codeassess_core.storage.database import Database
from codeassess_core.storage.instances import Instances

async def main(url, folder):
    await Instance(Instances(Database(url)), id="exam-1", folder=Path(folder), heartbeat=5.0).register()
    print("held", flush=True)
    await asyncio.sleep(600)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_of_this_machine_that_was_killed_is_known_dead_at_once(
    database_url: str, tmp_path: Path
) -> None:
    async with on(database_url) as processes:
        holder = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-c", HOLD, database_url, tmp_path], stdout=subprocess.PIPE
        )
        assert holder.stdout is not None and await asyncio.to_thread(holder.stdout.readline) == b"held\n"
        beside = processes.one(folder=tmp_path)
        await beside.register()
        assert await beside.remove_dead() == ()
        holder.kill()
        holder.communicate()
        assert await beside.remove_dead() == ("exam-1",)
        await processes.one("exam-1", folder=tmp_path).register()


async def test_a_server_whose_instance_id_is_in_use_does_not_work(database_url: str, tmp_path: Path) -> None:
    async with on(database_url) as processes:
        await processes.one("exam-1").register()
        settings = Settings(data_dir=str(tmp_path), database_url=database_url, instance_id="exam-1", model="offline")
        core = Core(settings)
        with pytest.raises(InstanceInUse):
            await core.open()
        await core.aclose()
        assert await processes.names() == {"exam-1"}


# -- the signs of life ------------------------------------------------------------------------------------------------


async def test_whoever_shows_no_sign_of_life_is_dead_whatever_the_clocks_say(database_url: str) -> None:
    async with on(database_url) as processes:
        silent, observer = processes.one(), processes.one()
        await silent.register()
        await observer.register()
        await processes.set_back(silent.id, -3600)
        looks = [await observer.remove_dead() for _ in range(SILENT_BEATS + 1)]
        assert looks == [()] * SILENT_BEATS + [(silent.id,)]


async def test_whoever_shows_signs_of_life_lives_whatever_the_clocks_say(database_url: str) -> None:
    async with on(database_url) as processes:
        living, observer = processes.one(), processes.one()
        await living.register()
        await observer.register()
        for _ in range(SILENT_BEATS + 2):
            await living.beat()
            await processes.set_back(living.id, 3600)
            assert await observer.remove_dead() == ()


async def test_after_an_outage_of_the_database_nobody_is_taken_for_dead(database_url: str) -> None:
    """During the outage nobody could renew: the first process that reads gives the others time for it."""
    async with on(database_url) as processes:
        living, observer = processes.one(), processes.one()
        await living.register()
        await observer.register()
        assert await observer.remove_dead() == ()
        await processes.set_back(living.id, 3600)
        assert [await observer.remove_dead(), await observer.remove_dead()] == [(), ()]
        await living.beat()
        assert await observer.remove_dead() == ()


async def test_a_process_that_was_taken_for_dead_enters_anew(database_url: str) -> None:
    async with on(database_url) as processes:
        stopped = processes.one()
        await stopped.register()
        await processes.rows.remove(stopped.id)
        await stopped.beat()
        assert await processes.names() == {stopped.id}


# -- the jobs ---------------------------------------------------------------------------------------------------------

ZOMBIE = """
import asyncio, sys
from sqlalchemy import text
from codeassess_core.jobs.instances import Instance
from codeassess_core.jobs import durable
from codeassess_core.jobs.durable import DurableJobs, Duty
from codeassess_core.storage.database import Database
from codeassess_core.storage.instances import Instances

durable.READY_SECONDS = 120.0  # on a busy machine

async def main(url):
    database = Database(url)
    await database.open()
    jobs = DurableJobs(database, instance=Instance(Instances(database), heartbeat=0.1))

    async def report(subject):
        print("begun", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        try:
            async with database.write() as connection:
                await jobs.guard(connection)
                await connection.execute(text("INSERT INTO results VALUES ('zombie')"))
        except BaseException:
            print("refused", flush=True)
            raise

    jobs.launch({"report": Duty(report)})
    await jobs.ready()
    async with database.write() as connection:
        await connection.run_sync(lambda c: jobs.enqueue(c, "report", "1"))
    await asyncio.sleep(3600)

asyncio.run(main(*sys.argv[1:]))
"""


def with_short_timeouts(url: str) -> str:
    """A process may be stopped in the middle of a transaction, which Postgres then ends."""
    return url if url.startswith("sqlite") else f"{url}?options=-cidle_in_transaction_session_timeout%3D1000"


async def test_a_stopped_process_loses_its_job_and_what_it_brings_later_is_refused(database_url: str) -> None:
    begun: list[str] = []
    done = asyncio.Event()
    async with on(database_url) as processes:
        async with processes.database.write() as connection:
            await connection.execute(text("CREATE TABLE results (who TEXT)"))
        zombie = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-c", ZOMBIE, with_short_timeouts(database_url)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert zombie.stdout is not None and zombie.stdin is not None
        assert await asyncio.to_thread(zombie.stdout.readline) == "begun\n"
        await suspend(zombie, database_url)

        async def report(subject: str) -> None:
            begun.append(subject)
            zombie.stdin.write("\n")  # type: ignore[union-attr]
            zombie.stdin.flush()  # type: ignore[union-attr]
            zombie.send_signal(signal.SIGCONT)
            assert await asyncio.to_thread(zombie.stdout.readline) == "refused\n"  # type: ignore[union-attr]
            async with worker.database.write() as connection:
                await worker.jobs.guard(connection)  # type: ignore[attr-defined]
                await connection.execute(text("INSERT INTO results VALUES ('successor')"))
            done.set()

        async with working(database_url, heartbeat=BEAT, report=Duty(report)) as worker:
            await asyncio.wait_for(done.wait(), 120)
        zombie.kill()
        _, said = zombie.communicate()
        async with processes.database.read() as connection:
            assert (await connection.execute(text("SELECT who FROM results"))).scalars().all() == ["successor"]
    assert begun == ["1"] and "another process has taken it over" in said


async def test_four_processes_and_a_slow_model_make_one_call_for_each_answer(
    postgres_server: str, tmp_path: Path
) -> None:
    """No process dies, so no job is taken over, even when a call takes longer than the limit of missed beats."""
    slow = Reply(completion(json.dumps(evaluation_reply())), silence=8.0)
    with servers.fresh_database(postgres_server) as url, serving(slow) as model:
        chosen = {"database_url": url, "model": "openai:test", "model_base_url": model.base_url}
        chosen |= {"embedding_model": "hashed", "data_dir": str(tmp_path)}
        core = Core(Settings(**chosen, heartbeat=1.0))
        await core.open()
        await core.jobs.ready()
        with working_processes(3, **chosen, heartbeat="1"):
            asked = [await answered(core) for _ in range(12)]
            await evaluated(core.record, *asked)
        await core.aclose()
    assert len(model.bodies) == len(asked)


@pytest.mark.parametrize("beside", [True, False], ids=["that was there", "that comes later"])
async def test_the_job_of_a_killed_process_is_done_by_another(
    postgres_server: str, tmp_path: Path, beside: bool
) -> None:
    """As on another machine: without the lock file that would show the death at once."""
    silent = Reply(completion(json.dumps(GOOD_EVALUATION)), silence=60.0)
    with servers.fresh_database(postgres_server) as url, serving(silent) as model, ExitStack() as stack:
        shared = {"database_url": url, "heartbeat": "0.2", "embedding_model": "hashed"}
        of_model = {"model": "openai:test", "model_base_url": model.base_url}
        first = working_processes(1, answering=True, **shared, **of_model, data_dir=str(tmp_path / "a"))
        [dying] = stack.enter_context(first)
        await until(lambda: bool(model.bodies))
        second = working_processes(1, **shared, model="offline", data_dir=str(tmp_path / "b"))
        if beside:
            stack.enter_context(second)
        dying.kill()
        if not beside:
            stack.enter_context(second)
        async with opened(url) as record:
            async with record.database.read() as connection:
                question_id = str(await connection.scalar(select(questions.c.id)))
            await evaluated(record, question_id)
            question = await record.questions.get(question_id)
    assert question is not None and question.status is QuestionStatus.EVALUATED


TAKEN_OVER = """
import asyncio, sys
from codeassess_core.jobs import durable
from codeassess_core.jobs.durable import DurableJobs, Duty
from codeassess_core.storage.database import Database
from sqlalchemy import text

durable.READY_SECONDS = 120.0  # on a busy machine

async def main(url, rows):
    database = Database(url)
    await database.open()
    jobs = DurableJobs(database)
    done = asyncio.Event()

    async def report(subject):
        async with database.write() as connection:
            await connection.execute(text(f"UPDATE {rows} SET owner_xid = 'another', executor_id = 'another'"))
        done.set()

    jobs.launch({"report": Duty(report)})
    await jobs.ready()
    async with database.write() as connection:
        await connection.run_sync(lambda c: jobs.enqueue(c, "report", "1"))
    await done.wait()
    await asyncio.sleep(2)  # the engine finds out that the outcome is not its own to store
    await jobs.aclose()
    await database.aclose()
    print("closed", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_ends_although_another_has_its_job(database_url: str, tmp_path: Path) -> None:
    """DBOS would wait for the outcome there, on a thread that keeps the process running."""
    rows = "workflow_status" if database_url.startswith("sqlite") else "codeassess_jobs.workflow_status"
    command = [sys.executable, "-c", TAKEN_OVER, database_url, rows]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=120, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"closed\n"), done.stderr.decode()
