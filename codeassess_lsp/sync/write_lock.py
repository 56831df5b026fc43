"""The right to write in one session of the local store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from codeassess_core.client.errors import Superseded


@dataclass(frozen=True, slots=True)
class WriteLock:
    """`writer` opened the session last; `writing` fails once another process has opened it."""

    db: sqlite3.Connection
    session: str
    writer: str

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction.

        Raises:
            Superseded: another process has taken over.
        """
        with self.db:
            locked = self.db.execute(
                "UPDATE sessions SET writer = writer WHERE session = ? AND writer = ?", (self.session, self.writer)
            )
            if locked.rowcount == 0:
                raise Superseded()
            yield self.db
