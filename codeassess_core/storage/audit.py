"""The audit: who did what to which object, from where, with which outcome.

A change writes its line in the transaction in which it is made (`write_audit`). Accesses and refusals come from the
faces, through `access_log`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import new_id
from ..identity import Principal, Role
from ..origin import origin
from .database import Database
from .tables import audit

NOBODY = Principal(name="", role=Role.CANDIDATE)
"""Who did something, when only the connection is known."""
DONE: Final = "done"
"""The outcome of what was not refused."""
_BATCH: Final = 5_000  # lines that are deleted at once, so that nobody waits long for the lock
_LONGEST_ADDRESS: Final = 100
_REPEATED: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """Who did what to which object. `principal` is empty when only the connection is known."""

    id: str
    created_at: datetime
    tenant: str
    session_id: str | None
    action: str
    principal: str
    role: str
    object: str  #: its kind; empty where the action says it
    object_id: str  #: of what is no session
    outcome: str  #: `DONE`, or the code of the refusal
    via: str  #: the way in
    address: str
    count: int  #: how often within a minute
    last_at: datetime | None  #: of the last one, where there were several
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which lines of a tenant are listed; None means any."""

    tenant: str
    session_id: str | None = None
    principal: str | None = None
    action: str | None = None
    since: datetime | None = None
    refused: bool = False  #: only refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """A line to be stored by `Audit.add`: an access, allowed or refused."""

    author: Principal
    known: bool  #: is it known who asked?
    action: str
    object: str
    object_id: str = ""
    session_id: str | None = None
    outcome: str = DONE
    via: str = ""
    address: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


class Audit:
    """The audit of all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, wanted: AuditFilter, *, before: str | None = None, limit: int = 100
    ) -> tuple[AuditRecord, ...]:
        """Up to `limit` lines that are older than the line `before`, the newest first."""
        names = [field.name for field in fields(AuditRecord)]
        statement = select(*(audit.c[name] for name in names)).where(audit.c.tenant == wanted.tenant)
        for column in ("session_id", "principal", "action"):
            if getattr(wanted, column) is not None:
                statement = statement.where(audit.c[column] == getattr(wanted, column))
        if wanted.since is not None:
            statement = statement.where(audit.c.created_at >= wanted.since)
        if wanted.refused:
            statement = statement.where(audit.c.outcome != DONE)
        if before is not None:
            statement = statement.where(audit.c.id < before)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(audit.c.id.desc()).limit(limit))
            return tuple(AuditRecord(**row) for row in found.mappings())

    async def add(self, new: Sequence[dict[str, Any]], counts: Sequence[dict[str, Any]] = ()) -> None:
        """Store new lines, as `row_of` makes them, and the `count` and `last_at` of lines with an `id`.

        A line that an earlier try has stored is stored once.
        """
        adding = (sqlite if self._database.is_sqlite else postgresql).insert(audit).on_conflict_do_nothing()
        async with self._database.write() as connection:
            if new:
                await connection.execute(adding, list(new))
            if counts:
                counted = update(audit).where(audit.c.id == bindparam("line"))
                values: dict[str, Any] = {"count": bindparam("n"), "last_at": bindparam("at")}
                await connection.execute(
                    counted.values(values), [{"line": c["id"], "n": c["count"], "at": c["last_at"]} for c in counts]
                )

    async def forget(self, *, before: datetime) -> int:
        """Delete the lines that are older than `before`; returns how many."""
        gone = 0
        old = select(audit.c.id).where(audit.c.created_at < before).limit(_BATCH)
        while True:
            async with self._database.write() as connection:
                done = (await connection.execute(delete(audit).where(audit.c.id.in_(old.scalar_subquery())))).rowcount
            gone += done
            if done < _BATCH:
                return gone


def row_of(line: AuditLine, *, at: datetime) -> dict[str, Any]:
    """The line as a row of the table."""
    return {
        "id": new_id(),
        "tenant": line.author.tenant,
        "session_id": line.session_id,
        "principal": line.author.name if line.known else "",
        "role": str(line.author.role) if line.known else "",
        "action": line.action,
        "object": line.object,
        "object_id": line.object_id,
        "outcome": line.outcome,
        "via": line.via,
        "address": line.address[:_LONGEST_ADDRESS],
        "count": 1,
        "detail": dict(line.detail),
        "created_at": at,
        "last_at": None,
    }


async def write_audit(
    connection: AsyncConnection,
    author: Principal,
    action: str,
    *,
    at: datetime,
    object: tuple[str, str] = ("", ""),
    session_id: str | None = None,
    detail: dict[str, Any] | None = None,
    outcome: str = DONE,
) -> None:
    """Write that `author` did `action` at `at`, in the transaction in which it is done.

    `object` is the kind and the id of what it was done to, unless it is a session. `detail` says more, without the
    text of candidates and without any code or token.
    """
    author = author if author.name else replace(author, name=origin().user, role=Role.OPERATOR)
    line = AuditLine(
        author=author,
        known=bool(author.name),
        action=action,
        object=object[0] or ("session" if session_id is not None else ""),
        object_id=object[1],
        session_id=session_id,
        outcome=outcome,
        via=origin().via,
        address=origin().address,
        detail=detail or {},
    )
    await connection.execute(insert(audit).values(row_of(line, at=at)))


async def count_again(connection: AsyncConnection, session_id: str, action: str, *, at: datetime) -> bool:
    """Count one more of a session's newest line of this action, when that is of the last minute. False: it is not."""
    newest = (
        select(audit.c.id)
        .where(audit.c.session_id == session_id, audit.c.action == action, audit.c.created_at > at - _REPEATED)
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    line = await connection.scalar(newest)
    if line is None:
        return False
    await connection.execute(update(audit).where(audit.c.id == line).values(count=audit.c.count + 1, last_at=at))
    return True
