"""Durable work on DBOS Transact: what was enqueued in a committed transaction is done, whatever dies.

A job is a workflow whose id is its cause (`evaluate-<question id>`), so enqueueing it
twice is one job. DBOS keeps its tables in the same database as the record and is
enqueued to on the record's own connection: job and cause commit together or not at
all. A process that starts takes up the workflows that the same `slot` left unfinished.

While the database is away a job waits. One that fails is given up by its duty, which
tells whoever waits for it; without that it stays unfinished until the next start.
DBOS costs most of a second to import: it is loaded in the background; `ready` waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, wait
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from .errors import NotFound, StoreUnavailable
from .storage.database import plain_url

log = logging.getLogger(__name__)

QUEUE = "codeassess"
WORKFLOW = "codeassess_job"
APPLICATION = "codeassess"
VERSION = "1"  # of the workflows: raised when a job that began before an upgrade could not go on after it
AT_ONCE = 8
POLL_SECONDS = 0.2  # each look costs two statements, also when nothing is to be done
WATCH_SECONDS = 10.0
READY_SECONDS = 10.0  # for which a request waits for the engine
FAILED = "Something went wrong inside codeassess; the log of the server says what."
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Duty:
    """What one kind of job does with its subject; when that fails, `give_up(subject, reason)`."""

    work: Callable[[str], Awaitable[None]]
    give_up: Callable[[str, str], Awaitable[None]] | None = None  #: None: leave it unfinished


class _Interrupted(BaseException):
    """The job stays unfinished. No Exception: DBOS would store it as failed instead of taking it up again."""


class DurableJobs:
    """The `Jobs` port on DBOS. At most one instance is launched in a process at a time."""

    def __init__(self, url: URL, *, slot: str = "server-0") -> None:
        self._url = url
        self._slot = slot
        self._launching: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._problem = "The jobs are being loaded."
        self._client: Any = None
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._duties: Mapping[str, Duty] = {}
        self._working: set[asyncio.Task[Any] | None] = set()
        self._begun: set[str] = set()  # under way here, or left unfinished until the next start

    def launch(self, duties: Mapping[str, Duty]) -> None:
        """Begin to load the engine and to work; `duties` says what each kind of job does."""
        global _running
        if _running is not None:
            raise RuntimeError("The jobs of another core are running here; DBOS is one per process.")
        _running = self
        self._loop = asyncio.get_running_loop()
        self._duties = duties
        self._stopping.clear()
        self._begun.clear()
        self._launching = asyncio.create_task(self._launch_patiently(), name="codeassess-jobs")

    async def ready(self) -> None:
        try:
            await asyncio.wait_for(self._up.wait(), READY_SECONDS if self._launching else 0)
        except TimeoutError as problem:
            raise StoreUnavailable(await self.state()) from problem

    def enqueue(self, connection: Connection, kind: str, subject: str) -> None:
        job = {"workflow_name": WORKFLOW, "workflow_id": f"{kind}-{subject}", "app_version": VERSION}
        self._client.enqueue_in_transaction(connection, {"queue_name": QUEUE, **job}, kind, subject)

    async def state(self) -> str:
        if self._launching is None:
            return "The jobs are not running."
        return "ok" if self._up.is_set() else self._problem

    async def aclose(self) -> None:
        """Stop working. What is unfinished stays unfinished and is taken up at the next start."""
        global _running
        if self._launching is None:
            return
        self._stopping.set()
        tasks = [self._launching, *filter(None, self._working)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._destroy)
        self._up.clear()
        self._launching = _running = None

    async def _launch_patiently(self) -> None:
        for attempt in count(1):
            launching = asyncio.ensure_future(asyncio.to_thread(self._launch))
            try:
                await asyncio.shield(launching)
                break
            except asyncio.CancelledError:
                await asyncio.gather(launching, return_exceptions=True)  # a thread cannot be stopped half way
                raise
            except Exception as problem:
                self._problem = f"The jobs did not start: {type(problem).__name__}"
                log.warning("the jobs did not start and are tried again", exc_info=problem)
                await asyncio.to_thread(self._destroy)
            await asyncio.sleep(_pause(attempt))
        self._up.set()
        await self._watch()

    async def _watch(self) -> None:
        """Take up the jobs that the engine claimed and never began, because the database went away in between."""
        lost: set[str] = set()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                claimed = await asyncio.to_thread(self._claimed) - self._begun
                if again := sorted(claimed & lost):
                    log.warning("jobs that were lost are taken up: %s", again)
                    await asyncio.to_thread(self._client.resume_workflows, again, queue_name=QUEUE)
                lost = claimed
            except Exception as problem:
                log.warning("the jobs are not watched: %s", type(problem).__name__)

    # ── in threads: DBOS is synchronous

    def _launch(self) -> None:
        from dbos import DBOS, DBOSClient

        url = plain_url(self._url)
        # Its warnings come ten times a second while the database is away.
        config: Any = {"name": APPLICATION, "log_level": "ERROR", "use_listen_notify": False}
        DBOS(config=config | {"system_database_url": url, "executor_id": self._slot, "application_version": VERSION})
        logging.getLogger("dbos").addFilter(_in_one_line)
        DBOS.workflow(name=WORKFLOW)(_workflow)
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_SECONDS)
        self._client = DBOSClient(system_database_url=url, application_name=APPLICATION, lazy=True)

    def _claimed(self) -> set[str]:
        options = {"status": "PENDING", "executor_id": self._slot, "name": WORKFLOW, "load_input": False}
        return {workflow.workflow_id for workflow in self._client.list_workflows(**options)}

    def _destroy(self) -> None:
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True)
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def work(self, kind: str, subject: str) -> None:
        """Do one job on the event loop and wait for it, on a thread of the engine."""
        duty, job = self._duties[kind], f"{kind}-{subject}"
        self._begun.add(job)
        if not self._attempt(job, duty.work, subject) and (
            duty.give_up is None or not self._attempt(job, duty.give_up, subject, FAILED)
        ):
            raise _Interrupted
        self._begun.discard(job)

    def _attempt(self, job: str, act: Callable[..., Awaitable[None]], *arguments: str) -> bool:
        try:
            self._patiently(act, *arguments)
        except NotFound:
            log.info("job %s has nothing left to work on: its session was erased", job)
        except Exception:
            log.exception("job %s failed", job)
            return False
        return True

    def _patiently(self, act: Callable[..., Awaitable[None]], *arguments: str) -> None:
        for attempt in count(1):
            try:
                self._on_loop(act, *arguments)
                return
            except StoreUnavailable as problem:  # it will be back, and nobody else remembers this job
                log.warning("a job waits: %s", problem.message)
                self._stopping.wait(_pause(attempt))

    def _on_loop(self, act: Callable[..., Awaitable[None]], *arguments: str) -> None:
        assert self._loop is not None
        future = asyncio.run_coroutine_threadsafe(self._tracked(act, *arguments), self._loop)
        while not wait([future], timeout=1.0).done:
            if not self._loop.is_running():  # the process ends without aclose: do not hold it up
                raise _Interrupted
        try:
            future.result()
        except CancelledError as problem:
            raise _Interrupted from problem

    async def _tracked(self, act: Callable[..., Awaitable[None]], *arguments: str) -> None:
        if self._stopping.is_set():
            raise asyncio.CancelledError
        task = asyncio.current_task()
        self._working.add(task)
        try:
            await act(*arguments)
        finally:
            self._working.discard(task)


_running: DurableJobs | None = None  # the one that is launched: DBOS calls a plain function


def _workflow(kind: str, subject: str) -> None:
    if _running is None:
        raise _Interrupted
    _running.work(kind, subject)


def _in_one_line(record: logging.LogRecord) -> bool:
    """A filter: that the outcome of a job could not be stored is no defect, the job is taken up again (`_watch`)."""
    problem = record.exc_info[1] if record.exc_info else None
    if isinstance(problem, DBAPIError):
        record.msg, record.args = "a job waits, the database cannot be reached: %s", (problem.orig,)
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True


def _pause(attempt: int) -> float:
    return float(min(_LONGEST_PAUSE, 0.5 * 2 ** min(attempt, 10)))
