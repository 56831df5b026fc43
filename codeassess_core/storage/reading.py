"""The record for commands and worker processes that only read it. They start no jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ..settings import Settings
from .database import database_for
from .record import Record


class NoJobs:
    """The `Jobs` port of a record that is only read."""

    async def ready(self) -> None: ...

    def enqueue(self, connection: Any, kind: str, subject: str) -> None:
        """Raises: a record that is only read has no jobs."""
        raise RuntimeError("This record is only read: no job can be enqueued.")

    async def guard(self, connection: Any) -> None: ...

    async def state(self) -> str:
        return "ok"

    async def aclose(self) -> None: ...


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Record]:
    """The record in the database of the settings, which the server process has opened."""
    database = database_for(settings)
    try:
        yield Record(database, jobs=NoJobs())
    finally:
        await database.aclose()
