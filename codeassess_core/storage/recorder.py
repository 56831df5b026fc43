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
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import new_id, utcnow
from ..entries import CodeEntry, Receipt
from ..errors import (
    CodeAssessError,
    NotFound,
    SequenceGap,
    SessionEnded,
    StoreUnavailable,
)
from ..model import Cause, SessionStatus
from ..triggers import largest_insertion
from . import delta
from .bulk import Advance, Bulk, CodeRow, Locked, PostgresBulk, SqliteBulk
from .conflicts import Conflicting
from .database import Database
from .snapshots import load_tail
from .tables import snapshots
from .tails import DocumentTail, Tail, Tails

log = logging.getLogger(__name__)

MAX_BATCH = 500
MAX_BATCH_CHARACTERS = 16 * 1024 * 1024  # so that a rush of large documents is several short transactions
MAX_WAITING = 2_000
_PASTE_CHARACTERS = 120  # a smaller insertion in one update is typing; spares most updates the search


@dataclass(slots=True)
class _Standing:
    """One session inside a batch: its counters and texts as they will be after the commit."""

    locked: Locked
    acked_seq: int
    interaction_count: int
    tail: Tail
    fresh: dict[int, tuple[str, bytes, int]] = field(default_factory=dict)
    last_at: datetime | None = None


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
        characters = len(batch[0].entry.code)
        while len(batch) < MAX_BATCH and characters < MAX_BATCH_CHARACTERS and not self._queue.empty():
            batch.append(self._queue.get_nowait())
            characters += len(batch[-1].entry.code)
        return batch

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Answer everybody in the batch, one way or the other."""
        problem = await self._try(batch)
        if problem is not None and len(batch) == 1:
            _answer(batch[0], _known_problem(problem))
        elif problem is not None:
            await self._settle_alone(batch)

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

    async def _commit(self, entries: Sequence[CodeEntry]) -> list[Receipt | CodeAssessError]:
        now = utcnow()
        async with self._database.write() as connection:
            ids = sorted({entry.session_id for entry in entries})
            standings = {
                locked.id: _Standing(
                    locked,
                    locked.acked_seq,
                    locked.interaction_count,
                    self._tails.get(locked.id, locked.snapshot_count),
                )
                for locked in await self._bulk.lock(connection, ids)
            }
            rows: list[CodeRow] = []
            outcomes = [await self._apply(connection, standings, entry, rows) for entry in entries]
            if rows:
                await self._bulk.insert(connection, rows)
                await self._bulk.advance(connection, [_advance(s, now) for s in standings.values() if s.last_at])
        for standing in standings.values():
            self._tails.put(standing.locked.id, standing.tail)
        return outcomes

    async def _apply(
        self, connection: AsyncConnection, standings: dict[str, _Standing], entry: CodeEntry, rows: list[CodeRow]
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
        row = await self._row(connection, standing, entry)
        rows.append(row)
        return Receipt(acked_seq=standing.acked_seq, snapshot=row.n)

    async def _row(self, connection: AsyncConnection, standing: _Standing, entry: CodeEntry) -> CodeRow:
        """The update as a row, and the standing moved on past it."""
        tail, text = standing.tail, entry.code.encode()
        digest = hashlib.sha256(text).digest()
        before = tail.documents.get(entry.document)
        if before is None and not tail.complete:
            before = await load_tail(connection, entry.session_id, entry.document, tail.n)
        n = tail.n + 1
        chained = before is not None and before.length < delta.KEY_EVERY
        body = delta.encode(before.text if before and chained else None, entry.code)
        starts = body.form == "key" or before is None
        after = DocumentTail(
            entry.code,
            keyframe=n if starts or before is None else before.keyframe,
            length=1 if starts or before is None else before.length + 1,
        )
        tail.documents[entry.document], tail.n = after, n
        standing.interaction_count += 1
        standing.last_at = entry.received_at
        if entry.client_seq is not None:
            standing.acked_seq = entry.client_seq
            standing.fresh[entry.client_seq] = (entry.document, digest, n)
        return CodeRow(
            session_id=entry.session_id,
            tenant=standing.locked.tenant,
            seq=standing.interaction_count,
            id=new_id(),
            client_seq=entry.client_seq,
            payload=_payload(entry, before.text if before else "", n),
            n=n,
            document=entry.document,
            keyframe=after.keyframe,
            form=body.form,
            body=body.data,
            sha256=digest,
            bytes=len(text),
            created_at=entry.received_at,
        )


def _payload(entry: CodeEntry, before: str, n: int) -> dict[str, Any] | None:
    """What the record says of an update besides its code; nothing for plain typing, which most are."""
    payload: dict[str, Any] = {}
    if entry.cause not in (None, Cause.TYPING):
        payload["cause"] = str(entry.cause)
    if len(entry.code) - len(before) >= _PASTE_CHARACTERS and before:
        paste = largest_insertion(before, entry.code)
        if paste is not None:
            payload["pasted"] = {"start_line": paste.start_line, "end_line": paste.end_line}
    return payload | {"snapshot": n} if payload else None


async def _known(connection: AsyncConnection, standing: _Standing, entry: CodeEntry) -> Receipt | CodeAssessError:
    """The seq is stored already: the same content is acknowledged again, other content is a conflict."""
    assert entry.client_seq is not None
    digest = hashlib.sha256(entry.code.encode()).digest()
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
    if stored is not None and stored[:2] == (entry.document, digest):
        return Receipt(acked_seq=standing.acked_seq, snapshot=stored[2], known=True)
    conflict = Conflicting(
        session_id=entry.session_id,
        tenant=standing.locked.tenant,
        client_seq=entry.client_seq,
        expected=standing.acked_seq + 1,
        detail={"sha256": digest.hex(), "document": entry.document},
        at=entry.received_at,
    )
    return await conflict.record(connection)


def _advance(standing: _Standing, now: datetime) -> Advance:
    return Advance(
        session_id=standing.locked.id,
        acked_seq=standing.acked_seq,
        interaction_count=standing.interaction_count,
        snapshot_count=standing.tail.n,
        last_update_at=standing.last_at or now,
    )


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
