"""A connection of aiosqlite that can be closed and terminated at the same time.

When a task that waits for a statement is cancelled twice, SQLAlchemy terminates the connection
while it is being closed. aiosqlite then stops its thread twice, and the second stop would wait
without end for a thread that has ended.
"""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from typing import Any

import aiosqlite

_ROWS_AT_ONCE = 64  # the default of aiosqlite


class StoppedOnce(aiosqlite.Connection):
    """A second stop waits for the first one."""

    _stopping: asyncio.Future[Any] | None = None
    _stopped = False

    def stop(self) -> asyncio.Future[Any] | None:
        if not self._stopped:
            self._stopped = True
            self._stopping = super().stop()
        return self._stopping


def sqlite_connection(path: str, **arguments: Any) -> StoppedOnce:
    """As `aiosqlite.connect`, to be awaited; its thread does not keep the process running."""
    connection = StoppedOnce(partial(sqlite3.connect, path, **arguments), _ROWS_AT_ONCE)
    connection._thread.daemon = True
    return connection
