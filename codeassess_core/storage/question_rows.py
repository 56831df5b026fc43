"""Questions as rows, inside the transaction of a caller."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import new_id
from ..model import Decision, Provenance, Question, QuestionStatus
from . import rows
from .decisions import decide_again
from .session_writer import SessionWriter
from .tables import questions


async def read_question(connection: AsyncConnection, question_id: str) -> Question | None:
    """The question, or None, inside the caller's transaction."""
    found = await connection.execute(select(questions).where(questions.c.id == question_id))
    row = found.mappings().one_or_none()
    return rows.question(row) if row else None


async def answers_under_way(connection: AsyncConnection, session_id: str) -> bool:
    """Is any answer of the session still being evaluated?"""
    statement = select(questions.c.id).where(
        questions.c.session_id == session_id, questions.c.status == QuestionStatus.ANSWERED
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def take_back(writer: SessionWriter, question_id: str) -> None:
    """Undo what a withdrawn question changed in the session: it neither counts nor delays the next one."""
    writer.row["question_count"] -= 1
    writer.row["last_question_at"] = await _last_asked_at(writer)
    await decide_again(writer, question_id)
    writer.closing_goes_on()


async def _last_asked_at(writer: SessionWriter) -> datetime | None:
    """When the last question that was not withdrawn was decided; None: there is none."""
    statement = select(func.max(questions.c.created_at)).where(
        questions.c.session_id == writer.session_id, questions.c.status != QuestionStatus.WITHDRAWN
    )
    found: datetime | None = await writer.connection.scalar(statement)
    return found


async def session_of(connection: AsyncConnection, question_id: str) -> str | None:
    """The id of the session that the question is of; None: it was erased."""
    return await connection.scalar(select(questions.c.session_id).where(questions.c.id == question_id))


async def insert_question(
    writer: SessionWriter, decision: Decision, *, snapshot: int, document: str, planned: Provenance | None = None
) -> str:
    """Store the question of a decision as pending, count it in the session, and return its id."""
    question_id = new_id()
    writer.row["question_count"] += 1
    writer.row["last_question_at"] = writer.now
    await writer.connection.execute(
        insert(questions).values(
            id=question_id,
            tenant=writer.row["tenant"],
            session_id=writer.session_id,
            status=QuestionStatus.PENDING,
            rule=decision.rule,
            document=document,
            snapshot=snapshot,
            start_line=decision.start_line or 1,
            end_line=decision.end_line or decision.start_line or 1,
            provenance=rows.plain(planned) if planned else None,
            created_at=writer.now,
        )
    )
    return question_id
