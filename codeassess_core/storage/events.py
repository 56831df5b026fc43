"""Events: messages with state for clients, in order; they are sent again after a reconnect."""

from __future__ import annotations

from sqlalchemy import select

from ..model import Event
from . import rows
from .database import Database
from .tables import events


class Events:
    """The stored events of all sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, session_id: str, event_seq: int, *, limit: int = 200) -> tuple[Event, ...]:
        """Up to `limit` events with a number greater than `event_seq`, in order."""
        statement = (
            select(events)
            .where(events.c.session_id == session_id, events.c.event_seq > event_seq)
            .order_by(events.c.event_seq)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple(rows.event(row) for row in (await connection.execute(statement)).mappings())
