"""The statements of a group commit, written for many sessions at once.

Measured: as single ORM inserts the same rows cost ten times the CPU. On Postgres each
statement is one round trip over arrays or JSON (bytea in binary: as text it costs five
times as much); SQLite has no arrays and no round trips, so there `executemany` serves.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
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
    """The new counters of one session, and those that it must have for them to follow."""

    session_id: str
    acked_seq: int
    interaction_count: int
    snapshot_count: int
    last_update_at: datetime
    was_acked_seq: int
    was_interaction_count: int
    was_snapshot_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """What the recorder needs of a session's row while it holds the lock."""

    id: str
    tenant: str
    status: str
    acked_seq: int
    interaction_count: int
    snapshot_count: int


MoveOn = Callable[[AsyncConnection, Sequence[CodeRow], Sequence[Advance]], Awaitable[set[str]]]


class Bulk(Protocol):
    """How one kind of database takes a batch, inside the caller's transaction.

    `move_on` is one statement and its own transaction: it writes the rows of those
    sessions that are active and stand where `advances` say, and returns their ids. The
    others are left untouched. None where the database has no such statement.
    """

    @property
    def move_on(self) -> MoveOn | None: ...

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

    move_on: MoveOn | None = None

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


_PLAIN = tuple(name for name in CodeRow.__slots__ if name not in ("body", "sha256"))


class PostgresBulk:
    """One round trip a statement, in the driver's own SQL: its rows come as arrays or JSON."""

    _LOCK = """
        SELECT id::text, tenant, status, acked_seq, interaction_count, snapshot_count
        FROM sessions WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE
    """
    # One JSON text for the plain columns and two arrays of bytes: as fourteen arrays the same rows
    # cost the driver a tenth of all CPU of an update.
    _ROWS = """
        ROWS FROM (
            json_to_recordset(%s::json) AS (
                session_id uuid, tenant text, seq int, id uuid, client_seq int, payload jsonb,
                n int, document text, keyframe int, form text, bytes int, created_at timestamptz
            ),
            unnest(%b::bytea[]),
            unnest(%b::bytea[])
        ) AS r(session_id, tenant, seq, id, client_seq, payload,
               n, document, keyframe, form, bytes, created_at, body, sha256)
    """
    _STORE = """
        recorded AS (
            INSERT INTO interactions (session_id, tenant, seq, id, kind, client_seq, payload, created_at)
            SELECT session_id, tenant, seq, id, 'code_update', client_seq, payload, created_at FROM rows
        ), stored AS (
            INSERT INTO snapshots
                (session_id, tenant, n, document, client_seq, keyframe, form, body, sha256, bytes, created_at)
            SELECT session_id, tenant, n, document, client_seq, keyframe, form, body, sha256, bytes, created_at
            FROM rows
        )
    """
    # The order of arrays is the order of the fields of Advance.
    _ADVANCE = """
        UPDATE sessions AS s
        SET acked_seq = v.acked, interaction_count = v.count, snapshot_count = v.n, last_update_at = v.at,
            undecided_since = COALESCE(s.undecided_since, v.at)
        FROM unnest(
            %s::text[]::uuid[], %s::int[], %s::int[], %s::int[], %s::timestamptz[], %s::int[], %s::int[], %s::int[]
        ) AS v(id, acked, count, n, at, was_acked, was_count, was_n)
        WHERE s.id = v.id
    """
    _INSERT = f"WITH rows AS (SELECT * FROM {_ROWS}), {_STORE} SELECT"
    # All in one round trip. An update that waits for a row lock looks at its condition again
    # when it has the lock, so a session that somebody else moved on meanwhile is not moved.
    _MOVE_ON = f"""
        WITH moved AS (
            {_ADVANCE} AND s.status = 'active' AND s.acked_seq = v.was_acked
                AND s.interaction_count = v.was_count AND s.snapshot_count = v.was_n
            RETURNING s.id
        ), rows AS (SELECT r.* FROM {_ROWS} JOIN moved ON moved.id = r.session_id), {_STORE}
        SELECT id::text FROM moved
    """

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> list[Locked]:
        found = await connection.exec_driver_sql(self._LOCK, (list(ids),))
        return [Locked(**row) for row in found.mappings()]

    async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None:
        await connection.exec_driver_sql(self._INSERT, _row_columns(rows))

    async def advance(self, connection: AsyncConnection, advances: Sequence[Advance]) -> None:
        await connection.exec_driver_sql(self._ADVANCE, _columns(Advance, advances))

    async def move_on(
        self, connection: AsyncConnection, rows: Sequence[CodeRow], advances: Sequence[Advance]
    ) -> set[str]:
        values = (*_columns(Advance, advances), *_row_columns(rows))
        moved = await connection.exec_driver_sql(self._MOVE_ON, values)
        return set(moved.scalars())


def _columns(kind: type, rows: Sequence[Any]) -> tuple[list[Any], ...]:
    """One list for each field of `kind`, in their order."""
    return tuple([getattr(row, name) for row in rows] for name in kind.__slots__)  # type: ignore[attr-defined]


def _row_columns(rows: Sequence[CodeRow]) -> tuple[str, list[bytes], list[bytes]]:
    """What `_ROWS` takes."""
    plain = json.dumps([{name: getattr(row, name) for name in _PLAIN} for row in rows], default=datetime.isoformat)
    return plain, [row.body for row in rows], [row.sha256 for row in rows]
