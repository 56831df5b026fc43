"""Notifies the other processes that something was stored for a session: Redis pub/sub or Postgres LISTEN/NOTIFY.

A notification contains only the session, and may be lost: each process also reads the table every
two seconds (`live.subscriptions`). SQLite has no notifications.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import URL

from ..errors import StoreUnavailable
from ..system.concurrency import within
from ..system.deadlines import DatabaseLimits
from .database import Database
from .postgres import connection_arguments

CHANNEL: Final = "codeassess"
_IDLE: Final = 5.0  # seconds without a notification, after which the connection is checked


class Wakes(Protocol):
    """How processes notify each other. Every method raises StoreUnavailable without a connection."""

    async def send(self, words: Sequence[str]) -> None:
        """Send these texts to all processes, including this one."""

    def listen(self) -> AsyncIterator[str]:
        """The texts that are sent from now on; an empty one means that listening has begun."""

    async def aclose(self) -> None: ...


class PostgresWakes:
    """LISTEN on its own connection, without a pooler; NOTIFY on any connection.

    The channel is named after the schema of the record, so that deployments in one database are separate.
    """

    def __init__(self, database: Database, url: URL) -> None:
        self._database = database
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def send(self, words: Sequence[str]) -> None:
        notify = text("SELECT pg_notify(:channel || current_schema(), id) FROM unnest(CAST(:ids AS text[])) AS t(id)")
        async with self._database.write() as connection:
            await connection.execute(notify, {"channel": f"{CHANNEL}_", "ids": list(words)})

    async def listen(self) -> AsyncIterator[str]:
        limits = self._database.limits
        try:
            async with await within(limits.connect, self._connect(limits)) as connection:
                await within(limits.network, _listen(connection))
                yield ""
                while True:
                    async for told in connection.notifies(timeout=_IDLE, stop_after=1):
                        yield told.payload
                    await within(limits.network, connection.execute("SELECT 1"))
        except (psycopg.Error, OSError, TimeoutError) as problem:
            raise StoreUnavailable(f"Nothing is heard of the other processes: {type(problem).__name__}.") from problem

    async def _connect(self, limits: DatabaseLimits) -> psycopg.AsyncConnection[Any]:
        arguments = connection_arguments(limits, pooled=True)
        return await psycopg.AsyncConnection.connect(self._url, autocommit=True, **arguments)

    async def aclose(self) -> None:
        """Nothing to close."""


async def _listen(connection: psycopg.AsyncConnection[Any]) -> None:
    found = await (await connection.execute("SELECT current_schema()")).fetchone()
    channel = psycopg.sql.Identifier(f"{CHANNEL}_{found[0] if found else ''}")
    await connection.execute(psycopg.sql.SQL("LISTEN {}").format(channel))
