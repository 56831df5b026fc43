"""REST of the audit, without HTTP: its lines, the newest first, for operators."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from codeassess_core.clock import isoformat
from codeassess_core.identity import Action, Principal, authorize
from codeassess_core.storage.audit import AuditFilter, AuditRecord
from codeassess_core.wiring import Core

from .inputs import AuditQuery, read_query
from .replies import Reply, as_json, page_of, uuid

_SAME = ("id", "count", "action", "role", "object", "object_id", "session_id", "outcome", "via", "address", "detail")
"""The fields that are as in the record."""


class AuditLineOut(BaseModel):
    """One line: who did what to which object, from where, and what became of it."""

    id: str
    created_at: str
    last_at: str | None = Field(description="Of the last one, where the same was done several times in a minute.")
    count: int
    action: str
    person: str = Field(description="Empty: only the connection is known.")
    role: str
    object: str
    object_id: str
    session_id: str | None
    outcome: str = Field(description="done, or the code of the refusal.")
    via: str
    address: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, line: AuditRecord) -> AuditLineOut:
        same = {name: getattr(line, name) for name in _SAME}
        last = isoformat(line.last_at) if line.last_at is not None else None
        return cls(created_at=isoformat(line.created_at), last_at=last, person=line.principal, **same)


class AuditListing:
    """Lists the audit of a tenant."""

    def __init__(self, core: Core) -> None:
        self._audit = core.record.audit
        self._log = core.access_log

    async def list(self, principal: Principal, query: dict[str, str]) -> Reply:
        authorize(principal, Action.READ_AUDIT)
        page = read_query(AuditQuery, query)
        wanted = AuditFilter(
            tenant=principal.tenant,
            session_id=uuid(page.session, "session") if page.session is not None else None,
            principal=page.person,
            action=page.action,
            since=page.since,
            refused=page.refused,
        )
        await self._log.flush()
        before = uuid(page.cursor, "cursor") if page.cursor is not None else None
        lines = await self._audit.list(wanted, before=before, limit=page.limit)
        return as_json(page_of(lines, AuditLineOut.of, limit=page.limit, cursor=lambda line: line.id))
