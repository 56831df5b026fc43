"""Reads the audit. Its records are written in the transactions that they describe (sessions, conflicts)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from .database import Database
from .tables import audit


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
