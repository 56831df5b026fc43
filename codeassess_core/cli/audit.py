"""`codeassess audit`: the entries of the audit."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from . import options
from .output import say_json, table

if TYPE_CHECKING:
    from ..settings import Settings
    from ..storage.audit import AuditRecord

_PAGE: Final = 1_000


def audit(
    session: Annotated[str | None, typer.Option(help="Only of this session.", metavar="SESSION_ID")] = None,
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List the audit of a tenant, the newest first: who did what to which session, erased ones included."""
    from ..clock import isoformat

    known = None if session is None else options.canonical_id(session, "--session")
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    records = asyncio.run(_list(settings, tenant, known))
    if as_json:
        for record in records:
            shown = asdict(record) | {"created_at": isoformat(record.created_at)}
            say_json(shown)
        return
    rows = (
        (isoformat(r.created_at), r.session_id or "", r.action, r.principal, json.dumps(r.detail) if r.detail else "")
        for r in records
    )
    table(("when", "session", "action", "who", "detail"), rows)


async def _list(settings: Settings, tenant: str, session_id: str | None) -> list[AuditRecord]:
    from ..storage.audit import Audit
    from .stores import opened_database

    records: list[AuditRecord] = []
    async with opened_database(settings) as database:
        audit = Audit(database)
        while page := await audit.list(tenant, session_id, before=records[-1].id if records else None, limit=_PAGE):
            records += page
    return records
