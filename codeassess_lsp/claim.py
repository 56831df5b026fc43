"""The right to write in one sitting of the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from codeassess_core.clients import Superseded


@dataclass(frozen=True, slots=True)
class Claim:
    """`writer` is who opened the sitting last; `writing` fails once somebody else has."""

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
            claimed = self.db.execute(
                "UPDATE sittings SET writer = writer WHERE session = ? AND writer = ?", (self.session, self.writer)
            )
            if claimed.rowcount == 0:
                raise Superseded()
            yield self.db
