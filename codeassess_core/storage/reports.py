"""Reports: asked for once, built once, immutable from then on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, new_id
from ..errors import NotFound, ReportNotReady
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
        """The newest version; errors as of `get`."""
        return await self.get(session_id)

    async def get(self, session_id: str, version: int | None = None) -> Report:
        """One version, by default the newest.

        Raises:
            ReportNotReady: none was asked for, or it is being built; `detail` says which.
            NotFound: there is no such version.
        """
        async with self._database.read() as connection:
            return await read_report(connection, session_id, version)

    async def publish(self, report_id: str, body: dict[str, Any], *, message: dict[str, Any]) -> bool:
        """Store the report, end the session and tell its clients. False when that was done before."""
        async with self._database.write() as connection:
            row = (await connection.execute(select(reports).where(reports.c.id == report_id))).mappings().one_or_none()
            if row is None:
                return False
            ledger = await Ledger.lock(connection, row["session_id"], self._clock())
            stored = await connection.execute(
                update(reports)
                .where(reports.c.id == report_id, reports.c.body.is_(None))
                .values(body=body, **_shown_in_lists(body))
            )
            if stored.rowcount == 0:
                return False
            ledger.row.update(status=SessionStatus.ENDED, ended_at=ledger.now)
            await ledger.interaction(InteractionKind.REPORT, {"report_id": report_id, "version": row["version"]})
            await ledger.event(message)
            await ledger.close()
        return True


def _shown_in_lists(body: dict[str, Any]) -> dict[str, Any]:
    """Copies out of the body, so that a list of sessions need not read the bodies."""
    overall = body.get("overall", {})
    return {"score": overall.get("score"), "provisional": overall.get("provisional")}


async def read_report(connection: AsyncConnection, session_id: str, version: int | None = None) -> Report:
    """One version inside the caller's transaction; errors as of `Reports.get`."""
    statement = select(reports).where(reports.c.session_id == session_id).order_by(reports.c.version.desc()).limit(1)
    if version is not None:
        statement = statement.where(reports.c.version <= version)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise ReportNotReady("No report was asked for: POST generate-report first.", state="not_requested")
    if version not in (None, row["version"]):
        raise NotFound(f"The report has no version {version}; the newest is {row['version']}.")
    if row["body"] is None:
        raise ReportNotReady("The report is being written.", state="in_progress")
    return rows.report(row)


async def insert_version(ledger: Ledger, version: int, body: dict[str, Any] | None = None) -> str:
    """Store a new version, to be written later without a body; returns its id."""
    report_id = new_id()
    row = {
        "id": report_id,
        "tenant": ledger.row["tenant"],
        "session_id": ledger.session_id,
        "version": version,
        "created_at": ledger.now,
    }
    if body is not None:
        row |= {"body": body, **_shown_in_lists(body)}
    await ledger.connection.execute(insert(reports).values(row))
    return report_id


async def request_report(ledger: Ledger) -> str:
    """The id of the session's report that is still to be written: the one that was asked for, else a new version."""
    newest = select(reports.c.id, reports.c.version, reports.c.body.is_(None).label("unwritten"))
    newest = newest.where(reports.c.session_id == ledger.session_id).order_by(reports.c.version.desc()).limit(1)
    row = (await ledger.connection.execute(newest)).one_or_none()
    if row is not None and row.unwritten:
        return str(row.id)
    return await insert_version(ledger, row.version + 1 if row else 1)
