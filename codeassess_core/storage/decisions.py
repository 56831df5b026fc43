"""Stored decisions, and the context of the next one. `Questions.decide` stores decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import NotFound
from ..model import Decision, InteractionKind, Moment, QuestionStatus, RecordedDecision, SessionStatus
from . import rows
from .database import Database
from .session_writer import SessionWriter
from .tables import decisions, interactions, questions, sessions

UNSETTLED = (QuestionStatus.PENDING, QuestionStatus.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """The counters and times of a session that a decision depends on."""

    decided_snapshot: int
    snapshot_count: int
    undecided_since: datetime | None
    last_question_at: datetime | None
    last_deferred_at: datetime | None
    questions_asked: int
    question_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A recorded paste: its lines in snapshot `snapshot`."""

    snapshot: int
    start_line: int
    end_line: int


class Decisions:
    """The decisions of all sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_session(self, session_id: str) -> tuple[RecordedDecision, ...]:
        """All decisions of a session, asked and suppressed, in order."""
        statement = select(decisions).where(decisions.c.session_id == session_id).order_by(decisions.c.number)
        async with self._database.read() as connection:
            return tuple(rows.recorded_decision(row) for row in (await connection.execute(statement)).mappings())

    async def list(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[RecordedDecision, ...]:
        """Up to `limit` decisions with a number greater than `after`, in order."""
        statement = select(decisions).where(decisions.c.session_id == session_id, decisions.c.number > after)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(decisions.c.number).limit(limit))
            return tuple(rows.recorded_decision(row) for row in found.mappings())

    async def decision_context(self, session_id: str) -> DecisionContext:
        """What a decision depends on besides the code.

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
        return DecisionContext(
            **dict(zip(names, row[:-1], strict=True)), questions_asked=row.question_count, question_open=question_open
        )

    async def asked_about(self, session_id: str) -> tuple[tuple[str, int], ...]:
        """The documents that questions were about: their names at that time, and the numbers of the snapshots."""
        statement = select(questions.c.document, questions.c.snapshot).where(
            questions.c.session_id == session_id, questions.c.status != QuestionStatus.WITHDRAWN
        )
        async with self._database.read() as connection:
            return tuple((row.document, row.snapshot) for row in await connection.execute(statement))

    async def pastes(self, session_id: str, *, after: int) -> tuple[Pasted, ...]:
        """The pastes recorded with a snapshot number greater than `after`."""
        statement = select(interactions.c.payload).where(
            interactions.c.session_id == session_id,
            interactions.c.seq > after,  # a seq is never below the snapshot's number
            interactions.c.kind == InteractionKind.CODE_UPDATE,
            interactions.c.payload.is_not(None),
        )
        async with self._database.read() as connection:
            payloads = (await connection.execute(statement.order_by(interactions.c.seq))).scalars().all()
        return tuple(
            Pasted(snapshot=p["snapshot"], **p["pasted"]) for p in payloads if "pasted" in p and p["snapshot"] > after
        )


async def unsettled(connection: AsyncConnection, session_id: str) -> bool:
    """True when a question of the session is pending or open."""
    statement = select(questions.c.id).where(questions.c.session_id == session_id, questions.c.status.in_(UNSETTLED))
    return (await connection.execute(statement.limit(1))).first() is not None


def is_due(writer: SessionWriter, decision: Decision, upto: int) -> bool:
    """True when the session is active and no other decision covers the snapshots up to `upto`."""
    if writer.row["status"] != SessionStatus.ACTIVE:
        return False
    closing = writer.row["closing_until"] is not None
    if closing != (decision.moment is Moment.CLOSING):
        return False
    decided: int = writer.row["decided_snapshot"]
    return decided < upto or (decided == upto and decision.moment is not Moment.PAUSE)


async def insert_decision(
    writer: SessionWriter, decision: Decision, *, upto: int, question_id: str | None
) -> RecordedDecision:
    """Store a decision about all snapshots up to `upto`, and note in the session that they are decided."""
    number = await _next_number(writer.connection, writer.session_id)
    await writer.connection.execute(
        insert(decisions).values(
            session_id=writer.session_id,
            number=number,
            tenant=writer.row["tenant"],
            snapshot=upto,
            question_id=question_id,
            created_at=writer.now,
            **rows.plain(decision),
        )
    )
    writer.row["decided_snapshot"] = upto
    writer.row["undecided_since"] = None if writer.row["snapshot_count"] == upto else writer.now
    return RecordedDecision(
        snapshot=upto, number=number, decision=decision, question_id=question_id, created_at=writer.now
    )


async def _next_number(connection: AsyncConnection, session_id: str) -> int:
    last = await connection.scalar(select(func.max(decisions.c.number)).where(decisions.c.session_id == session_id))
    return (last or 0) + 1


async def decide_again(writer: SessionWriter, question_id: str) -> None:
    """Decide again about the snapshots that came while this question was being written."""
    decided = await writer.connection.scalar(
        select(decisions.c.snapshot).where(
            decisions.c.session_id == writer.session_id, decisions.c.question_id == question_id
        )
    )
    if (
        decided is not None
        and writer.row["decided_snapshot"] > decided
        and writer.row["status"] == SessionStatus.ACTIVE
    ):
        writer.row.update(decided_snapshot=decided, undecided_since=writer.now)
