"""Writing to one session's record under its row lock: counters, interactions, events.

The numbers (`seq`, `event_seq`) are taken from the session's row while it is locked, so
they are contiguous and in the order of commits, whichever process writes. A global
serial would not do: a reader that asks for "everything after the last" can miss a
transaction that took its number earlier and commits later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import new_id
from ..errors import NotFound
from ..model import InteractionKind
from .tables import events, interactions, sessions


class Ledger:
    """One locked session inside a transaction. Make it with `Ledger.lock`, end it with `close`."""

    def __init__(self, connection: AsyncConnection, row: dict[str, Any], now: datetime) -> None:
        self.connection = connection
        self.row = row
        self.now = now
        self._before = dict(row)

    @classmethod
    async def lock(cls, connection: AsyncConnection, session_id: str, now: datetime) -> Ledger:
        """Lock the session's row until the transaction ends.

        Raises:
            NotFound: no such session.
        """
        found = await connection.execute(select(sessions).where(sessions.c.id == session_id).with_for_update())
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("There is no such session.")
        return cls(connection, dict(row), now)

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

    async def close(self) -> None:
        """Write back what changed in the session's row. The transaction commits it."""
        changed = {name: value for name, value in self.row.items() if value != self._before[name]}
        if changed:
            await self.connection.execute(update(sessions).where(sessions.c.id == self.session_id).values(changed))
