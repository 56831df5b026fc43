"""Reports: requested once, built once, then immutable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, new_id
from ..errors import NotFound, ReportNotReady
from ..model import InteractionKind, Report, SessionStatus
from ..ports import Jobs
from . import rows
from .audit import NOBODY, write_audit
from .database import Database
from .session_writer import SessionWriter
from .tables import reports, sessions


class Reports:
    """The reports of all sessions."""

    def __init__(self, database: Database, *, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def found(self, report_id: str) -> str:
        """The id of the session that the report is of.

        Raises:
            NotFound: no such report; its session may have been erased.
        """
        session_id = await self.session_of(report_id)
        if session_id is None:
            raise NotFound("There is no such report.")
        return session_id

    async def session_of(self, report_id: str) -> str | None:
        """The session of a report; None when it was erased."""
        async with self._database.read() as connection:
            return await connection.scalar(select(reports.c.session_id).where(reports.c.id == report_id))

    async def latest(self, session_id: str) -> Report:
        """The newest version; errors as of `get`."""
        return await self.get(session_id)

    async def get(self, session_id: str, version: int | None = None) -> Report:
        """One version, by default the newest.

        Raises:
            ReportNotReady: none was requested, it is being built, or it has failed; `detail` says which.
            NotFound: there is no such version.
        """
        async with self._database.read() as connection:
            return await read_report(connection, session_id, version)

    async def publish(
        self, report_id: str, body: dict[str, Any], *, message: dict[str, Any], withheld: Sequence[dict[str, Any]] = ()
    ) -> bool:
        """Store the report, end the session and add the events. False when that was done before.

        `withheld` are the messages of evaluations that clients get only now, before `message`.
        """
        session_id = await self.session_of(report_id)
        if session_id is None:
            return False
        async with SessionWriter.open(self._database, session_id, self._clock()) as writer:
            await self._jobs.guard(writer.connection)
            stored = await writer.connection.scalar(
                update(reports)
                .where(reports.c.id == report_id, reports.c.body.is_(None))
                .values(body=body, **_shown_in_lists(body))
                .returning(reports.c.version)
            )
            if stored is None:
                return False
            writer.row.update(status=SessionStatus.ENDED, ended_at=writer.now)
            await writer.interaction(InteractionKind.REPORT, {"report_id": report_id, "version": stored})
            for one in (*withheld, message):
                await writer.event(one)
            await writer.close()
        return True

    async def failed(self, report_id: str, *, reason: str) -> bool:
        """Mark the report as failed; the audit has the reason, and it may be requested again. False: done before."""
        session_id = await self.session_of(report_id)
        if session_id is None:
            return False
        async with SessionWriter.open(self._database, session_id, self._clock()) as writer:
            await self._jobs.guard(writer.connection)
            unwritten = delete(reports).where(reports.c.id == report_id, reports.c.body.is_(None))
            if (await writer.connection.execute(unwritten)).rowcount == 0:
                return False
            nobody = replace(NOBODY, tenant=writer.row["tenant"])
            detail = {"reason": reason}
            await write_audit(
                writer.connection, nobody, "report_failed", at=writer.now, session_id=session_id, detail=detail
            )
            await writer.close()
        return True


def _shown_in_lists(body: dict[str, Any]) -> dict[str, Any]:
    """Values copied from the body, so that lists of sessions do not read the bodies."""
    overall = body.get("overall", {})
    return {name: overall.get(name) for name in ("score", "provisional", "score_min", "score_max")}


async def read_report(connection: AsyncConnection, session_id: str, version: int | None = None) -> Report:
    """One version inside the caller's transaction; errors as of `Reports.get`."""
    statement = select(reports).where(reports.c.session_id == session_id).order_by(reports.c.version.desc()).limit(1)
    if version is not None:
        statement = statement.where(reports.c.version <= version)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise await _without_report(connection, session_id)
    if version not in (None, row["version"]):
        raise NotFound(f"The report has no version {version}; the newest is {row['version']}.")
    if row["body"] is None:
        raise ReportNotReady("The report is being written.", state="in_progress")
    return rows.report(row)


async def _without_report(connection: AsyncConnection, session_id: str) -> ReportNotReady:
    """The error for a session without a report; when the session is finishing, its report has failed."""
    status = await connection.scalar(select(sessions.c.status).where(sessions.c.id == session_id))
    if status == SessionStatus.FINISHING:
        message = "The report could not be written; the audit and the log say why. POST generate-report tries again."
        return ReportNotReady(message, state="failed")
    return ReportNotReady("No report was asked for: POST generate-report first.", state="not_requested")


async def insert_version(writer: SessionWriter, version: int, body: dict[str, Any] | None = None) -> str:
    """Store a new version and return its id; without a body it is still to be written."""
    report_id = new_id()
    row = {
        "id": report_id,
        "tenant": writer.row["tenant"],
        "session_id": writer.session_id,
        "version": version,
        "created_at": writer.now,
    }
    if body is not None:
        row |= {"body": body, **_shown_in_lists(body)}
    await writer.connection.execute(insert(reports).values(row))
    return report_id


async def request_report(writer: SessionWriter) -> str:
    """The id of the session's unwritten report; without one a new version is made."""
    newest = select(reports.c.id, reports.c.version, reports.c.body.is_(None).label("unwritten"))
    newest = newest.where(reports.c.session_id == writer.session_id).order_by(reports.c.version.desc()).limit(1)
    row = (await writer.connection.execute(newest)).one_or_none()
    if row is not None and row.unwritten:
        return str(row.id)
    return await insert_version(writer, row.version + 1 if row else 1)
