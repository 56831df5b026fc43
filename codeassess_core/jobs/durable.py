"""Durable jobs on DBOS Transact: a job that was enqueued in a committed transaction is done, even after a crash.

A job is a workflow whose id is its cause (`evaluate-<question id>`), so that enqueueing it twice
makes one job. DBOS has its tables in the database of the record (on Postgres in their own schema),
and jobs are enqueued on the record's connection: job and cause are committed together or not at all.
Every process on the database works on the jobs. The jobs of a dead process are taken over by live
ones (`instances`), and late results of the dead one are refused (`guard`).

While the database is unavailable, a job waits. A job that fails or exceeds its deadline is given up
by its duty, which stores the failure; without that it stays unfinished until this process ends. At
the start, jobs that are missing according to the record are enqueued. Importing DBOS takes most of
a second: it is loaded in the background, and `ready` waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import StoreUnavailable
from ..storage.database import Database, plain_url, translated
from ..storage.instances import Instances
from ..storage.job_rows import JobRows, jobs_schema
from ..storage.jobs_engine import jobs_engine
from ..system.concurrency import in_thread, stop, within
from .instances import Instance
from .pace import QueuePace
from .runner import FAILED, Duty, Interrupted, JobRunner, guard, in_one_line, pause, release_threads

__all__ = ["FAILED", "DurableJobs", "Duty"]

log = logging.getLogger(__name__)

WORKFLOW: Final = "codeassess_job"
APPLICATION: Final = "codeassess"
VERSION: Final = "1"  # of the workflows: increase it when a job cannot continue after an upgrade
QUEUES: Final = {"codeassess": 0.2, "codeassess-questions": 0.4}
"""A queue for answers and reports, and one for questions, which never delay them: seconds between polls (`pace`)."""
AT_ONCE: Final = 8  # running jobs of each queue in one process
READY_SECONDS: Final = 10.0  # for which a request waits until DBOS is loaded
CLOSING_SECONDS = 30.0  # for which the end of a process waits for DBOS
KEEP_FINISHED: Final = 86_400.0
CLEAR_SECONDS: Final = 60.0  # between two removals of finished jobs
DEADLINE: Final = 120.0  # seconds for one job
_ENQUEUED_AT_ONCE: Final = 200  # in one transaction
Unfinished = Callable[[], Awaitable[Collection[tuple[str, str]]]]


class DurableJobs:
    """The `Jobs` port on DBOS. At most one is launched in a process at a time.

    `instance` identifies this process (None: with a random id); `url` is the database without a
    pooler; `deadline` is the limit of one job in seconds; finished jobs are kept for `keep_finished`
    seconds.
    """

    def __init__(
        self,
        database: Database,
        *,
        url: URL | None = None,
        instance: Instance | None = None,
        deadline: float = DEADLINE,
        keep_finished: float = KEEP_FINISHED,
    ) -> None:
        self._database = database
        self._url = url or database.url
        self.instance = self._instance = instance or Instance(Instances(database))
        self._deadline = deadline
        self._keep_finished = keep_finished
        self._launching: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._problem = "The jobs are being loaded."
        self._client: Any = None
        self._dbos: Any = None
        self._engine: Engine | None = None  # shared by DBOS and its client
        self._rows = self._rows_in(None)
        self.pace = QueuePace(lambda seconds: self._rows.are_expected(seconds))
        self._runner: JobRunner | None = None
        self._duties: Mapping[str, Duty] = {}
        self._unfinished: Unfinished | None = None

    async def register(self) -> None:
        """Register this process in the database. Idempotent.

        Raises:
            InstanceInUse: another process has this id. StoreUnavailable: the database does not answer.
        """
        await self._instance.register()

    def launch(self, duties: Mapping[str, Duty], *, unfinished: Unfinished | None = None) -> None:
        """Start loading DBOS and working; `duties` has the work of each kind of job.

        `unfinished` returns the jobs (kind, subject) that are missing according to the record; those
        that no process works on are enqueued once.
        """
        global _running
        if _running is not None:
            raise RuntimeError("The jobs of another core are running here; DBOS is one per process.")
        _running = self
        self._duties, self._unfinished = duties, unfinished
        self._launching = asyncio.create_task(self._launch_with_retries(), name="codeassess-jobs")

    async def ready(self) -> None:
        try:
            await within(READY_SECONDS if self._launching else 0, self._up.wait())
        except TimeoutError as problem:
            raise StoreUnavailable(await self.state()) from problem

    def enqueue(self, connection: Connection, kind: str, subject: str) -> None:
        answers, questions = QUEUES
        job = {"workflow_name": WORKFLOW, "workflow_id": f"{kind}-{subject}", "app_version": VERSION}
        options = {"queue_name": questions if kind == "ask" else answers, **job}
        self._client.enqueue_in_transaction(connection, options, kind, subject)
        self.pace.hurry()

    async def guard(self, connection: AsyncConnection) -> None:
        await guard(connection, self._rows)

    async def state(self) -> str:
        if self._launching is None:
            return "The jobs are not running."
        return "ok" if self._up.is_set() else self._problem

    async def aclose(self) -> None:
        """Stop working. Other processes, or the next start, continue the unfinished jobs."""
        global _running
        if self._launching is None:
            return
        self._launching.cancel()
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                if self._runner is not None:
                    await self._runner.stop()
                await stop(self._launching)
                await self.pace.aclose()
                await asyncio.to_thread(self._destroy)  # past the deadline nobody waits for it
        except TimeoutError:
            log.warning("the engine of the jobs did not stop within %g s; its jobs are taken up again", CLOSING_SECONDS)
        finally:
            self._up.clear()
            self._launching = _running = None
        try:
            await self._instance.leave()
        except StoreUnavailable as problem:
            log.warning("the others are not told that this process ends: %s", problem.for_the_log)

    async def _launch_with_retries(self) -> None:
        for attempt in count(1):
            try:
                await self._launch()
                break
            except Exception as problem:
                self._problem = f"The jobs did not start: {_sentence(problem)}"
                unexpected = None if isinstance(problem, StoreUnavailable) else problem
                log.warning("the jobs are started again. %s", self._problem, exc_info=unexpected)
                await in_thread(self._destroy)
            await asyncio.sleep(pause(attempt))
        self._up.set()
        await self._watch()

    async def _launch(self) -> None:
        await self._instance.register()
        self._rows = self._rows_in(await self._schema())
        self._runner = JobRunner(
            self._duties,
            rows=self._rows,
            instance=self._instance.id,
            deadline=self._deadline,
            loop=asyncio.get_running_loop(),
        )
        await in_thread(partial(self._launch_engine, self._rows.schema))

    def _rows_in(self, schema: str | None) -> JobRows:
        return JobRows(self._database, workflow=WORKFLOW, version=VERSION, queues=QUEUES, schema=schema)

    async def _schema(self) -> str | None:
        if self._database.is_sqlite:
            return None
        async with self._database.read() as connection:
            return jobs_schema(str(await connection.scalar(text("SELECT current_schema()"))))

    async def _watch(self) -> None:
        """Renew the row of this process, and queue abandoned jobs again."""
        lost: set[str] = set()
        caught_up = False
        cleared = -CLEAR_SECONDS
        while True:
            try:
                await self._instance.beat()
                await self._take_over()
                lost = await self._resume(lost)
                await self.pace.look()
                if not caught_up:
                    await self._catch_up()
                    caught_up = True
                if time.monotonic() - cleared >= CLEAR_SECONDS:
                    cleared = time.monotonic()
                    await self._clear()
            except Exception as problem:
                log.warning("the jobs are not watched: %s", _sentence(problem))
            await asyncio.sleep(self._instance.heartbeat)

    async def _take_over(self) -> None:
        """Queue the jobs of dead processes again."""
        if dead := await self._instance.remove_dead():
            log.warning("processes that show no sign of life any more: %s", ", ".join(dead))
        if jobs := await self._rows.take_over():
            log.warning("jobs of processes that have ended are taken over: %s", ", ".join(jobs))

    async def _catch_up(self) -> None:
        """Enqueue jobs that are missing according to the record, for example after an upgrade."""
        unfinished = tuple(await self._unfinished()) if self._unfinished is not None else ()
        for start in range(0, len(unfinished), _ENQUEUED_AT_ONCE):
            jobs = {f"{kind}-{subject}": (kind, subject) for kind, subject in unfinished[start:][:_ENQUEUED_AT_ONCE]}
            async with self._database.write() as connection:
                lost = await self._rows.remove_orphans(connection, tuple(jobs))
                for job in lost:
                    await connection.run_sync(self.enqueue, *jobs[job])
            if lost:
                log.warning("jobs that nobody was at are enqueued: %s", ", ".join(lost))

    async def _clear(self) -> None:
        """Remove rows of old finished jobs, a limited number at a time."""
        if finished := await self._rows.finished(self._keep_finished):
            await asyncio.to_thread(self._client.delete_workflows, list(finished))

    async def _resume(self, lost: set[str]) -> set[str]:
        """Queue jobs again that DBOS assigned to this process but never began, as seen in two polls.

        This happens when the database becomes unavailable between the two steps.
        """
        assert self._runner is not None
        claimed = set(await self._rows.running(self._instance.id)) - self._runner.begun
        if again := sorted(claimed & lost):
            log.warning("jobs that were lost are taken up: %s", ", ".join(again))
            await self._rows.queue_again(again, of=self._instance.id)
        return claimed

    # ── in threads: DBOS is synchronous

    def _launch_engine(self, schema: str | None) -> None:
        from dbos import DBOS, DBOSClient

        self._engine = jobs_engine(self._url, self._database.limits)
        where: dict[str, Any] = {"system_database_engine": self._engine, "dbos_system_schema": schema}
        # It logs ten warnings a second while the database is unavailable.
        config: Any = {"name": APPLICATION, "log_level": "ERROR", "use_listen_notify": False}
        config |= {"executor_id": self._instance.id, "application_version": VERSION}
        self._dbos = DBOS(config=config | where | {"system_database_url": plain_url(self._url)})
        logging.getLogger("dbos").addFilter(in_one_line)
        DBOS.workflow(name=WORKFLOW)(_workflow)
        with translated():
            DBOS.launch()
            options: Any = {"worker_concurrency": AT_ONCE, "on_conflict": "always_update"}
            queues = [DBOS.register_queue(name, polling_interval_sec=QUEUES[name], **options) for name in QUEUES]
        self.pace.use(list(zip(queues, QUEUES.values(), strict=True)))
        self._client = DBOSClient(**where, application_name=APPLICATION, lazy=True)

    def _destroy(self) -> None:
        from dbos import DBOS

        if self._dbos is not None:
            release_threads(self._dbos._sys_db_field)
            self._dbos = None
        DBOS.destroy(destroy_registry=True)
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def work(self, kind: str, subject: str) -> None:
        """Do one job, on a thread of DBOS."""
        if self._runner is None:
            raise Interrupted
        self._runner.work(kind, subject)


_running: DurableJobs | None = None  # the launched instance: DBOS calls a plain function


def _workflow(kind: str, subject: str) -> None:
    if _running is None:
        raise Interrupted
    _running.work(kind, subject)


def _sentence(problem: Exception) -> str:
    return problem.message if isinstance(problem, StoreUnavailable) else type(problem).__name__
