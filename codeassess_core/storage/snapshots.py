"""Reading snapshots back: rebuilt exactly from a keyframe and the deltas after it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import NotFound
from ..model import Cause, InteractionKind, Snapshot, SnapshotInfo, Step
from ..reports.timeline import SnapshotSize
from . import delta, replay, rows
from .database import Database
from .tables import interactions, snapshots
from .tails import DocumentTail

_INFO = tuple(snapshots.c[name] for name in ("n", "client_seq", "document", "sha256", "bytes", "created_at"))


class Snapshots:
    """The candidate's code at every moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[SnapshotInfo, ...]:
        """Up to `limit` snapshots with `n > after`, in order, without their code."""
        statement = select(*_INFO).where(snapshots.c.session_id == session_id, snapshots.c.n > after)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(snapshots.c.n).limit(limit))
            return tuple(rows.snapshot_info(row) for row in found.mappings())

    async def get(self, session_id: str, n: int) -> Snapshot:
        """Snapshot `n`, from 1.

        Raises:
            NotFound: no such snapshot.
            StoreUnavailable: what is stored does not have the sha256 it was stored with.
        """
        async with self._database.read() as connection:
            return await read_snapshot(connection, session_id, n)

    async def latest(self, session_id: str) -> tuple[Snapshot, ...]:
        """The last snapshot of each document, in the order of their numbers."""
        last = (
            select(func.max(snapshots.c.n)).where(snapshots.c.session_id == session_id).group_by(snapshots.c.document)
        )
        async with self._database.read() as connection:
            numbers = sorted((await connection.execute(last)).scalars())
            return tuple([await read_snapshot(connection, session_id, n) for n in numbers])

    async def replay(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[Step, ...]:
        """Up to `limit` snapshots with `n > after` as edits, in order: applied to what is before, they give each text.

        Raises:
            StoreUnavailable: one of them does not have the sha256 it was stored with.
        """
        async with self._database.read() as connection:
            found = await _page(connection, session_id, after=after, limit=limit)
            causes = await _causes(connection, session_id, after=after, upto=found[-1]["n"]) if found else {}
        return await asyncio.to_thread(replay.steps, found, causes, after=after)

    async def texts(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[Snapshot, ...]:
        """Up to `limit` snapshots with `n > after`, in order, with their code.

        Raises:
            StoreUnavailable: one of them does not have the sha256 it was stored with.
        """
        async with self._database.read() as connection:
            found = await _page(connection, session_id, after=after, limit=limit)
        return await asyncio.to_thread(_texts, found, after)

    async def sizes(self, session_id: str) -> tuple[SnapshotSize, ...]:
        """How many lines each snapshot has, in order; of a damaged document up to the damage."""
        columns = (snapshots.c.n, snapshots.c.document, snapshots.c.form, snapshots.c.body)
        statement = select(*columns).where(snapshots.c.session_id == session_id).order_by(snapshots.c.n)
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).mappings().all()
        return await asyncio.to_thread(_sizes, found)  # up to a tenth of a second for 5,000 snapshots


async def read_snapshot(connection: AsyncConnection, session_id: str, n: int) -> Snapshot:
    """Snapshot `n` inside the caller's transaction; errors as of `Snapshots.get`."""
    chain = await _chain(connection, session_id, n)
    code = _rebuild(chain)
    if code is None:
        raise replay.damaged(n)
    return rows.snapshot(chain[-1], code)


async def load_tail(connection: AsyncConnection, session_id: str, document: str, before: int) -> DocumentTail | None:
    """The document's last snapshot up to number `before`; None when it has none, or none that a delta can stand on."""
    statement = (
        select(snapshots.c.n)
        .where(snapshots.c.session_id == session_id, snapshots.c.document == document, snapshots.c.n <= before)
        .order_by(snapshots.c.n.desc())
        .limit(1)
    )
    n = await connection.scalar(statement)
    if n is None:
        return None
    chain = await _chain(connection, session_id, n)
    text = _rebuild(chain)
    return DocumentTail(text, keyframe=chain[0]["n"], length=len(chain)) if text is not None else None


async def _chain(connection: AsyncConnection, session_id: str, n: int) -> list[RowMapping]:
    """The rows that snapshot `n` is rebuilt from, the keyframe first."""
    of_session = snapshots.c.session_id == session_id
    target = select(snapshots.c.document, snapshots.c.keyframe).where(of_session, snapshots.c.n == n)
    row = (await connection.execute(target)).one_or_none()
    if row is None:
        raise NotFound(f"There is no snapshot {n}.")
    statement = select(*_INFO, snapshots.c.form, snapshots.c.body).where(
        of_session, snapshots.c.n.between(row.keyframe, n), snapshots.c.document == row.document
    )
    return list((await connection.execute(statement.order_by(snapshots.c.n))).mappings())


async def _page(connection: AsyncConnection, session_id: str, *, after: int, limit: int) -> Sequence[RowMapping]:
    """Up to `limit` rows with `n > after`, in order, behind those that they are rebuilt from."""
    page = select(*_INFO, snapshots.c.form, snapshots.c.body).where(
        snapshots.c.session_id == session_id, snapshots.c.n > after
    )
    found = (await connection.execute(page.order_by(snapshots.c.n).limit(limit))).mappings().all()
    documents = {row["document"] for row in found}
    return [*await _chains_before(connection, session_id, after, documents), *found] if found else ()


async def _chains_before(
    connection: AsyncConnection, session_id: str, n: int, documents: Collection[str]
) -> Sequence[RowMapping]:
    """The rows that the last snapshot up to `n` of each of the documents is rebuilt from, in order."""
    of_session = snapshots.c.session_id == session_id
    last = select(func.max(snapshots.c.n)).where(of_session, snapshots.c.n <= n, snapshots.c.document.in_(documents))
    head = select(snapshots.c.document, snapshots.c.keyframe, snapshots.c.n).where(
        of_session, snapshots.c.n.in_(last.group_by(snapshots.c.document))
    )
    chains = {row.document: (row.keyframe, row.n) for row in await connection.execute(head)}
    if not chains:
        return []
    # A range over all of them and a look at each row: SQLite would join them by trying every pair.
    first, end = min(k for k, _ in chains.values()), max(n for _, n in chains.values())
    statement = select(*_INFO, snapshots.c.form, snapshots.c.body).where(
        of_session, snapshots.c.n.between(first, end), snapshots.c.document.in_(list(chains))
    )
    found = (await connection.execute(statement.order_by(snapshots.c.n))).mappings()
    return [row for row in found if chains[row["document"]][0] <= row["n"] <= chains[row["document"]][1]]


async def _causes(connection: AsyncConnection, session_id: str, *, after: int, upto: int) -> dict[int, Cause]:
    """What the client said made each snapshot after `after`, up to `upto`; nothing is kept of typing."""
    number, cause = (interactions.c.payload[name] for name in ("snapshot", "cause"))
    statement = select(number.as_integer(), cause.as_string()).where(
        interactions.c.session_id == session_id,
        interactions.c.seq > after,  # never less than the snapshot's number
        interactions.c.kind == InteractionKind.CODE_UPDATE,
        number.as_integer().between(after + 1, upto),
        cause.as_string().is_not(None),
    )
    return {row[0]: Cause(row[1]) for row in await connection.execute(statement)}


def _rebuild(chain: Sequence[RowMapping]) -> str | None:
    """The text of the last row; None when it is not what was stored."""
    try:
        text = delta.rebuild(replay.bodies(chain))
    except ValueError:
        return None
    return text if hashlib.sha256(text.encode()).digest() == bytes(chain[-1]["sha256"]) else None


def _texts(found: Sequence[RowMapping], after: int) -> tuple[Snapshot, ...]:
    made = [rows.snapshot(row, text.decode()) for row, _, text in replay.walk(found, after=after)]
    return tuple(sorted(made, key=lambda snapshot: snapshot.n))


def _sizes(found: Sequence[RowMapping]) -> tuple[SnapshotSize, ...]:
    """Each document is walked once from its first snapshot to its last."""
    sizes = [
        SnapshotSize(n=row["n"], document=document, lines=lines)
        for document, chain in replay.by_document(found).items()
        for row, lines in zip(chain, delta.line_counts(replay.bodies(chain)), strict=False)
    ]
    return tuple(sorted(sizes, key=lambda size: size.n))
