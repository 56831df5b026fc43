"""Reading snapshots back: rebuilt exactly from a keyframe and the deltas after it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import NotFound, StoreUnavailable
from ..model import Snapshot, SnapshotInfo
from ..reports.timeline import SnapshotSize
from . import delta, rows
from .database import Database
from .tables import snapshots
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
    info = rows.snapshot_info(chain[-1])
    code = _rebuild(chain)
    if code is None:
        raise StoreUnavailable(f"Snapshot {n} is damaged: it does not have the sha256 it was stored with.")
    return Snapshot(
        n=info.n,
        seq=info.seq,
        document=info.document,
        sha256=info.sha256,
        bytes=info.bytes,
        created_at=info.created_at,
        code=code,
    )


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


def _rebuild(chain: Sequence[RowMapping]) -> str | None:
    """The text of the last row; None when it is not what was stored."""
    try:
        text = delta.rebuild([_body(row) for row in chain])
    except ValueError:
        return None
    return text if hashlib.sha256(text.encode()).digest() == bytes(chain[-1]["sha256"]) else None


def _body(row: RowMapping) -> delta.Body:
    return delta.Body(form=row["form"], data=bytes(row["body"]))


def _sizes(found: Sequence[RowMapping]) -> tuple[SnapshotSize, ...]:
    """Each document is walked once from its first snapshot to its last."""
    documents: dict[str, list[RowMapping]] = {}
    for row in found:
        documents.setdefault(row["document"], []).append(row)
    sizes = [
        SnapshotSize(n=row["n"], document=document, lines=lines)
        for document, chain in documents.items()
        for row, lines in zip(chain, delta.line_counts([_body(row) for row in chain]), strict=False)
    ]
    return tuple(sorted(sizes, key=lambda size: size.n))
