"""The statements of a group commit, written for many sessions at once.

Measured: as single ORM inserts the same rows cost ten times the CPU. On Postgres each
statement is one round trip over rows in JSON; SQLite has no round trips, so there
`executemany` serves.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
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


class PostgresBulk:
    """One round trip a statement, in the driver's own SQL: its rows come as one JSON text."""

    _LOCK = """
        SELECT id::text, tenant, status, acked_seq, interaction_count, snapshot_count
        FROM sessions WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE
    """
    # JSON, because the driver dumps arrays item by item in Python: that was a fifth of all CPU of an update.
    _ROWS = """
        json_to_recordset(%s::json) AS r(
            session_id uuid, tenant text, seq int, id uuid, client_seq int, payload jsonb,
            n int, document text, keyframe int, form text, body bytea, sha256 bytea, bytes int, created_at timestamptz
        )
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
    _ADVANCE = """
        UPDATE sessions AS s
        SET acked_seq = v.acked_seq, interaction_count = v.interaction_count, snapshot_count = v.snapshot_count,
            last_update_at = v.last_update_at, undecided_since = COALESCE(s.undecided_since, v.last_update_at)
        FROM json_to_recordset(%s::json) AS v(
            session_id uuid, acked_seq int, interaction_count int, snapshot_count int, last_update_at timestamptz,
            was_acked_seq int, was_interaction_count int, was_snapshot_count int
        )
        WHERE s.id = v.session_id
    """
    _INSERT = f"WITH rows AS (SELECT * FROM {_ROWS}), {_STORE} SELECT"
    # All in one round trip. An update that waits for a row lock looks at its condition again
    # when it has the lock, so a session that somebody else moved on meanwhile is not moved.
    _MOVE_ON = f"""
        WITH moved AS (
            {_ADVANCE} AND s.status = 'active' AND s.acked_seq = v.was_acked_seq
                AND s.interaction_count = v.was_interaction_count AND s.snapshot_count = v.was_snapshot_count
            RETURNING s.id
        ), rows AS (SELECT r.* FROM {_ROWS} JOIN moved ON moved.id = r.session_id), {_STORE}
        SELECT id::text FROM moved
    """

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> list[Locked]:
        found = await connection.exec_driver_sql(self._LOCK, (list(ids),))
        return [Locked(**row) for row in found.mappings()]

    async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None:
        await connection.exec_driver_sql(self._INSERT, (_json(rows),))

    async def advance(self, connection: AsyncConnection, advances: Sequence[Advance]) -> None:
        await connection.exec_driver_sql(self._ADVANCE, (_json(advances),))

    async def move_on(
        self, connection: AsyncConnection, rows: Sequence[CodeRow], advances: Sequence[Advance]
    ) -> set[str]:
        moved = await connection.exec_driver_sql(self._MOVE_ON, (_json(advances), _json(rows)))
        return set(moved.scalars())


def _json(rows: Sequence[CodeRow] | Sequence[Advance]) -> str:
    """The rows as `json_to_recordset` takes them."""
    names = type(rows[0]).__slots__
    values = attrgetter(*names)
    return _ROW_ENCODER.encode([dict(zip(names, values(row), strict=True)) for row in rows])


def _plain(value: object) -> str:
    """What JSON has no form for, as Postgres reads it."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    assert isinstance(value, datetime)
    return value.isoformat()


_ROW_ENCODER = json.JSONEncoder(default=_plain, check_circular=False)
