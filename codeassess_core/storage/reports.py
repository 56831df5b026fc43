"""Reports: asked for once, built once, immutable from then on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from ..clock import Clock, new_id
from ..errors import ReportNotReady
from ..model import InteractionKind, Report, SessionStatus
from . import rows
from .database import Database
from .ledger import Ledger
from .tables import reports


class Reports:
    """The reports of all sessions."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def session_of(self, report_id: str) -> str | None:
        """The session that a report is about; None when it was erased."""
        async with self._database.read() as connection:
            return await connection.scalar(select(reports.c.session_id).where(reports.c.id == report_id))

    async def latest(self, session_id: str) -> Report:
        """The newest version.

        Raises:
            ReportNotReady: none was asked for, or it is being built; `detail` says which.
        """
        statement = select(reports).where(reports.c.session_id == session_id).order_by(reports.c.version.desc())
        async with self._database.read() as connection:
            row = (await connection.execute(statement.limit(1))).mappings().one_or_none()
        if row is None:
            raise ReportNotReady("No report was asked for: POST generate-report first.", state="not_requested")
        if row["body"] is None:
            raise ReportNotReady("The report is being written.", state="in_progress")
        return rows.report(row)

    async def publish(self, report_id: str, body: dict[str, Any], *, message: dict[str, Any]) -> bool:
        """Store the report, end the session and tell its clients. False when that was done before."""
        async with self._database.write() as connection:
            row = (await connection.execute(select(reports).where(reports.c.id == report_id))).mappings().one_or_none()
            if row is None:
                return False
            ledger = await Ledger.lock(connection, row["session_id"], self._clock())
            stored = await connection.execute(
                update(reports).where(reports.c.id == report_id, reports.c.body.is_(None)).values(body=body)
            )
            if stored.rowcount == 0:
                return False
            ledger.row.update(status=SessionStatus.ENDED, ended_at=ledger.now)
            await ledger.interaction(InteractionKind.REPORT, {"report_id": report_id, "version": row["version"]})
            await ledger.event(message)
            await ledger.close()
        return True


async def request_report(ledger: Ledger) -> str:
    """The id of the session's report that is still to be written: the one that was asked for, else a new version."""
    newest = select(reports.c.id, reports.c.version, reports.c.body.is_(None).label("unwritten"))
    newest = newest.where(reports.c.session_id == ledger.session_id).order_by(reports.c.version.desc()).limit(1)
    row = (await ledger.connection.execute(newest)).one_or_none()
    if row is not None and row.unwritten:
        return str(row.id)
    report_id = new_id()
    await ledger.connection.execute(
        insert(reports).values(
            id=report_id,
            tenant=ledger.row["tenant"],
            session_id=ledger.session_id,
            version=row.version + 1 if row else 1,
            created_at=ledger.now,
        )
    )
    return report_id
