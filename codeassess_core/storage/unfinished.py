"""The jobs that are still missing according to the record, independent of the tables of DBOS.

A pending question, an answer without an outcome, a finished session without a report. After an
upgrade or a restored backup, the tables of DBOS may not have these jobs, or may have them as done.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, select

from ..clock import Clock
from ..errors import NotFound
from ..model import QuestionStatus, SessionStatus
from .database import Database
from .reports import request_report
from .session_writer import SessionWriter
from .tables import questions, reports, sessions

_FINISHING = sessions.c.status == SessionStatus.FINISHING


class Unfinished:
    """Finds the missing jobs."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def jobs(self) -> tuple[tuple[str, str], ...]:
        """The missing jobs: kind and subject."""
        await self._ask_for_reports()
        kinds = {
            "ask": _questions(questions.c.status == QuestionStatus.PENDING),
            "evaluate": _questions(questions.c.status == QuestionStatus.ANSWERED),
            "report": _reports(),
        }
        found: list[tuple[str, str]] = []
        async with self._database.read() as connection:
            for kind, statement in kinds.items():
                found += [(kind, str(subject)) for subject in await connection.scalars(statement)]
        return tuple(found)

    async def _ask_for_reports(self) -> None:
        """Request a report for each finishing session without one: it has failed, or was lost."""
        none = ~exists().where(reports.c.session_id == sessions.c.id)
        async with self._database.read() as connection:
            found = (await connection.execute(select(sessions.c.id).where(_FINISHING, none))).scalars().all()
        for session_id in found:
            await self._ask_for_report(session_id)

    async def _ask_for_report(self, session_id: str) -> None:
        try:
            async with SessionWriter.open(self._database, session_id, self._clock()) as writer:
                if writer.row["status"] == SessionStatus.FINISHING:
                    await request_report(writer)
                    await writer.close()
        except NotFound:  # it was erased at the same time
            return


def _questions(which: ColumnElement[bool]) -> Select[tuple[str]]:
    return select(questions.c.id).where(which).order_by(questions.c.id)


def _reports() -> Select[tuple[str]]:
    """The unwritten reports of sessions in which no answer is being evaluated."""
    waits = exists().where(questions.c.session_id == sessions.c.id, questions.c.status == QuestionStatus.ANSWERED)
    statement = select(reports.c.id).join(sessions, sessions.c.id == reports.c.session_id)
    return statement.where(_FINISHING, reports.c.body.is_(None), ~waits).order_by(reports.c.id)
