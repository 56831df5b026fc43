"""The statements of a group commit: each writes the rows of many sessions at once.

Single ORM inserts of the same rows were measured to cost ten times the CPU. On Postgres each
statement is one round trip with its rows as JSON, which msgspec writes; the fast write goes to the
driver itself, because SQLAlchemy's way to it costs more than the statement. SQLite has no round
trips, so `executemany` is enough there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..tables import interactions, sessions, snapshots

if TYPE_CHECKING:
    from ..postgres import Driver


class CodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One code update: a row of `interactions` and a row of `snapshots`."""

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
    language: str | None
    cause: str | None


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """The new counters of one session. `was_…`: the counters that its row must have for the update to be valid."""

    session_id: str
    acked_seq: int
    interaction_count: int
    snapshot_count: int
    added_bytes: int
    last_update_at: datetime
    was_acked_seq: int
    was_interaction_count: int
    was_snapshot_count: int


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a locked session row that the recorder needs."""

    id: str
    tenant: str
    status: str
    acked_seq: int
    interaction_count: int
    snapshot_count: int
    stored_bytes: int


FastWrite = Callable[["Driver", Sequence[CodeRow], Sequence[Advance]], Awaitable[set[str]]]


class Bulk(Protocol):
    """How one kind of database stores a batch, inside the caller's transaction.

    `fast_write` is one statement and its own transaction. It writes the rows of those sessions
    that are active, that nobody else has locked and whose counters are as `advances` expect, and
    returns their ids; other sessions stay unchanged. It is None where the database has no such
    statement. `lock` does not wait: it returns the rows that it locked, and the ids of the
    sessions that somebody else has locked.
    """

    @property
    def fast_write(self) -> FastWrite | None: ...

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> tuple[list[Locked], set[str]]: ...

    async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None: ...

    async def advance(self, connection: AsyncConnection, advances: Sequence[Advance]) -> None: ...


_LOCKED = (
    sessions.c.id,
    sessions.c.tenant,
    sessions.c.status,
    sessions.c.acked_seq,
    sessions.c.interaction_count,
    sessions.c.snapshot_count,
    sessions.c.stored_bytes,
)


class SqliteBulk:
    """`lock` only reads: the transaction has the write lock already (BEGIN IMMEDIATE)."""

    fast_write: FastWrite | None = None

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> tuple[list[Locked], set[str]]:
        found = await connection.execute(select(*_LOCKED).where(sessions.c.id.in_(ids)))
        return [Locked(**row) for row in found.mappings()], set()

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
                    "stored_bytes": sessions.c.stored_bytes + bindparam("added"),
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
        "added": advance.added_bytes,
        "at": advance.last_update_at,
    }


class PostgresBulk:
    """Each statement is one round trip, with its rows as one JSON text."""

    _LOCK = """
        SELECT id::text, tenant, status, acked_seq, interaction_count, snapshot_count, stored_bytes
        FROM sessions WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED
    """
    _EXISTING = "SELECT id::text FROM sessions WHERE id = ANY(%s::uuid[])"
    # JSON, because the driver serializes arrays item by item in Python: a fifth of all CPU of an update.
    _ROWS = """
        json_to_recordset(%s::json) AS r(
            session_id uuid, tenant text, seq int, id uuid, client_seq int, payload jsonb,
            n int, document text, keyframe int, form text, body text, sha256 text, bytes int, created_at timestamptz,
            language text, cause text
        )
    """
    _STORE = """
        recorded AS (
            INSERT INTO interactions (session_id, tenant, seq, id, kind, client_seq, payload, created_at)
            SELECT session_id, tenant, seq, id, 'code_update', client_seq, payload, created_at FROM rows
        ), stored AS (
            INSERT INTO snapshots
                (session_id, tenant, n, document, client_seq, keyframe, form, body, sha256, bytes, created_at,
                 language, cause)
            SELECT session_id, tenant, n, document, client_seq, keyframe, form, decode(body, 'base64'),
                decode(sha256, 'base64'), bytes, created_at, language, cause
            FROM rows
        )
    """
    _ADVANCE = """
        UPDATE sessions AS s
        SET acked_seq = v.acked_seq, interaction_count = v.interaction_count, snapshot_count = v.snapshot_count,
            stored_bytes = s.stored_bytes + v.added_bytes,
            last_update_at = v.last_update_at, undecided_since = COALESCE(s.undecided_since, v.last_update_at)
        FROM json_to_recordset(%s::json) AS v(
            session_id uuid, acked_seq int, interaction_count int, snapshot_count int, added_bytes bigint,
            last_update_at timestamptz, was_acked_seq int, was_interaction_count int, was_snapshot_count int
        )
        WHERE s.id = v.session_id
    """
    _FREE = "SELECT id FROM sessions WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED"
    _INSERT = f"WITH rows AS (SELECT * FROM {_ROWS}), {_STORE} SELECT"
    # All in one round trip. The condition of the update is checked on the locked row, so a session
    # that somebody else has written to meanwhile is not written.
    _FAST_WRITE = f"""
        WITH free AS ({_FREE}), moved AS (
            {_ADVANCE} AND s.id IN (SELECT id FROM free) AND s.status = 'active' AND s.acked_seq = v.was_acked_seq
                AND s.interaction_count = v.was_interaction_count AND s.snapshot_count = v.was_snapshot_count
            RETURNING s.id
        ), rows AS (SELECT r.* FROM {_ROWS} JOIN moved ON moved.id = r.session_id), {_STORE}
        SELECT id::text FROM moved
    """

    async def lock(self, connection: AsyncConnection, ids: Sequence[str]) -> tuple[list[Locked], set[str]]:
        found = await connection.exec_driver_sql(self._LOCK, (list(ids),))
        locked = [Locked(**row) for row in found.mappings()]
        missing = list({*ids} - {row.id for row in locked})
        if not missing:
            return locked, set()
        locked_by_others = await connection.exec_driver_sql(self._EXISTING, (missing,))
        return locked, set(locked_by_others.scalars())

    async def insert(self, connection: AsyncConnection, rows: Sequence[CodeRow]) -> None:
        await connection.exec_driver_sql(self._INSERT, (_json(rows),))

    async def advance(self, connection: AsyncConnection, advances: Sequence[Advance]) -> None:
        await connection.exec_driver_sql(self._ADVANCE, (_json(advances),))

    async def fast_write(self, connection: Driver, rows: Sequence[CodeRow], advances: Sequence[Advance]) -> set[str]:
        ids = _uuid_array(advance.session_id for advance in advances)
        moved = await connection.execute(self._FAST_WRITE, (ids, _json(advances), _json(rows)))
        return {session_id for (session_id,) in await moved.fetchall()}


def _json(rows: Sequence[CodeRow] | Sequence[Advance]) -> str:
    """The rows as `json_to_recordset` takes them; bytes as base64."""
    return _ENCODER.encode(rows).decode()


def _uuid_array(ids: Iterable[str]) -> str:
    """The ids as Postgres writes an array of them; the driver would dump them one by one."""
    return f"{{{','.join(ids)}}}"


_ENCODER = msgspec.json.Encoder()
