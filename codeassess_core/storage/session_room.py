"""How many sessions may go on at once, of one candidate and of one tenant."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..limits import Limits, TooManySessions
from ..model import AssessmentSession, SessionStatus
from .tables import sessions


async def check_room(connection: AsyncConnection, session: AssessmentSession, limits: Limits) -> None:
    """Return when the session may begin beside those that go on.

    Two requests of one candidate are counted one after the other. Of a tenant there may be as many more as
    requests are under way at once.

    Raises:
        TooManySessions: the message has the limit, and whose it is.
    """
    of_tenant = sessions.c.tenant == session.tenant
    if most := limits.sessions_of_candidate:
        await one_after_the_other(connection, f"sessions/{session.tenant}/{session.owner}")
        if await _open(connection, of_tenant, sessions.c.owner == session.owner) >= most:
            message = f"You have {most} sessions that are not ended, and may not have more: end one of them first."
            raise TooManySessions(message, limit=most, of="candidate")
    if (most := limits.sessions_of_tenant) and await _open(connection, of_tenant) >= most:
        message = f"Your organisation has {most} sessions that are not ended, and may not have more: tell its operator."
        raise TooManySessions(message, limit=most, of="tenant")


async def one_after_the_other(connection: AsyncConnection, what: str) -> None:
    """Until this transaction ends, others with the same `what` wait. SQLite has one writer in any case."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


async def _open(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(sessions).where(sessions.c.status == SessionStatus.ACTIVE, *conditions)
    return await connection.scalar(counted) or 0
