"""Reads the renames of documents from the activities that report them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..documents.renames import Names, Rename
from .tables import RENAMES, interactions


async def read_renames(connection: AsyncConnection, session_id: str, *, after: int = 0) -> tuple[Rename, ...]:
    """The renames recorded as interactions with `seq > after`, in order; read from a small partial index."""
    statement = select(interactions.c.payload).where(
        interactions.c.session_id == session_id, interactions.c.seq > after, RENAMES[connection.dialect.name]
    )
    payloads = (await connection.execute(statement.order_by(interactions.c.seq))).scalars().all()
    return tuple(
        Rename(before=p["detail"]["from"], after=p["detail"]["to"], snapshot=p["snapshot"])
        for p in payloads
        if "snapshot" in p  # a refused rename has none
    )


async def read_names(connection: AsyncConnection, session_id: str) -> Names:
    """The former and present names of the documents of a session."""
    return Names(await read_renames(connection, session_id))
