"""Whether a client action was recorded before, by its content."""

from __future__ import annotations

from sqlalchemy import select

from ..model import Interaction
from . import rows
from .entries import Action, ClientAction
from .session_writer import SessionWriter
from .tables import interactions


async def find_recorded(writer: SessionWriter, action: ClientAction[Action]) -> Interaction | None:
    """The first interaction of the session with the same payload as the client action."""
    statement = select(interactions).where(
        interactions.c.session_id == writer.session_id,
        interactions.c.kind == action.kind,
        interactions.c.payload["kind"].as_string() == action.payload["kind"],
    )
    found = (await writer.connection.execute(statement.order_by(interactions.c.seq))).mappings()
    return next((rows.interaction(row) for row in found if row["payload"] == action.payload), None)
