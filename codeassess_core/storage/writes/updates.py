"""Writes code updates of many sessions in one transaction, and recognises what an earlier try has committed.

A try that ended without an answer may have been committed. So an update keeps the rows of its
tries, all with the id of its entry, and the next try looks for them before it stores anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ...errors import CodeAssessError, NotFound, SequenceGap, SessionEnded, StoreBusy
from ...model import SessionStatus
from ..conflicts import Conflicting
from ..database import Database
from ..entries import CodeEntry, Receipt
from ..renames import read_renames
from ..snapshots import load_head
from ..tables import interactions, snapshots
from .batch_state import BatchState
from .bulk import Bulk, CodeRow, Locked, PostgresBulk, SqliteBulk
from .head_cache import HeadCache, SessionHead

Outcome = Receipt | CodeAssessError
"""The result of an update. StoreBusy: another transaction has locked its session; try again."""


@dataclass(slots=True)
class Update:
    """An update that is to be stored; `rows` are those of earlier tries, which may have been committed."""

    entry: CodeEntry
    rows: list[CodeRow] = field(default_factory=list)


class UpdateWriter:
    """Stores updates, and caches the heads of the sessions that this process has written to."""

    def __init__(self, database: Database, *, most_bytes: int = 0) -> None:
        self._database = database
        self._most_bytes = most_bytes
        self._bulk: Bulk = SqliteBulk() if database.is_sqlite else PostgresBulk()
        self._heads = HeadCache()

    async def fast_write(self, updates: Sequence[Update]) -> dict[int, Receipt]:
        """Store, in one statement, the updates of sessions whose head is cached and whose seqs follow it.

        Returns the receipts of the stored updates by their index. All other updates, also those of
        sessions that another transaction has locked or changed, are left to `commit`.
        """
        if self._bulk.fast_write is None:
            return {}
        states = self._known_states([update.entry for update in updates])
        taken = _take(updates, states)
        if not taken:
            return {}
        rows = [row for _, row in taken]
        with _keeping_rows([(updates[i], row) for i, row in taken]):
            async with self._database.statement() as connection:
                moved = await self._bulk.fast_write(connection, rows, [s.advance() for s in states.values()])
        for session_id in moved:
            self._keep(states[session_id])
        return {
            i: Receipt(acked_seq=states[row.session_id].acked_seq, snapshot=row.n)
            for i, row in taken
            if row.session_id in moved
        }

    def _known_states(self, entries: Sequence[CodeEntry]) -> dict[str, BatchState]:
        """The sessions whose entries all follow what this process last stored of them."""
        by_session: dict[str, list[CodeEntry]] = {}
        for entry in entries:
            by_session.setdefault(entry.session_id, []).append(entry)
        states = {}
        for session_id, of_session in by_session.items():
            state = self._known_state(session_id)
            if state is not None and state.is_followed_by(of_session):
                states[session_id] = state
        return states

    def _known_state(self, session_id: str) -> BatchState | None:
        """The session as this process last stored it; None when it stored nothing of it."""
        head = self._heads.last(session_id)
        return None if head is None or head.row is None else BatchState.at(head.row, head, most_bytes=self._most_bytes)

    async def commit(self, updates: Sequence[Update]) -> list[Outcome]:
        """Lock the sessions' rows, check each update and write. Returns one outcome for each update."""
        stored: list[tuple[Update, CodeRow]] = []
        with _keeping_rows(stored):
            async with self._database.write(updates=True) as connection:
                batch = await self._begin(connection, updates)
                outcomes = [await batch.apply(connection, update) for update in updates]
                stored += batch.stored
                if batch.stored:
                    await self._bulk.insert(connection, [row for _, row in batch.stored])
                    await self._bulk.advance(connection, [s.advance() for s in batch.states.values() if s.last_at])
        for state in batch.states.values():
            self._keep(state)
        return outcomes

    async def _begin(self, connection: AsyncConnection, updates: Sequence[Update]) -> _Batch:
        ids = sorted({update.entry.session_id for update in updates})
        locked, busy = await self._bulk.lock(connection, ids)
        most = self._most_bytes
        states = {row.id: BatchState.at(row, await self._head(connection, row), most_bytes=most) for row in locked}
        return _Batch(states, busy, await _committed(connection, updates))

    async def _head(self, connection: AsyncConnection, locked: Locked) -> SessionHead:
        """The session's head, with renames applied that another process has stored since."""
        head = self._heads.get(locked.id, locked.snapshot_count)
        if head.row is not None and head.row.interaction_count != locked.interaction_count:
            head.rename(await read_renames(connection, locked.id, after=head.row.interaction_count))
        return head

    def _keep(self, state: BatchState) -> None:
        """Cache the session's head; after the commit only."""
        self._heads.put(state.locked.id, state.as_head())


def _take(updates: Sequence[Update], states: dict[str, BatchState]) -> list[tuple[int, CodeRow]]:
    """The rows of the updates of these sessions, by index. A session with an update that cannot be applied is taken
    out of `states`: `commit` says what is wrong, and the others do not wait for that."""
    taken = []
    for i, update in enumerate(updates):
        state = states.get(update.entry.session_id)
        if state is None:
            continue
        try:
            taken.append((i, state.take(update.entry)))
        except CodeAssessError:
            del states[update.entry.session_id]
    return [(i, row) for i, row in taken if row.session_id in states]


@dataclass(slots=True)
class _Batch:
    """One transaction: the sessions that it locked, those that others have locked, and the rows to store."""

    states: dict[str, BatchState]
    busy: set[str]  # ids of sessions that others have locked
    committed: set[str]  # ids of updates that an earlier try has stored
    stored: list[tuple[Update, CodeRow]] = field(default_factory=list)

    async def apply(self, connection: AsyncConnection, update: Update) -> Outcome:
        """The outcome of the update; a new update is added to `stored`."""
        entry = update.entry
        state = self.states.get(entry.session_id)
        if state is None:
            return StoreBusy() if entry.session_id in self.busy else NotFound("There is no such session.")
        if entry.id in self.committed:
            return Receipt(acked_seq=state.acked_seq, snapshot=update.rows[-1].n)
        if entry.client_seq is not None and entry.client_seq <= state.acked_seq:
            return await _already_stored(connection, state, entry)
        if state.locked.status != SessionStatus.ACTIVE:
            return SessionEnded()
        if entry.client_seq is not None and entry.client_seq != state.acked_seq + 1:
            return SequenceGap(expected=state.acked_seq + 1)
        await _load(connection, state, entry)
        try:
            row = state.take(entry)
        except CodeAssessError as problem:
            return problem
        self.stored.append((update, row))
        return Receipt(acked_seq=state.acked_seq, snapshot=row.n)


async def _load(connection: AsyncConnection, state: BatchState, entry: CodeEntry) -> None:
    """Load the document's last text into the state, when it is not known there."""
    if state.head.knows(entry.document):
        return
    last = await load_head(connection, entry.session_id, entry.document, state.head.n)
    if last is not None:
        state.head.documents[entry.document] = last


async def _committed(connection: AsyncConnection, updates: Sequence[Update]) -> set[str]:
    """The ids of the updates that an earlier try has stored; the stored row becomes the last of their `rows`."""
    tried = {(row.session_id, row.seq): update for update in updates for row in update.rows}
    if not tried:
        return set()
    found = await connection.execute(
        select(interactions.c.session_id, interactions.c.seq, interactions.c.id)
        .where(interactions.c.session_id.in_({session_id for session_id, _ in tried}))
        .where(interactions.c.seq.in_({seq for _, seq in tried}))
    )
    there = {(row.session_id, row.seq): row.id for row in found}
    for update in updates:
        update.rows.sort(key=lambda row: there.get((row.session_id, row.seq)) == row.id)
    return {u.entry.id for u in updates if u.rows and there.get((u.rows[-1].session_id, u.rows[-1].seq)) == u.entry.id}


@contextmanager
def _keeping_rows(stored: list[tuple[Update, CodeRow]]) -> Iterator[None]:
    """If the block fails, the rows may have been stored: add them to their updates."""
    try:
        yield
    except BaseException:
        for update, row in stored:
            update.rows.append(row)
        raise


async def _already_stored(connection: AsyncConnection, state: BatchState, entry: CodeEntry) -> Outcome:
    """The outcome for a seq that is stored: the same content is acknowledged again, other content is a conflict."""
    assert entry.client_seq is not None
    stored = state.in_batch.get(entry.client_seq)
    if stored is None:
        # In descending order of the primary key: a repeated update is usually one of the last.
        found = await connection.execute(
            select(snapshots.c.document, snapshots.c.sha256, snapshots.c.n)
            .where(snapshots.c.session_id == entry.session_id, snapshots.c.client_seq == entry.client_seq)
            .order_by(snapshots.c.n.desc())
            .limit(1)
        )
        row = found.one_or_none()
        stored = (row.document, bytes(row.sha256), row.n) if row else None
    digest = _digest(entry)
    if stored is not None and stored[0] == entry.document and digest in (None, stored[1]):
        return Receipt(acked_seq=state.acked_seq, snapshot=stored[2], known=True)
    conflict = Conflicting(
        session_id=entry.session_id,
        tenant=state.locked.tenant,
        client_seq=entry.client_seq,
        expected=state.acked_seq + 1,
        detail={"sha256": digest.hex() if digest else None, "document": entry.document},
        at=entry.received_at,
    )
    return await conflict.record(connection)


def _digest(entry: CodeEntry) -> bytes | None:
    """The hash of the text after the update; None for edits without a hash, because their old text is not known."""
    if entry.code is not None:
        return hashlib.sha256(entry.code.encode()).digest()
    return bytes.fromhex(entry.sha256) if entry.sha256 else None
