"""Writing to one session's record under its row lock: counters, interactions, events.

The numbers (`seq`, `event_seq`) are taken from the session's row while it is locked, so
they are contiguous and in the order of commits, whichever process writes. A global
serial would not do: a reader that asks for "everything after the last" can miss a
transaction that took its number earlier and commits later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import new_id
from ..errors import NotFound, StoreBusy
from ..model import CLOSING_SILENCE, InteractionKind
from .database import Database
from .session_size import size_of
from .tables import events, interactions, sessions

_PAUSE = 0.02  # seconds until a locked session is tried again, then twice as many, up to
_LONGEST_PAUSE = 0.3


class SessionWriter:
    """One locked session inside a transaction. Make it with `SessionWriter.open`, end it with `close`."""

    def __init__(self, connection: AsyncConnection, row: dict[str, Any], now: datetime) -> None:
        self.connection = connection
        self.row = row
        self.now = now
        self._before = dict(row)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        database: Database,
        session_id: str,
        now: datetime,
        *,
        within: float | None = None,
        in_line: bool = False,
    ) -> AsyncIterator[SessionWriter]:
        """A transaction that holds the lock of the session's row; committed when the block ends (`Database.write`).

        While somebody else has the lock it is tried again and again, on no connection of
        ours: sessions that are locked must not use up those of the others. With `in_line` it waits
        in the database on one connection: writers who never stop would else keep it away.

        Raises:
            NotFound: no such session. StoreBusy: somebody else kept it locked.
        """
        latest, pause = monotonic() + database.limits.lock, _PAUSE
        while True:
            async with database.write(within=within) as connection:
                row = await _lock(connection, session_id, skip=not in_line)
                if row is not None:
                    yield cls(connection, row, now)
                    return
            if monotonic() > latest:
                raise StoreBusy("Another transaction holds this session; nothing was acknowledged, try again.")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    @property
    def session_id(self) -> str:
        return str(self.row["id"])

    async def interaction(
        self,
        kind: InteractionKind,
        payload: dict[str, Any] | None = None,
        *,
        client_seq: int | None = None,
        id: str | None = None,
    ) -> str:
        """Record one interaction and return its id."""
        self.row["interaction_count"] += 1
        self.row["stored_bytes"] += size_of(payload)
        id = id or new_id()
        await self.connection.execute(
            insert(interactions).values(
                session_id=self.session_id,
                tenant=self.row["tenant"],
                seq=self.row["interaction_count"],
                id=id,
                kind=kind,
                client_seq=client_seq,
                payload=payload or None,
                created_at=self.now,
            )
        )
        return id

    async def event(self, message: dict[str, Any]) -> int:
        """Store a message that clients are to be told, and return its event_seq."""
        self.row["head_event_seq"] += 1
        await self.connection.execute(
            insert(events).values(
                session_id=self.session_id,
                tenant=self.row["tenant"],
                event_seq=self.row["head_event_seq"],
                message=message,
                created_at=self.now,
            )
        )
        return int(self.row["head_event_seq"])

    def closing_goes_on(self) -> None:
        """In the closing round: something was said, so its next step is due. Nothing happens at other times."""
        if self.row["closing_until"] is not None:
            self.row["undecided_since"] = self.now
            self.row["closing_until"] = self.now + CLOSING_SILENCE

    async def close(self) -> None:
        """Write back what changed in the session's row. The transaction commits it."""
        changed = {name: value for name, value in self.row.items() if value != self._before[name]}
        if changed:
            await self.connection.execute(update(sessions).where(sessions.c.id == self.session_id).values(changed))


async def _lock(connection: AsyncConnection, session_id: str, *, skip: bool) -> dict[str, Any] | None:
    """The session's row, locked. While somebody else holds it: with `skip` None, else this waits."""
    this = sessions.c.id == session_id
    found = await connection.execute(select(sessions).where(this).with_for_update(skip_locked=skip))
    row = found.mappings().one_or_none()
    if row is None and await connection.scalar(select(sessions.c.id).where(this)) is None:
        raise NotFound("There is no such session.")
    return dict(row) if row else None
