"""The audit. Its records are written in the transactions that they describe."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import new_id
from ..identity import Principal, Role
from .database import Database
from .tables import audit

NOBODY = Principal(name="", role=Role.CANDIDATE)
"""Who did something, when only the connection is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """Who did what to which session. `principal` is empty when only the connection is known."""

    id: str
    created_at: datetime
    tenant: str
    session_id: str | None
    action: str
    principal: str
    detail: dict[str, Any]


class Audit:
    """The audit of all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, tenant: str, session_id: str | None = None, *, before: str | None = None, limit: int = 100
    ) -> tuple[AuditRecord, ...]:
        """Up to `limit` records of a tenant, or of one session, that are older than `before`, newest first."""
        names = [field.name for field in fields(AuditRecord)]
        statement = select(*(audit.c[name] for name in names)).where(audit.c.tenant == tenant)
        if session_id is not None:
            statement = statement.where(audit.c.session_id == session_id)
        if before is not None:
            statement = statement.where(audit.c.id < before)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(audit.c.id.desc()).limit(limit))
            return tuple(AuditRecord(**row) for row in found.mappings())


async def write_audit(
    connection: AsyncConnection,
    author: Principal,
    action: str,
    *,
    at: datetime,
    session_id: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write that `author` did `action` at `at`, in the transaction in which it is done.

    `detail` says what it was done to, without the text of candidates and without any code or token.
    """
    await connection.execute(
        insert(audit).values(
            id=new_id(),
            tenant=author.tenant,
            session_id=session_id,
            principal=author.name,
            action=action,
            detail=detail or {},
            created_at=at,
        )
    )
