"""A database, the jobs on it, and what they did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text

from codeassess_core.jobs.durable import DEADLINE, DurableJobs, Duty
from codeassess_core.jobs.instances import HEARTBEAT, Instance
from codeassess_core.storage.database import Database
from codeassess_core.storage.instances import Instances
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
async def working(
    url: str,
    jobs: AnyJobs | None = None,
    *,
    heartbeat: float = HEARTBEAT,
    deadline: float = DEADLINE,
    unfinished: Collection[tuple[str, str]] = (),
    **duties: Duty,
) -> AsyncIterator[Worker]:
    database = Database(url)
    instance = Instance(Instances(database), heartbeat=heartbeat)
    worker = Worker(database, jobs or DurableJobs(database, instance=instance, deadline=deadline))

    async def there_ought_to_be() -> Collection[tuple[str, str]]:
        return unfinished

    try:
        await database.open()
        worker.jobs.launch({"ask": Duty(worker.note), **duties}, unfinished=there_ought_to_be)
        yield worker
    finally:
        await worker.jobs.aclose()
        await database.aclose()


async def until(condition: Callable[[], bool], *, seconds: float = 120.0) -> None:
    latest = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < latest, "nothing happened in time"
        await asyncio.sleep(0.01)


async def until_so(look: Callable[[], Awaitable[bool]], *, seconds: float = 120.0) -> None:
    """As `until`, for what has to be awaited."""
    async with asyncio.timeout(seconds):
        while not await look():  # noqa: ASYNC110 (another process may have to make it so)
            await asyncio.sleep(0.05)


def rows_of(worker: Worker) -> str:
    return "workflow_status" if worker.database.is_sqlite else "codeassess_jobs.workflow_status"


async def state_of(worker: Worker, job: str) -> str | None:
    """What the engine has noted of a job."""
    async with worker.database.read() as connection:
        statement = text(f"SELECT status FROM {rows_of(worker)} WHERE workflow_uuid = :job")
        return await connection.scalar(statement, {"job": job})
