"""Reads snapshots: they are rebuilt exactly from a keyframe and the deltas after it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..documents.renames import NamedRange, Names
from ..errors import NotFound
from ..model import Cause, InteractionKind, Snapshot, SnapshotInfo, Step
from ..reports.timeline import SnapshotSize
from . import delta, replay, rows
from .database import Database
from .renames import read_names
from .tables import interactions, snapshots
from .writes.head_cache import DocumentHead

_INFO = tuple(
    snapshots.c[name] for name in ("n", "client_seq", "document", "sha256", "bytes", "created_at", "language", "cause")
)

_ANY: Final = 2**31 - 1  # more than any session has


class Snapshots:
    """The snapshots of all sessions."""

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
            StoreUnavailable: the rebuilt text does not have the stored sha256.
        """
        async with self._database.read() as connection:
            return await read_snapshot(connection, session_id, n)

    async def latest(self, session_id: str) -> tuple[Snapshot, ...]:
        """The last snapshot of each document, in the order of their numbers. A renamed document has its new name;
        when there is a snapshot under the new name, the one under the old name is left out."""
        last = (
            select(func.max(snapshots.c.n)).where(snapshots.c.session_id == session_id).group_by(snapshots.c.document)
        )
        async with self._database.read() as connection:
            numbers = sorted((await connection.execute(last)).scalars())
            names = await read_names(connection, session_id)
            found = [await read_snapshot(connection, session_id, n) for n in numbers]
        newest = {names.now(snapshot.document, snapshot.n): snapshot for snapshot in found}
        return tuple(replace(snapshot, document=name) for name, snapshot in _in_order(newest))

    async def names(self, session_id: str) -> Names:
        """The former and present names of the documents of a session."""
        async with self._database.read() as connection:
            return await read_names(connection, session_id)

    async def first(self, session_id: str, document: str) -> Snapshot | None:
        """The first snapshot of the document that now has this name, under any earlier name; None: there is none."""
        async with self._database.read() as connection:
            named_ranges = list((await read_names(connection, session_id)).named_ranges(document, _ANY))
            for named_range in reversed(named_ranges):
                n = await connection.scalar(select(func.min(snapshots.c.n)).where(*_within(session_id, named_range)))
                if n is not None:
                    return await read_snapshot(connection, session_id, n)
        return None

    async def replay(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[Step, ...]:
        """Up to `limit` snapshots with `n > after` as edits of the snapshots before them, in order.

        Raises:
            StoreUnavailable: a rebuilt text does not have the stored sha256.
        """
        async with self._database.read() as connection:
            found = await _page(connection, session_id, after=after, limit=limit)
            causes = await _causes(connection, session_id, after=after, upto=found[-1]["n"]) if found else {}
        return await asyncio.to_thread(replay.steps, found, causes, after=after)

    async def texts(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[Snapshot, ...]:
        """Up to `limit` snapshots with `n > after`, in order, with their code.

        Raises:
            StoreUnavailable: a rebuilt text does not have the stored sha256.
        """
        async with self._database.read() as connection:
            found = await _page(connection, session_id, after=after, limit=limit)
        return await asyncio.to_thread(_texts, found, after)

    async def sizes(self, session_id: str) -> tuple[SnapshotSize, ...]:
        """The number of lines of each snapshot, in order; of a damaged document up to the damage."""
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


async def load_head(connection: AsyncConnection, session_id: str, document: str, before: int) -> DocumentHead | None:
    """The head of the document at its last snapshot up to number `before`; None without a readable snapshot.

    A renamed document has the text of its old name, and begins a new chain.
    """
    for named_range in (await read_names(connection, session_id)).named_ranges(document, before):
        n = await connection.scalar(select(func.max(snapshots.c.n)).where(*_within(session_id, named_range)))
        if n is None:
            continue
        chain = await _chain(connection, session_id, n)
        text = _rebuild(chain)
        if text is None:
            return None
        head = DocumentHead(text, keyframe=chain[0]["n"], length=len(chain), language=chain[-1]["language"])
        return head if named_range.document == document else head.renamed()
    return None


def _within(session_id: str, named_range: NamedRange) -> tuple[ColumnElement[bool], ...]:
    return (
        snapshots.c.session_id == session_id,
        snapshots.c.document == named_range.document,
        snapshots.c.n > named_range.after,
        snapshots.c.n <= named_range.upto,
    )


def _in_order(newest: dict[str, Snapshot]) -> list[tuple[str, Snapshot]]:
    return sorted(newest.items(), key=lambda item: item[1].n)


async def _chain(connection: AsyncConnection, session_id: str, n: int) -> list[RowMapping]:
    """The rows from which snapshot `n` is rebuilt, the keyframe first."""
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
    """Up to `limit` rows with `n > after`, in order, preceded by the earlier rows that they need."""
    page = select(*_INFO, snapshots.c.form, snapshots.c.body).where(
        snapshots.c.session_id == session_id, snapshots.c.n > after
    )
    found = (await connection.execute(page.order_by(snapshots.c.n).limit(limit))).mappings().all()
    documents = {row["document"] for row in found}
    return [*await _chains_before(connection, session_id, after, documents), *found] if found else ()


async def _chains_before(
    connection: AsyncConnection, session_id: str, n: int, documents: Collection[str]
) -> Sequence[RowMapping]:
    """The rows from which the last snapshot up to `n` of each of the documents is rebuilt, in order."""
    of_session = snapshots.c.session_id == session_id
    last = select(func.max(snapshots.c.n)).where(of_session, snapshots.c.n <= n, snapshots.c.document.in_(documents))
    head = select(snapshots.c.document, snapshots.c.keyframe, snapshots.c.n).where(
        of_session, snapshots.c.n.in_(last.group_by(snapshots.c.document))
    )
    chains = {row.document: (row.keyframe, row.n) for row in await connection.execute(head)}
    if not chains:
        return []
    # One range with a filter: for a join SQLite would try every pair of rows.
    first, end = min(k for k, _ in chains.values()), max(n for _, n in chains.values())
    statement = select(*_INFO, snapshots.c.form, snapshots.c.body).where(
        of_session, snapshots.c.n.between(first, end), snapshots.c.document.in_(list(chains))
    )
    found = (await connection.execute(statement.order_by(snapshots.c.n))).mappings()
    return [row for row in found if chains[row["document"]][0] <= row["n"] <= chains[row["document"]][1]]


async def _causes(connection: AsyncConnection, session_id: str, *, after: int, upto: int) -> dict[int, Cause]:
    """The cause of each snapshot after `after`, up to `upto`; typing is not stored."""
    number, cause = (interactions.c.payload[name] for name in ("snapshot", "cause"))
    statement = select(number.as_integer(), cause.as_string()).where(
        interactions.c.session_id == session_id,
        interactions.c.seq > after,  # a seq is never below the snapshot's number
        interactions.c.kind == InteractionKind.CODE_UPDATE,
        number.as_integer().between(after + 1, upto),
        cause.as_string().is_not(None),
    )
    return {row[0]: Cause(row[1]) for row in await connection.execute(statement)}


def _rebuild(chain: Sequence[RowMapping]) -> str | None:
    """The text of the last row; None when it does not have the stored hash."""
    try:
        text = delta.rebuild(replay.bodies(chain))
    except ValueError:
        return None
    return text if hashlib.sha256(text.encode()).digest() == bytes(chain[-1]["sha256"]) else None


def _texts(found: Sequence[RowMapping], after: int) -> tuple[Snapshot, ...]:
    made = [rows.snapshot(row, text.decode()) for row, _, text in replay.walk(found, after=after)]
    return tuple(sorted(made, key=lambda snapshot: snapshot.n))


def _sizes(found: Sequence[RowMapping]) -> tuple[SnapshotSize, ...]:
    """The number of lines of each snapshot; each document is rebuilt once."""
    sizes = [
        SnapshotSize(n=row["n"], document=document, lines=lines)
        for document, chain in replay.by_document(found).items()
        for row, lines in zip(chain, delta.line_counts(replay.bodies(chain)), strict=False)
    ]
    return tuple(sorted(sizes, key=lambda size: size.n))
