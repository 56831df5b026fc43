"""Sessions: begin, read, list, erase."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import utcnow
from ..errors import AttemptsUsed, CodeAssessError, IdempotencyConflict, NotFound
from ..identity import Principal, Role
from ..limits import NO_LIMITS, Limits
from ..model import AssessmentSession, Attempt, Interaction, InteractionKind, SessionStatus
from . import rows
from .audit import write_audit
from .consents import consent_row
from .database import Database
from .session_room import check_room
from .session_writer import SessionWriter
from .tables import assessments, audit, interactions, reports, sessions, snapshots

_ERASING = 60.0  # seconds for deleting all rows of a long session
_SESSION = tuple(sessions.c[f.name] for f in fields(AssessmentSession))


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions a list shows; None means any."""

    tenant: str
    owner: str | None = None
    status: SessionStatus | None = None
    assessment_id: str | None = None
    created_after: datetime | None = None
    bound: str | None = None  #: only of this assessment: a candidate's credential is for no other
    grader: str | None = None  #: leave out sessions of assessments that name only other graders


class ClosingSession(NamedTuple):
    """A session in its closing round: when the round ends without a message, and when its code last changed."""

    id: str
    until: datetime
    last_update_at: datetime | None


class Sessions:
    """The sessions of all tenants. Ids are UUID strings; other texts are not found."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._erasing = asyncio.Lock()

    async def begin(
        self,
        session: AssessmentSession,
        *,
        idempotency_key: str | None = None,
        digest: str = "",
        attempts: int | None = None,
        agreed: dict[str, Any] | None = None,
        limits: Limits = NO_LIMITS,
    ) -> AssessmentSession:
        """Store a new session. An idempotency key that this owner has used returns the earlier session.

        `attempts` limits the owner's sessions of this assessment. An attempt counts from its first
        update: at the limit, a session without an update is returned again. `agreed` is the candidate's
        consent, with which the record of the session begins.

        Raises:
            IdempotencyConflict: the key was used with another request (`digest`).
            AttemptsUsed: all attempts have an update.
            TooManySessions: the owner or the tenant has as many open ones as `limits` allows.
        """
        if agreed is not None:
            session = replace(session, interaction_count=1)
        values = {f.name: getattr(session, f.name) for f in fields(session)}
        try:
            async with self._database.write() as connection:
                if idempotency_key is None or not await _key_used(connection, session, idempotency_key):
                    unused = await _unused(connection, session, attempts) if attempts is not None else None
                    if unused is not None:
                        return unused
                    await check_room(connection, session, limits)
                await connection.execute(
                    insert(sessions).values(**values, idempotency_key=idempotency_key, idempotency_digest=digest)
                )
                if agreed is not None:
                    await connection.execute(insert(interactions).values(consent_row(session, agreed)))
            return session
        except IntegrityError:
            if idempotency_key is None:
                raise
            return await self.begun_before(session, idempotency_key, digest, otherwise=NotFound())

    async def attempts(self, session: AssessmentSession) -> tuple[Attempt, ...]:
        """The earlier sessions of the same candidate and assessment that have an update, oldest first."""
        if session.assessment_id is None:
            return ()
        newest = (
            select(reports.c.score)
            .where(reports.c.session_id == sessions.c.id, reports.c.body.is_not(None))
            .order_by(reports.c.version.desc())
            .limit(1)
            .scalar_subquery()
        )
        statement = (
            select(sessions.c.id, sessions.c.created_at, sessions.c.status, newest)
            .where(*_same_task(session), sessions.c.snapshot_count > 0, sessions.c.id < session.id)
            .order_by(sessions.c.id)
        )
        async with self._database.read() as connection:
            return tuple(Attempt(*row) for row in await connection.execute(statement))

    async def begun_before(
        self, session: AssessmentSession, key: str | None, digest: str, *, otherwise: CodeAssessError
    ) -> AssessmentSession:
        """The session that the owner began with this idempotency key; without one the error `otherwise` is raised.

        Raises:
            IdempotencyConflict: the key was used with another request (`digest`).
        """
        statement = select(*_SESSION, sessions.c.idempotency_digest).where(
            sessions.c.tenant == session.tenant, sessions.c.owner == session.owner, sessions.c.idempotency_key == key
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().one_or_none() if key is not None else None
        if row is None:
            raise otherwise
        if row["idempotency_digest"] != digest:
            raise IdempotencyConflict()
        return rows.session(row)

    async def get(self, session_id: str) -> AssessmentSession:
        """The session.

        Raises:
            NotFound: no such session.
        """
        async with self._database.read() as connection:
            found = await connection.execute(select(*_SESSION).where(sessions.c.id == session_id))
            row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("There is no such session.")
        return rows.session(row)

    async def list(
        self, wanted: SessionFilter, *, before: str | None = None, limit: int = 100
    ) -> tuple[AssessmentSession, ...]:
        """Up to `limit` sessions that are older than the session `before`, newest first."""
        statement = select(*_SESSION).where(*conditions(wanted, sqlite=self._database.is_sqlite))
        if before is not None:
            statement = statement.where(sessions.c.id < before)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(sessions.c.id.desc()).limit(limit))
            return tuple(rows.session(row) for row in found.mappings())

    async def interactions(
        self, session_id: str, *, after: int = 0, limit: int = 100, kinds: Collection[InteractionKind] | None = None
    ) -> tuple[Interaction, ...]:
        """Up to `limit` interactions with `seq > after`, in order; with `kinds` only those."""
        statement = select(interactions).where(interactions.c.session_id == session_id, interactions.c.seq > after)
        if kinds is not None:
            statement = statement.where(interactions.c.kind.in_(kinds))
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(interactions.c.seq).limit(limit))
            return tuple(rows.interaction(row) for row in found.mappings())

    async def undecided(self, *, quiet_since: datetime, waiting_since: datetime, limit: int = 1_000) -> tuple[str, ...]:
        """Sessions with snapshots newer than their last decision, and either no update after `quiet_since` or
        undecided since before `waiting_since`."""
        statement = (
            select(sessions.c.id)
            .where(sessions.c.undecided_since.is_not(None))
            .where(or_(sessions.c.last_update_at <= quiet_since, sessions.c.undecided_since <= waiting_since))
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def closing(self) -> tuple[ClosingSession, ...]:
        """The sessions in their closing round."""
        columns = (sessions.c.id, sessions.c.closing_until, sessions.c.last_update_at)
        statement = select(*columns).where(sessions.c.closing_until.is_not(None))
        async with self._database.read() as connection:
            return tuple(ClosingSession(*row) for row in await connection.execute(statement))

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The number of the last event of each session."""
        statement = select(sessions.c.id, sessions.c.head_event_seq).where(sessions.c.id.in_(session_ids))
        async with self._database.read() as connection:
            return {row.id: row.head_event_seq for row in await connection.execute(statement)}

    async def erase(self, session_id: str, *, principal: str) -> None:
        """Delete the session and all its rows; the audit records the erasure, and keeps who else had looked at it.

        Raises:
            NotFound: no such session.
        """
        in_line = not self._erasing.locked()  # one at a time: the others keep no connection
        async with (
            self._erasing if in_line else nullcontext(),
            SessionWriter.open(self._database, session_id, utcnow(), within=_ERASING, in_line=in_line) as writer,
        ):
            connection, tenant = writer.connection, writer.row["tenant"]
            await connection.execute(delete(sessions).where(sessions.c.id == session_id))
            # The row is locked: earlier writers have committed, and later ones find no session.
            for table in (interactions, snapshots):
                await connection.execute(delete(table).where(table.c.session_id == session_id))
            # Who else looked at it stays known; what the candidate did, and what a line says of the content, does not.
            theirs = audit.c.principal.in_(("", writer.row["owner"]))
            await connection.execute(delete(audit).where(audit.c.session_id == session_id, theirs))
            author = Principal(name=principal, role=Role.OPERATOR, tenant=tenant)
            await write_audit(connection, author, "session_erased", at=utcnow(), session_id=session_id)
        await self._database.scrub()


def _same_task(session: AssessmentSession) -> tuple[ColumnElement[bool], ...]:
    """The condition: same candidate and assessment, any version."""
    return (
        sessions.c.tenant == session.tenant,
        sessions.c.owner == session.owner,
        sessions.c.assessment_id == session.assessment_id,
    )


async def _key_used(connection: AsyncConnection, session: AssessmentSession, key: str) -> bool:
    statement = select(sessions.c.id).where(
        sessions.c.tenant == session.tenant, sessions.c.owner == session.owner, sessions.c.idempotency_key == key
    )
    return (await connection.execute(statement)).first() is not None


async def _unused(connection: AsyncConnection, session: AssessmentSession, most: int) -> AssessmentSession | None:
    """A session without an update to return instead of a new one, when no attempt is left.

    Raises:
        AttemptsUsed: there is none.
    """
    if connection.dialect.name == "postgresql":  # two requests at once are counted one after the other
        who = f"{session.tenant}/{session.owner}/{session.assessment_id}"
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(who, 0))))
    statement = select(*_SESSION).where(*_same_task(session)).order_by(sessions.c.id)
    begun = [rows.session(row) for row in (await connection.execute(statement)).mappings()]
    if len(begun) < most:
        return None
    waiting = [s for s in begun if s.snapshot_count == 0 and s.status is SessionStatus.ACTIVE]
    if waiting and len(begun) - len(waiting) < most:
        return waiting[-1]
    raise AttemptsUsed(f"All attempts at this assessment are used ({most}).", attempts=most)


def conditions(wanted: SessionFilter, *, sqlite: bool) -> list[ColumnElement[bool]]:
    """The conditions of a filter."""
    found: list[ColumnElement[bool]] = [sessions.c.tenant == wanted.tenant]
    equal = (("owner", wanted.owner), ("assessment_id", wanted.assessment_id), ("assessment_id", wanted.bound))
    for column, value in equal:
        if value is not None:
            found.append(sessions.c[column] == value)
    if wanted.status is not None:
        found.append(_has_status(wanted.status))
    if wanted.created_after is not None:
        found.append(sessions.c.created_at > wanted.created_after)
    if wanted.grader is not None:
        found.append(_open_to(wanted.grader, sqlite=sqlite))
    return found


def _has_status(status: SessionStatus) -> ColumnElement[bool]:
    """The condition for a status. In the closing round the stored status is active: code is still recorded."""
    if status in (SessionStatus.ACTIVE, SessionStatus.CLOSING):
        closing = sessions.c.closing_until
        round_ = closing.is_(None) if status is SessionStatus.ACTIVE else closing.is_not(None)
        return (sessions.c.status == SessionStatus.ACTIVE) & round_
    return sessions.c.status == status


def _open_to(grader: str, *, sqlite: bool) -> ColumnElement[bool]:
    """The condition: no assessment, or one that names no graders or this grader."""
    graders = assessments.c.graders
    named: ColumnElement[bool]
    if sqlite:
        names = func.json_each(graders).table_valued("value")
        named = exists(select(1).select_from(names).where(names.c.value == grader))
        how_many = func.json_array_length(graders)
    else:
        named = type_coerce(graders, JSONB).contains([grader])
        how_many = func.jsonb_array_length(graders)
    of_session = (assessments.c.id == sessions.c.assessment_id) & (
        assessments.c.version == sessions.c.assessment_version
    )
    return ~exists(select(1).select_from(assessments).where(of_session, how_many > 0, ~named))
