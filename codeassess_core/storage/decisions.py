"""What was decided, and what the next decision has to know. Decisions are stored by `Questions.decide`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import NotFound
from ..model import InteractionKind, QuestionStatus, RecordedDecision
from . import rows
from .database import Database
from .tables import decisions, interactions, questions, sessions

UNSETTLED = (QuestionStatus.PENDING, QuestionStatus.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a session stands when a decision is due."""

    decided_snapshot: int
    snapshot_count: int
    undecided_since: datetime | None
    last_question_at: datetime | None
    last_deferred_at: datetime | None
    questions_asked: int
    question_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A paste as it was recorded: the lines, at snapshot `snapshot`."""

    snapshot: int
    start_line: int
    end_line: int


class Decisions:
    """The decisions of all sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_session(self, session_id: str) -> tuple[RecordedDecision, ...]:
        """All decisions of a session, asked and suppressed, in order."""
        statement = select(decisions).where(decisions.c.session_id == session_id).order_by(decisions.c.snapshot)
        async with self._database.read() as connection:
            return tuple(rows.recorded_decision(row) for row in (await connection.execute(statement)).mappings())

    async def list(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[RecordedDecision, ...]:
        """Up to `limit` decisions about snapshots with a number greater than `after`, in order."""
        statement = select(decisions).where(decisions.c.session_id == session_id, decisions.c.snapshot > after)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(decisions.c.snapshot).limit(limit))
            return tuple(rows.recorded_decision(row) for row in found.mappings())

    async def standing(self, session_id: str) -> Standing:
        """What a decision has to know besides the code.

        Raises:
            NotFound: no such session.
        """
        names = ("decided_snapshot", "snapshot_count", "undecided_since", "last_question_at", "last_deferred_at")
        columns = [sessions.c[name] for name in names]
        async with self._database.read() as connection:
            found = await connection.execute(
                select(*columns, sessions.c.question_count).where(sessions.c.id == session_id)
            )
            row = found.one_or_none()
            if row is None:
                raise NotFound("There is no such session.")
            question_open = await unsettled(connection, session_id)
        return Standing(
            **dict(zip(names, row[:-1], strict=True)), questions_asked=row.question_count, question_open=question_open
        )

    async def last_asked_about(self, session_id: str, document: str) -> int | None:
        """The snapshot of `document` that was last asked about, or None."""
        statement = (
            select(questions.c.snapshot)
            .where(questions.c.session_id == session_id, questions.c.document == document)
            .where(questions.c.status != QuestionStatus.WITHDRAWN)
            .order_by(questions.c.snapshot.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            return await connection.scalar(statement)

    async def pastes(self, session_id: str, *, after: int) -> tuple[Pasted, ...]:
        """The pastes recorded with a snapshot number greater than `after`."""
        statement = select(interactions.c.payload).where(
            interactions.c.session_id == session_id,
            interactions.c.seq > after,  # never less than the snapshot's number
            interactions.c.kind == InteractionKind.CODE_UPDATE,
            interactions.c.payload.is_not(None),
        )
        async with self._database.read() as connection:
            payloads = (await connection.execute(statement.order_by(interactions.c.seq))).scalars().all()
        return tuple(
            Pasted(snapshot=p["snapshot"], **p["pasted"]) for p in payloads if "pasted" in p and p["snapshot"] > after
        )


async def unsettled(connection: AsyncConnection, session_id: str) -> bool:
    """Is a question of the session being written, or open?"""
    statement = select(questions.c.id).where(questions.c.session_id == session_id, questions.c.status.in_(UNSETTLED))
    return (await connection.execute(statement.limit(1))).first() is not None
