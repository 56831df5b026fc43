"""The rows of jobs in the tables of DBOS, as far as we read and change them ourselves.

`workflow_status` is a table of DBOS in its own schema. On Postgres the schema is named after the
schema of the record, so that two deployments in one database are separate.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Table,
    Text,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from .database import Database
from .moment import moment
from .tables import instances, leases, sessions

_LONGEST_NAME = 63  # bytes, of a name in Postgres


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a job; DBOS gives each run its own token."""

    job: str
    token: str


class JobRows:
    """The jobs of one deployment; `schema` as of `jobs_schema`.

    The processes of this version work on jobs with this `workflow`, `version` and these `queues`.
    """

    def __init__(
        self, database: Database, *, workflow: str, version: str, queues: Collection[str], schema: str | None
    ) -> None:
        self.schema = schema
        self._database = database
        self._workflow, self._version, self._queues = workflow, version, tuple(queues)
        self._rows = Table(
            "workflow_status",
            MetaData(schema=schema),
            Column("workflow_uuid", Text, primary_key=True),
            Column("name", Text),
            Column("status", Text),
            Column("executor_id", Text),
            Column("application_version", Text),
            Column("queue_name", Text),
            Column("owner_xid", Text),
            Column("started_at_epoch_ms", BigInteger),
            Column("updated_at", BigInteger),
        )

    async def begin(self, job: str, instance: str) -> Attempt | None:
        """The running attempt of `job` in this instance; None: it runs in another instance or nowhere."""
        row = self._rows.c
        statement = select(row.owner_xid).where(row.workflow_uuid == job, row.executor_id == instance)
        async with self._database.read() as connection:
            token = await connection.scalar(statement.where(row.status == "PENDING"))
        return Attempt(job, token) if token else None

    async def holds(self, connection: AsyncConnection, attempt: Attempt) -> bool:
        """True while the job belongs to this attempt; it cannot change until the transaction ends."""
        row = self._rows.c
        statement = select(row.owner_xid).where(row.workflow_uuid == attempt.job, row.status == "PENDING")
        found: str | None = await connection.scalar(statement.with_for_update(read=True))
        return found == attempt.token

    async def running(self, instance: str) -> tuple[str, ...]:
        """The jobs that run in an instance, as DBOS has recorded them."""
        row = self._rows.c
        statement = select(row.workflow_uuid).where(row.status == "PENDING", row.executor_id == instance)
        async with self._database.read() as connection:
            return tuple((await connection.execute(statement.where(row.name == self._workflow))).scalars())

    async def are_expected(self, seconds: float) -> bool:
        """Is a job unfinished, or did a candidate work in the last `seconds`, whose work may make one?"""
        row = self._rows.c
        waits = exists().where(row.name == self._workflow, row.status.in_(("ENQUEUED", "PENDING")))
        async with self._database.read() as connection:
            now = (await connection.execute(select(moment(self._database)))).scalar_one()
            since = now - timedelta(seconds=seconds)
            writes = exists().where(leases.c.renewed_at > since)
            wrote = exists().where(sessions.c.status == "active", sessions.c.last_update_at > since)
            return bool(await connection.scalar(select(or_(writes, waits, wrote))))

    async def finished(self, seconds: float, *, limit: int = 1_000) -> tuple[str, ...]:
        """Up to `limit` jobs that succeeded or failed more than `seconds` ago."""
        row = self._rows.c
        before = round((time.time() - seconds) * 1000)
        statement = select(row.workflow_uuid).where(row.name == self._workflow, row.updated_at < before)
        statement = statement.where(row.status.in_(("SUCCESS", "ERROR", "CANCELLED"))).limit(limit)
        async with self._database.read() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def take_over(self) -> tuple[str, ...]:
        """Queue the jobs of unregistered instances again; returns their ids."""
        executor = self._rows.c.executor_id
        return await self._queue_again(or_(executor.is_(None), executor.not_in(select(instances.c.id))))

    async def remove_orphans(self, connection: AsyncConnection, jobs: Sequence[str]) -> tuple[str, ...]:
        """Remove the rows of those `jobs` that no process will do; returns these jobs, which may be enqueued again.

        They are unknown, or wait for another version, or are marked as finished.
        """
        row = self._rows.c
        known = row.workflow_uuid.in_(jobs)
        found = await connection.execute(select(row.workflow_uuid).where(known, self._is_active()))
        active = set(found.scalars())
        await connection.execute(delete(self._rows).where(known, not_(self._is_active())))
        return tuple(job for job in jobs if job not in active)

    def _is_active(self) -> ColumnElement[bool]:
        """True for a job that runs in a live process or waits for one of this version. Never NULL."""
        row = self._rows.c
        name, version, queue, executor = (
            func.coalesce(column, "") for column in (row.name, row.application_version, row.queue_name, row.executor_id)
        )
        ours = (name == self._workflow) & (version == self._version)
        waits = (row.status == "ENQUEUED") & queue.in_(self._queues)
        return (ours & or_(waits, row.status == "PENDING")) | (
            (row.status == "PENDING") & executor.in_(select(instances.c.id))
        )

    async def queue_again(self, jobs: Sequence[str], *, of: str) -> None:
        """Queue those of these jobs again that run in the instance `of`."""
        row = self._rows.c
        await self._queue_again((row.executor_id == of) & row.workflow_uuid.in_(jobs))

    async def _queue_again(self, which: ColumnElement[bool]) -> tuple[str, ...]:
        row = self._rows.c
        values = {"status": "ENQUEUED", "owner_xid": None, "started_at_epoch_ms": None}
        statement = update(self._rows).where(row.name == self._workflow, row.status == "PENDING", which)
        statement = statement.values(**values, updated_at=round(time.time() * 1000))
        async with self._database.write() as connection:
            return tuple((await connection.execute(statement.returning(row.workflow_uuid))).scalars())


def jobs_schema(current: str) -> str:
    """The schema of the DBOS tables on Postgres, for a record in the schema `current`."""
    if current == "public":
        return "codeassess_jobs"
    name = f"{current}_jobs"
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    return f"jobs_{hashlib.sha256(current.encode()).hexdigest()[:32]}"
