"""Runs one job on the event loop, within its deadline and only while this process has the job."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, wait
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import NotFound, StoreUnavailable
from ..storage.job_rows import Attempt, JobRows
from ..system.concurrency import stop
from .deadline import job_deadline

log = logging.getLogger(__name__)

FAILED = "Something went wrong inside codeassess; the log of the server says what."
_LONGEST_PAUSE = 30.0
_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@dataclass(frozen=True, slots=True)
class Duty:
    """The work of one kind of job on its subject; `give_up(subject, reason)` is called when it fails."""

    work: Callable[[str], Awaitable[None]]
    give_up: Callable[[str, str], Awaitable[None]] | None = None  #: None: leave it unfinished


class Interrupted(BaseException):
    """The job stays unfinished. Not an Exception: DBOS would store it as failed and not run it again."""


class NothingToWorkOn(Exception):
    """There is no such subject: the job has failed."""


class TakenOver(Exception):
    """Another process has the job now; the result of this attempt is not stored."""

    def __str__(self) -> str:
        return "another process has taken it over; what came of it here is not stored"


class JobRunner:
    """Runs the jobs of one process on `loop`; DBOS calls `work` on its threads."""

    def __init__(
        self,
        duties: Mapping[str, Duty],
        *,
        rows: JobRows,
        instance: str,
        deadline: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._duties = duties
        self._rows = rows
        self._instance = instance
        self._deadline = deadline
        self._loop = loop
        self._stopping = threading.Event()
        self._working: set[asyncio.Task[Any] | None] = set()
        self.begun: set[str] = set()  #: running here, or left unfinished until the next start

    def work(self, kind: str, subject: str) -> None:
        """Run one job on the event loop and wait for it.

        Raises:
            NothingToWorkOn: the job fails. Interrupted: it stays unfinished.
        """
        duty, job = self._duties[kind], f"{kind}-{subject}"
        self.begun.add(job)
        try:
            failed = self._work(job, duty, subject)
        except (NothingToWorkOn, TakenOver) as problem:
            self.begun.discard(job)
            log.warning("job %s: %s", job, problem)
            if isinstance(problem, TakenOver):
                raise Interrupted from None
            raise
        if failed:
            raise Interrupted
        self.begun.discard(job)

    def _work(self, job: str, duty: Duty, subject: str) -> str:
        """Why the job failed and could not be given up either; empty: it is finished."""
        try:
            failed = self._attempt(job, duty.work, subject)
        except NothingToWorkOn:
            if duty.give_up is None:
                raise
            failed = FAILED  # only a part of the subject may be missing: `give_up` decides
        if failed and duty.give_up is not None:
            failed = self._attempt(job, duty.give_up, subject, failed)
        return failed

    def _attempt(self, job: str, act: Callable[..., Awaitable[None]], *arguments: str) -> str:
        """Why it failed, as a sentence; empty: it succeeded."""
        try:
            self._with_retries(job, act, *arguments)
        except NotFound as problem:  # it was erased, or belongs to another deployment
            raise NothingToWorkOn(f"there is nothing to work on. {problem.message}") from None
        except TakenOver:
            raise
        except TimeoutError:
            log.error("job %s was not done within %g s", job, self._deadline)
            return f"It was not done within {self._deadline:g} s."
        except Exception:
            log.exception("job %s failed", job)
            return FAILED
        return ""

    def _with_retries(self, job: str, act: Callable[..., Awaitable[None]], *arguments: str) -> None:
        for attempt in count(1):
            try:
                self._on_loop(job, act, *arguments)
                return
            except StoreUnavailable as problem:  # retry until the store answers: no other process has this job
                log.warning("a job waits: %s", problem.for_the_log)
                self._stopping.wait(pause(attempt))

    def _on_loop(self, job: str, act: Callable[..., Awaitable[None]], *arguments: str) -> None:
        future = asyncio.run_coroutine_threadsafe(self._tracked(job, act, *arguments), self._loop)
        while not wait([future], timeout=1.0).done:
            if not self._loop.is_running():  # the process ends without aclose: do not delay it
                raise Interrupted
        try:
            future.result()
        except CancelledError as problem:
            raise Interrupted from problem

    async def _tracked(self, job: str, act: Callable[..., Awaitable[None]], *arguments: str) -> None:
        if self._stopping.is_set():
            raise asyncio.CancelledError
        task = asyncio.current_task()
        self._working.add(task)
        try:
            attempt = await self._rows.begin(job, self._instance)
            if attempt is None:
                raise TakenOver
            _attempt.set(attempt)
            async with job_deadline(self._deadline):
                await act(*arguments)
        finally:
            self._working.discard(task)

    async def stop(self) -> None:
        """Stop working. Unfinished jobs stay unfinished."""
        self._stopping.set()
        tasks = [task for task in self._working if task is not None]
        await stop(*tasks)


async def guard(connection: AsyncConnection, rows: JobRows) -> None:
    """Raise TakenOver when the current job no longer belongs to this attempt."""
    attempt = _attempt.get()
    if attempt is not None and not await rows.holds(connection, attempt):
        raise TakenOver


def pause(attempt: int) -> float:
    """Seconds before the next attempt, doubled each time up to a limit."""
    return float(min(_LONGEST_PAUSE, 0.5 * 2 ** min(attempt, 10)))


def in_one_line(record: logging.LogRecord) -> bool:
    """A filter for the log of DBOS: expected errors become one line, and those already logged are dropped.

    An outcome of a job that could not be stored is expected: the job runs again (`DurableJobs._watch`).
    """
    problem = record.exc_info[1] if record.exc_info else None
    if isinstance(problem, NothingToWorkOn):
        return False
    if isinstance(problem, DBAPIError):
        record.msg, record.args = "a job waits, the database cannot be reached: %s", (problem.orig,)
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True


def release_threads(engine_database: Any) -> None:
    """Stop the waiting threads of DBOS at the end of the process.

    A thread whose job was taken over waits for the outcome in the other process, and threads retry an
    unavailable database without limit. The process cannot end before its threads.
    """
    if engine_database is None:  # DBOS was not started yet
        return
    engine_database._retry_connection_errors = False
    engine_database.check_workflow_result = _interrupted


def _interrupted(*_: Any, **__: Any) -> None:
    raise Interrupted
