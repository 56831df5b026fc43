"""`codeassess audit`: the lines of the audit."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from . import options
from .output import say_json, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..settings import Settings
    from ..storage.audit import AuditFilter, AuditRecord

_PAGE: Final = 1_000
_COLUMNS: Final = ("when", "who", "role", "action", "object", "outcome", "times", "from", "detail")


def audit(
    session: Annotated[str | None, typer.Option(help="Only of this session.", metavar="SESSION_ID")] = None,
    person: Annotated[str | None, typer.Option(help="Only what this person did.", metavar="NAME")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action, like read_report.", metavar="ACTION")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only the last 30m, 8h or 7d, or since 2026-01-31T09:00:00Z.", metavar="TIME")
    ] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Only what was refused.")] = False,
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List who did what to which object, from where and with which outcome, the newest first."""
    from ..clock import isoformat
    from ..storage.audit import AuditFilter

    wanted = AuditFilter(
        tenant=tenant,
        session_id=None if session is None else options.canonical_id(session, "--session"),
        principal=person,
        action=action,
        since=None if since is None else options.moment(since, "--since"),
        refused=refused,
    )
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    records = asyncio.run(_list(settings, wanted))
    if as_json:
        for record in records:
            last = isoformat(record.last_at) if record.last_at else None
            say_json(asdict(record) | {"created_at": isoformat(record.created_at), "last_at": last})
        return
    table(_COLUMNS, [_cells(record, isoformat(record.created_at)) for record in records])


def _cells(record: AuditRecord, when: str) -> Sequence[str]:
    object = f"{record.object or 'session'} {record.session_id or record.object_id}".strip()
    came = f"{record.via} {record.address}".strip()
    times = str(record.count)
    detail = json.dumps(record.detail) if record.detail else ""
    return when, record.principal, record.role, record.action, object, record.outcome, times, came, detail


async def _list(settings: Settings, wanted: AuditFilter) -> list[AuditRecord]:
    from ..storage.audit import Audit
    from .stores import opened_database

    records: list[AuditRecord] = []
    async with opened_database(settings) as database:
        audit = Audit(database)
        while page := await audit.list(wanted, before=records[-1].id if records else None, limit=_PAGE):
            records += page
    return records
