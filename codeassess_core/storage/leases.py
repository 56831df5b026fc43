"""Leases: which connection writes in a session, across all processes.

A lease is renewed while its holder is connected. A lease that was not renewed for `LIFETIME`, by
the clock of the database, is free, because its process has died. A holder that disconnects frees
it at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock
from ..errors import NotFound
from ..model import Lease
from .database import Database
from .moment import moment
from .tables import leases, sessions

LIFETIME: Final = timedelta(seconds=10)


class Leases:
    """The leases of all sessions. Every method raises StoreUnavailable when the database does not answer."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(
        self, session_id: str, wanted: Lease, *, instead_of: str | None = None, force: bool = False
    ) -> Lease:
        """Give the lease to `wanted` if it is free; returns the lease afterwards.

        It is also taken from the same client, from the holder `instead_of`, and with `force` from anybody.

        Raises:
            NotFound: no such session.
        """
        async with self._database.write() as connection:
            # Everybody who writes to the session locks its row.
            locked = select(sessions.c.tenant).where(sessions.c.id == session_id).with_for_update()
            tenant = await connection.scalar(locked)
            if tenant is None:
                raise NotFound("There is no such session.")
            row = await self._row(connection, session_id)
            may_take = row is None or force or not _lives(row) or instead_of == row["holder"]
            if row is not None and not may_take and row["client_id"] != wanted.client_id:
                return _lease(row)
            await self._write(connection, session_id, tenant, wanted, is_new=row is None)
        return wanted

    async def _write(
        self, connection: AsyncConnection, session_id: str, tenant: str, wanted: Lease, *, is_new: bool
    ) -> None:
        values = {
            "holder": wanted.holder,
            "client_id": wanted.client_id,
            "taken_at": wanted.taken_at,
            "renewed_at": self._now(),
        }
        if is_new:
            await connection.execute(insert(leases).values(session_id=session_id, tenant=tenant, **values))
        else:
            await connection.execute(update(leases).where(leases.c.session_id == session_id).values(values))

    async def renew(self, holders: Collection[str]) -> set[str]:
        """Renew the leases of these holders; returns the holders that still have their lease."""
        statement = update(leases).where(leases.c.holder.in_(list(holders))).values(renewed_at=self._now())
        async with self._database.write() as connection:
            return set((await connection.execute(statement.returning(leases.c.holder))).scalars())

    async def free(self, holder: str) -> None:
        """Free the lease of this holder."""
        async with self._database.write() as connection:
            await connection.execute(delete(leases).where(leases.c.holder == holder))

    async def of(self, session_ids: Collection[str]) -> dict[str, Lease]:
        """The current leases of these sessions."""
        statement = self._selected().where(leases.c.session_id.in_(list(session_ids)))
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).mappings().all()
        return {row["session_id"]: _lease(row) for row in found if _lives(row)}

    async def _row(self, connection: AsyncConnection, session_id: str) -> Mapping[Any, Any] | None:
        found = await connection.execute(self._selected().where(leases.c.session_id == session_id))
        row: Mapping[Any, Any] | None = found.mappings().one_or_none()
        return row

    def _selected(self) -> Select[Any]:
        return select(leases, self._now().label("now"))

    def _now(self) -> ColumnElement[Any]:
        return moment(self._database, self._clock)


def _lives(row: Mapping[Any, Any]) -> bool:
    """True when it was renewed within `LIFETIME`, also in the future: a clock may have been set back."""
    return bool(abs(row["now"] - row["renewed_at"]) < LIFETIME)


def _lease(row: Mapping[Any, Any]) -> Lease:
    return Lease(holder=row["holder"], client_id=row["client_id"], taken_at=row["taken_at"])
