"""Durable work on DBOS Transact: what was enqueued in a committed transaction is done, whatever dies.

A job is a workflow whose id is its cause (`evaluate-<question id>`), so enqueueing it
twice is one job. DBOS keeps its tables in the same database as the record and is
enqueued to on the record's own connection: job and cause commit together or not at
all. A process that starts takes up the workflows that the same `slot` left unfinished.

DBOS is one per process and costs most of a second to import, so it is loaded in the
background after the server is up; `ready` waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from .errors import StoreUnavailable
from .storage.database import plain_url

log = logging.getLogger(__name__)

QUEUE = "codeassess"
WORKFLOW = "codeassess_job"
APPLICATION = "codeassess"
VERSION = "1"  # of the workflows: raised when a job that began before an upgrade could not go on after it
AT_ONCE = 8
POLL_SECONDS = 0.1
_LONGEST_PAUSE = 30.0

Duty = Callable[[str], Awaitable[None]]


class _Interrupted(BaseException):
    """The process is stopping. No Exception: DBOS would store the job as failed instead of taking it up again."""


class DurableJobs:
    """The `Jobs` port on DBOS. At most one instance is launched in a process at a time."""

    def __init__(self, url: URL, *, slot: str = "server-0") -> None:
        self._url = url
        self._slot = slot
        self._launched: asyncio.Task[None] | None = None
        self._client: Any = None
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._duties: Mapping[str, Duty] = {}

    def launch(self, duties: Mapping[str, Duty]) -> None:
        """Begin to load the engine and to work; `duties` says what each kind of job does with its subject."""
        self._loop = asyncio.get_running_loop()
        self._duties = duties
        self._launched = asyncio.create_task(asyncio.to_thread(self._launch), name="codeassess-jobs")

    async def ready(self) -> None:
        if self._launched is None:
            raise StoreUnavailable("The jobs are not running.")
        await asyncio.shield(self._launched)

    def enqueue(self, connection: Connection, kind: str, subject: str) -> None:
        options = {
            "queue_name": QUEUE,
            "workflow_name": WORKFLOW,
            "workflow_id": f"{kind}-{subject}",
            "app_version": VERSION,
        }
        self._client.enqueue_in_transaction(connection, options, kind, subject)

    async def state(self) -> str:
        if self._launched is None:
            return "The jobs are not running."
        if not self._launched.done():
            return "The jobs are being loaded."
        problem = self._launched.exception()
        return "ok" if problem is None else f"The jobs did not start: {problem}"

    async def aclose(self) -> None:
        """Stop working. What is unfinished stays unfinished and is taken up at the next start."""
        self._stopping = True
        if self._launched is not None:
            await asyncio.gather(self._launched, return_exceptions=True)
            await asyncio.to_thread(self._destroy)

    # ── in threads: DBOS is synchronous

    def _launch(self) -> None:
        from dbos import DBOS, DBOSClient

        logging.getLogger("dbos").setLevel(logging.WARNING)
        url = plain_url(self._url)
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": url,
                "application_version": VERSION,
                "executor_id": self._slot,
                "log_level": "WARNING",
                "use_listen_notify": False,
            }
        )
        DBOS.workflow(name=WORKFLOW)(_workflow)
        global _running
        _running = self
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_SECONDS)
        self._client = DBOSClient(system_database_url=url, application_name=APPLICATION, lazy=True)

    def _destroy(self) -> None:
        from dbos import DBOS

        global _running
        _running = None
        DBOS.destroy(destroy_registry=True)
        if self._client is not None:
            self._client.destroy()

    def work(self, kind: str, subject: str) -> None:
        """Do one job on the event loop and wait for it, on a thread of the engine."""
        assert self._loop is not None
        attempt = 0
        while True:
            if self._stopping:
                raise _Interrupted
            try:
                asyncio.run_coroutine_threadsafe(_run(self._duties[kind], subject), self._loop).result()
                return
            except StoreUnavailable as problem:
                # The database will be back, and nobody else remembers this job.
                log.warning("job %s-%s waits: %s", kind, subject, problem.message)
                attempt += 1
                time.sleep(min(_LONGEST_PAUSE, 0.5 * 2**attempt))
            except (CancelledError, RuntimeError) as problem:
                if self._stopping or self._loop.is_closed():
                    raise _Interrupted from problem
                raise


_running: DurableJobs | None = None  # the one that is launched: DBOS calls a plain function


def _workflow(kind: str, subject: str) -> None:
    if _running is None:
        raise _Interrupted
    _running.work(kind, subject)


async def _run(duty: Duty, subject: str) -> None:
    await duty(subject)
