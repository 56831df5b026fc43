"""The open websockets of all processes, so that a limit holds also behind a balancer.

A row counts while the process that it belongs to lives (`instances`): those of a process that died count until the
others take over its jobs.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import utcnow
from ..identity import Principal
from ..limits import Limits, TooManySockets
from .database import Database
from .session_room import one_after_the_other
from .tables import connections, instances

_FORGOTTEN: Final = timedelta(minutes=10)


class Connections:
    """The websockets of all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, id: str, principal: Principal, *, instance_id: str, limits: Limits) -> None:
        """Store that `principal` opens the connection `id` in this process.

        Connections of one person are counted one after the other. Of a tenant there may be as many more as are being
        opened at once.

        Raises:
            TooManySockets: the person or the tenant has as many as `limits` allows; the message says which.
        """
        async with self._database.write() as connection:
            await _check_room(connection, principal, limits)
            row = {"id": id, "tenant": principal.tenant, "owner": principal.name, "instance_id": instance_id}
            await connection.execute(insert(connections).values(**row, created_at=utcnow()))

    async def remove(self, id: str) -> None:
        """The connection is closed."""
        async with self._database.write() as connection:
            await connection.execute(delete(connections).where(connections.c.id == id))

    async def keep(self, ids: Collection[str], *, instance_id: str) -> None:
        """Delete the rows of this process but these, which are open, and those of processes that are gone."""
        own = (connections.c.instance_id == instance_id) & connections.c.id.not_in(list(ids))
        lives = select(instances.c.id).where(instances.c.id == connections.c.instance_id).exists()
        orphaned = ~lives & (connections.c.created_at < utcnow() - _FORGOTTEN)
        async with self._database.write() as connection:
            await connection.execute(delete(connections).where(own | orphaned))


async def _check_room(connection: AsyncConnection, principal: Principal, limits: Limits) -> None:
    of_tenant = connections.c.tenant == principal.tenant
    if most := limits.sockets_of_candidate:
        await one_after_the_other(connection, f"sockets/{principal.tenant}/{principal.name}")
        if await _open(connection, of_tenant, connections.c.owner == principal.name) >= most:
            message = f"You have {most} open connections, and may not have more: close one in another window or editor."
            raise TooManySockets(message, limit=most, of="person")
    if (most := limits.sockets_of_tenant) and await _open(connection, of_tenant) >= most:
        message = f"Your organisation has {most} open connections, and may not have more: tell its operator."
        raise TooManySockets(message, limit=most, of="tenant")


async def _open(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> int:
    living = connections.join(instances, instances.c.id == connections.c.instance_id)
    return await connection.scalar(select(func.count()).select_from(living).where(*conditions)) or 0
