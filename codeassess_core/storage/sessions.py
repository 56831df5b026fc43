"""Sessions: begun, read, listed, erased."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from ..clock import new_id, utcnow
from ..errors import IdempotencyConflict, NotFound
from ..model import AssessmentSession, Interaction, InteractionKind, SessionStatus
from . import rows
from .database import Database
from .tables import assessments, audit, interactions, sessions, snapshots

_SESSION = tuple(sessions.c[f.name] for f in fields(AssessmentSession))


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions a list shows; None means any."""

    tenant: str
    owner: str | None = None
    status: SessionStatus | None = None
    assessment_id: str | None = None
    created_after: datetime | None = None
    grader: str | None = None  #: leave out the sessions of assessments that name other graders


class Sessions:
    """The sessions of all tenants. Ids are UUID strings; anything else is simply not found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, session: AssessmentSession, *, idempotency_key: str | None = None, digest: str = ""
    ) -> AssessmentSession:
        """Store a new session; with a key that this owner has used, the one that was stored then.

        Raises:
            IdempotencyConflict: the key was used with another request (`digest`).
        """
        values = {f.name: getattr(session, f.name) for f in fields(session)}
        try:
            async with self._database.write() as connection:
                await connection.execute(
                    insert(sessions).values(**values, idempotency_key=idempotency_key, idempotency_digest=digest)
                )
            return session
        except IntegrityError:
            if idempotency_key is None:
                raise
            return await self._begun_before(session, idempotency_key, digest)

    async def _begun_before(self, session: AssessmentSession, key: str, digest: str) -> AssessmentSession:
        statement = select(*_SESSION, sessions.c.idempotency_digest).where(
            sessions.c.tenant == session.tenant, sessions.c.owner == session.owner, sessions.c.idempotency_key == key
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().one()
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
        """Up to `limit` sessions, the newest first, those older than the session `before`."""
        statement = select(*_SESSION).where(sessions.c.tenant == wanted.tenant)
        for column, value in (
            ("owner", wanted.owner),
            ("status", wanted.status),
            ("assessment_id", wanted.assessment_id),
        ):
            if value is not None:
                statement = statement.where(sessions.c[column] == value)
        if wanted.created_after is not None:
            statement = statement.where(sessions.c.created_at > wanted.created_after)
        if wanted.grader is not None:
            statement = statement.where(_open_to(wanted.grader, sqlite=self._database.is_sqlite))
        if before is not None:
            statement = statement.where(sessions.c.id < before)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(sessions.c.id.desc()).limit(limit))
            return tuple(rows.session(row) for row in found.mappings())

    async def interactions(
        self, session_id: str, *, after: int = 0, limit: int = 100, kinds: Collection[InteractionKind] | None = None
    ) -> tuple[Interaction, ...]:
        """Up to `limit` interactions with `seq > after`, in order; only of these kinds, when they are named."""
        statement = select(interactions).where(interactions.c.session_id == session_id, interactions.c.seq > after)
        if kinds is not None:
            statement = statement.where(interactions.c.kind.in_(kinds))
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(interactions.c.seq).limit(limit))
            return tuple(rows.interaction(row) for row in found.mappings())

    async def undecided(self, *, quiet_since: datetime, waiting_since: datetime, limit: int = 1_000) -> tuple[str, ...]:
        """Sessions with snapshots newer than their last decision: no update after the one moment, or undecided
        since before the other."""
        statement = (
            select(sessions.c.id)
            .where(sessions.c.undecided_since.is_not(None))
            .where(or_(sessions.c.last_update_at <= quiet_since, sessions.c.undecided_since <= waiting_since))
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def heads(self, session_ids: Sequence[str]) -> dict[str, int]:
        """The number of the last event of each session."""
        statement = select(sessions.c.id, sessions.c.head_event_seq).where(sessions.c.id.in_(session_ids))
        async with self._database.read() as connection:
            return {row.id: row.head_event_seq for row in await connection.execute(statement)}

    async def erase(self, session_id: str, *, principal: str) -> None:
        """Delete the session and all that hangs on it; the audit keeps that it happened, not what it was.

        Raises:
            NotFound: no such session.
        """
        async with self._database.write() as connection:
            gone = await connection.execute(
                delete(sessions).where(sessions.c.id == session_id).returning(sessions.c.tenant)
            )
            tenant = gone.scalar_one_or_none()
            if tenant is None:
                raise NotFound("There is no such session.")
            # The row's lock is held: who was writing has committed, and who comes finds no session to write to.
            for table in (interactions, snapshots, audit):
                await connection.execute(delete(table).where(table.c.session_id == session_id))
            await connection.execute(insert(audit).values(_erasure(tenant, session_id, principal)))


def _open_to(grader: str, *, sqlite: bool) -> ColumnElement[bool]:
    """Sessions without an assessment, or whose assessment names no graders or this one."""
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


def _erasure(tenant: str, session_id: str, principal: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "tenant": tenant,
        "session_id": session_id,
        "principal": principal,
        "action": "session_erased",
        "detail": {},
        "created_at": utcnow(),
    }
