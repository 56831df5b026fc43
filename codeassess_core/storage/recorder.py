"""The record path: code updates of all sessions share commits; a receipt is given after the commit.

While one commit is under way, updates that arrive wait in a queue and go together in
the next one (group commit). There is no lingering: an idle server commits a single
update at once. If a batch fails, each of its updates is tried alone, so that one that
the database refuses takes no other with it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..entries import CodeEntry, Receipt
from ..errors import (
    CodeAssessError,
    NotFound,
    SequenceGap,
    SessionEnded,
    StoreUnavailable,
)
from ..model import SessionStatus
from .bulk import Bulk, CodeRow, PostgresBulk, SqliteBulk
from .conflicts import Conflicting
from .database import Database
from .snapshots import load_tail
from .standing import Standing
from .tables import snapshots
from .tails import Tails

log = logging.getLogger(__name__)

MAX_BATCH = 500
MAX_BATCH_CHARACTERS = 16 * 1024 * 1024  # so that a rush of large documents is several short transactions
MAX_WAITING = 2_000


@dataclass(slots=True)
class _Waiting:
    entry: CodeEntry
    receipt: asyncio.Future[Receipt]


class Recorder:
    """Records code updates durably and in order. Safe for many callers at once on one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bulk: Bulk = SqliteBulk() if database.is_sqlite else PostgresBulk()
        self._tails = Tails()
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(MAX_WAITING)
        self._worker: asyncio.Task[None] | None = None

    async def record(self, entry: CodeEntry) -> Receipt:
        """Store one update and return once it is committed.

        Raises:
            NotFound, SessionEnded: no such session, or it takes no more updates.
            SequenceGap, SequenceConflict: its seq does not follow, or is taken by other content.
            InvalidInput: it has a value that the database refuses.
            StoreUnavailable: nothing was stored (or nobody can tell: send it again with its seq).
        """
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="codeassess-recorder")
        waiting = _Waiting(entry, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        return await waiting.receipt

    async def aclose(self) -> None:
        """Commit what waits, then stop."""
        if self._worker is not None:
            await self._queue.join()
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            batch = await self._batch()
            try:
                await self._settle(batch)
            finally:
                for waiting in batch:
                    self._queue.task_done()
                    _answer(waiting, StoreUnavailable())  # to whom nobody has answered: we are being cancelled

    async def _batch(self) -> list[_Waiting]:
        """All that wait, in the order in which they came, up to the limits of one transaction."""
        batch = [await self._queue.get()]
        characters = batch[0].entry.characters
        while len(batch) < MAX_BATCH and characters < MAX_BATCH_CHARACTERS and not self._queue.empty():
            batch.append(self._queue.get_nowait())
            characters += batch[-1].entry.characters
        return batch

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Answer everybody in the batch, one way or the other."""
        rest = await self._move_on(batch) if self._bulk.move_on is not None else batch
        problem = await self._try(rest) if rest else None
        if problem is not None and len(rest) == 1:
            _answer(rest[0], _known_problem(problem))
        elif problem is not None:
            await self._settle_alone(rest)

    async def _settle_alone(self, batch: Sequence[_Waiting]) -> None:
        gone: StoreUnavailable | None = None
        for waiting in batch:
            # When the database is away, do not wait for it once for each update.
            problem = gone or await self._try([waiting])
            if problem is not None:
                _answer(waiting, _known_problem(problem))
            gone = problem if isinstance(problem, StoreUnavailable) else None

    async def _try(self, batch: Sequence[_Waiting]) -> Exception | None:
        """Commit the batch and answer everybody in it; else say why not."""
        try:
            outcomes = await self._commit([w.entry for w in batch])
        except Exception as problem:
            return problem
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _answer(waiting, outcome)
        return None

    async def _move_on(self, batch: Sequence[_Waiting]) -> Sequence[_Waiting]:
        """The short way, one statement: for sessions that this process knows and whose updates simply follow.

        They are answered; the others, and those that somebody else has written to
        meanwhile, are left for the long way. So are all when it fails, for whatever reason.
        """
        try:
            receipts = await self._moved([w.entry for w in batch])
        except Exception as problem:
            log.info("the short way to the record failed: %s", type(problem).__name__)
            return batch
        for i, receipt in receipts.items():
            _answer(batch[i], receipt)
        return [waiting for i, waiting in enumerate(batch) if i not in receipts]

    async def _moved(self, entries: Sequence[CodeEntry]) -> dict[int, Receipt]:
        """The receipts of the entries that were stored, by their place."""
        assert self._bulk.move_on is not None
        standings = self._known_standings(entries)
        ours = [i for i, entry in enumerate(entries) if entry.session_id in standings]
        if not ours:
            return {}
        rows = [standings[entries[i].session_id].take(entries[i]) for i in ours]
        async with self._database.statement() as connection:
            moved = await self._bulk.move_on(connection, rows, [s.advance() for s in standings.values()])
        for session_id in moved:
            self._keep(standings[session_id])
        return {
            i: Receipt(acked_seq=standings[row.session_id].acked_seq, snapshot=row.n)
            for i, row in zip(ours, rows, strict=True)
            if row.session_id in moved
        }

    def _known_standings(self, entries: Sequence[CodeEntry]) -> dict[str, Standing]:
        """The sessions all of whose entries follow what this process last stored of them."""
        by_session: dict[str, list[CodeEntry]] = {}
        for entry in entries:
            by_session.setdefault(entry.session_id, []).append(entry)
        standings = {}
        for session_id, of_session in by_session.items():
            tail = self._tails.last(session_id)
            if tail is not None and tail.row is not None:
                standing = Standing.at(tail.row, tail)
                if standing.is_followed_by(of_session):
                    standings[session_id] = standing
        return standings

    async def _commit(self, entries: Sequence[CodeEntry]) -> list[Receipt | CodeAssessError]:
        """The long way: lock the sessions' rows, look, and write."""
        async with self._database.write() as connection:
            ids = sorted({entry.session_id for entry in entries})
            standings = {
                locked.id: Standing.at(locked, self._tails.get(locked.id, locked.snapshot_count))
                for locked in await self._bulk.lock(connection, ids)
            }
            rows: list[CodeRow] = []
            outcomes = [await self._apply(connection, standings, entry, rows) for entry in entries]
            if rows:
                await self._bulk.insert(connection, rows)
                await self._bulk.advance(connection, [s.advance() for s in standings.values() if s.last_at])
        for standing in standings.values():
            self._keep(standing)
        return outcomes

    def _keep(self, standing: Standing) -> None:
        """Remember where the session stands; after the commit only."""
        self._tails.put(standing.locked.id, standing.as_tail())

    async def _apply(
        self, connection: AsyncConnection, standings: dict[str, Standing], entry: CodeEntry, rows: list[CodeRow]
    ) -> Receipt | CodeAssessError:
        standing = standings.get(entry.session_id)
        if standing is None:
            return NotFound("There is no such session.")
        if entry.client_seq is not None and entry.client_seq <= standing.acked_seq:
            return await _known(connection, standing, entry)
        if standing.locked.status != SessionStatus.ACTIVE:
            return SessionEnded()
        if entry.client_seq is not None and entry.client_seq != standing.acked_seq + 1:
            return SequenceGap(expected=standing.acked_seq + 1)
        if not standing.tail.knows(entry.document):
            last = await load_tail(connection, entry.session_id, entry.document, standing.tail.n)
            if last is not None:
                standing.tail.documents[entry.document] = last
        try:
            row = standing.take(entry)
        except CodeAssessError as problem:
            return problem
        rows.append(row)
        return Receipt(acked_seq=standing.acked_seq, snapshot=row.n)


async def _known(connection: AsyncConnection, standing: Standing, entry: CodeEntry) -> Receipt | CodeAssessError:
    """The seq is stored already: the same content is acknowledged again, other content is a conflict."""
    assert entry.client_seq is not None
    stored = standing.fresh.get(entry.client_seq)
    if stored is None:
        # Backwards along the primary key: what is sent again was sent a moment ago.
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
        return Receipt(acked_seq=standing.acked_seq, snapshot=stored[2], known=True)
    conflict = Conflicting(
        session_id=entry.session_id,
        tenant=standing.locked.tenant,
        client_seq=entry.client_seq,
        expected=standing.acked_seq + 1,
        detail={"sha256": digest.hex() if digest else None, "document": entry.document},
        at=entry.received_at,
    )
    return await conflict.record(connection)


def _digest(entry: CodeEntry) -> bytes | None:
    """The hash of the text after the update. Of bare edits nobody can tell: their text before is gone."""
    if entry.code is not None:
        return hashlib.sha256(entry.code.encode()).digest()
    return bytes.fromhex(entry.sha256) if entry.sha256 else None


def _known_problem(problem: Exception) -> CodeAssessError:
    """What to tell the sender. A failure that nobody foresaw is logged, and the update is not stored."""
    if isinstance(problem, CodeAssessError):
        return problem
    log.error("an update could not be recorded", exc_info=problem)
    return StoreUnavailable()


def _answer(waiting: _Waiting, outcome: Receipt | Exception) -> None:
    if waiting.receipt.done():  # the caller has gone
        return
    if isinstance(outcome, Exception):
        waiting.receipt.set_exception(outcome)
    else:
        waiting.receipt.set_result(outcome)
