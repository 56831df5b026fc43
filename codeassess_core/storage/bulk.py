"""The three statements of a group commit, written for many sessions at once.

Measured: as single ORM inserts the same rows cost ten times the CPU. On Postgres each
statement is one round trip over arrays (bytea in binary: as text it costs five times as
much); SQLite has no arrays and no round trips, so there `executemany` serves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .tables import interactions, sessions, snapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """One code_update: a row of `interactions` and a row of `snapshots`."""

    session_id: str
    tenant: str
    seq: int
    id: str
    client_seq: int | None
    payload: dict[str, Any] | None
    n: int
    document: str
    keyframe: int
    form: str
    body: bytes
    sha256: bytes
    bytes: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """The new counters of one session."""

    session_id: str
    acked_seq: int
    interaction_count: int
    snapshot_count: int
    last_update_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """What the recorder needs of a session's row while it holds the lock."""

    id: str
    tenant: str
    status: str
    acked_seq: int
    interaction_count: int
    snapshot_count: int


class Bulk(Protocol):
    """How one kind of database takes a batch, inside the caller's transaction."""

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> list[Locked]: ...

    async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None: ...

    async def advance(self, connection: AsyncConnection, advances: Sequence[Advance]) -> None: ...


_LOCKED = (
    sessions.c.id,
    sessions.c.tenant,
    sessions.c.status,
    sessions.c.acked_seq,
    sessions.c.interaction_count,
    sessions.c.snapshot_count,
)


class SqliteBulk:
    """The transaction already holds the write lock (BEGIN IMMEDIATE), so `lock` only reads."""

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> list[Locked]:
        found = await connection.execute(select(*_LOCKED).where(sessions.c.id.in_(ids)))
        return [Locked(**row) for row in found.mappings()]

    async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None:
        await connection.execute(insert(interactions), [_interaction(row) for row in rows])
        await connection.execute(insert(snapshots), [_snapshot(row) for row in rows])

    async def advance(self, connection: AsyncConnection, advances: Sequence[Advance]) -> None:
        statement = (
            update(sessions)
            .where(sessions.c.id == bindparam("session_id"))
            .values(
                {
                    "acked_seq": bindparam("acked"),
                    "interaction_count": bindparam("count"),
                    "snapshot_count": bindparam("n"),
                    "last_update_at": bindparam("at"),
                    "undecided_since": func.coalesce(sessions.c.undecided_since, bindparam("at")),
                }
            )
        )
        await connection.execute(statement, [_advance(a) for a in advances])


def _interaction(row: CodeRow) -> dict[str, Any]:
    names = ("session_id", "tenant", "seq", "id", "client_seq", "payload", "created_at")
    return {name: getattr(row, name) for name in names} | {"kind": "code_update"}


def _snapshot(row: CodeRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in snapshots.columns}


def _advance(advance: Advance) -> dict[str, Any]:
    return {
        "session_id": advance.session_id,
        "acked": advance.acked_seq,
        "count": advance.interaction_count,
        "n": advance.snapshot_count,
        "at": advance.last_update_at,
    }


class PostgresBulk:
    """One round trip a statement, over arrays, in the driver's own SQL: SQLAlchemy knows no arrays of rows."""

    _LOCK = """
        SELECT id::text, tenant, status, acked_seq, interaction_count, snapshot_count
        FROM sessions WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE
    """
    # The CTE makes the two inserts one statement; the order of arrays is the order of CodeRow.
    _INSERT = """
        WITH rows AS (
            SELECT * FROM unnest(
                %s::text[]::uuid[], %s::text[], %s::int[], %s::text[]::uuid[], %s::int[], %s::text[]::jsonb[],
                %s::int[], %s::text[], %s::int[], %s::text[], %b::bytea[], %b::bytea[], %s::int[], %s::timestamptz[]
            ) AS r(session_id, tenant, seq, id, client_seq, payload,
                   n, document, keyframe, form, body, sha256, bytes, created_at)
        ), recorded AS (
            INSERT INTO interactions (session_id, tenant, seq, id, kind, client_seq, payload, created_at)
            SELECT session_id, tenant, seq, id, 'code_update', client_seq, payload, created_at FROM rows
        )
        INSERT INTO snapshots
            (session_id, tenant, n, document, client_seq, keyframe, form, body, sha256, bytes, created_at)
        SELECT session_id, tenant, n, document, client_seq, keyframe, form, body, sha256, bytes, created_at FROM rows
    """
    _ADVANCE = """
        UPDATE sessions AS s
        SET acked_seq = v.acked, interaction_count = v.count, snapshot_count = v.n, last_update_at = v.at,
            undecided_since = COALESCE(s.undecided_since, v.at)
        FROM unnest(%s::text[]::uuid[], %s::int[], %s::int[], %s::int[], %s::timestamptz[])
            AS v(id, acked, count, n, at)
        WHERE s.id = v.id
    """

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> list[Locked]:
        found = await connection.exec_driver_sql(self._LOCK, (list(ids),))
        return [Locked(**row) for row in found.mappings()]

    async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None:
        columns = [[getattr(row, name) for row in rows] for name in CodeRow.__slots__]
        payload = CodeRow.__slots__.index("payload")
        columns[payload] = [json.dumps(value) if value else None for value in columns[payload]]
        await connection.exec_driver_sql(self._INSERT, tuple(columns))

    async def advance(self, connection: AsyncConnection, advances: Sequence[Advance]) -> None:
        columns = [[getattr(a, name) for a in advances] for name in Advance.__slots__]
        await connection.exec_driver_sql(self._ADVANCE, tuple(columns))
