"""The record path: code updates of all sessions share commits; a receipt is given after the commit.

While one commit runs, new updates wait in a queue and are committed together afterwards
(group commit). An idle server commits a single update at once. When a batch fails, each of
its updates is tried alone, so that one that the database refuses does not fail the others.
`submit` costs a call, `record` also a future and a turn of the event loop.

No session waits for another: the updates of a session that another transaction has locked
wait in `BusySessions`. No update waits without limit: a batch without an answer in time is
tried once more, on another connection, and then answered with StoreUnavailable.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from ...errors import CodeAssessError, StoreBusy, StoreUnavailable
from ...system.concurrency import stop
from ..database import Database
from ..entries import CodeEntry, Receipt, Tell
from ..progress import Progress
from .busy_sessions import BusySessions, Waiting
from .updates import Update, UpdateWriter

log = logging.getLogger(__name__)

MAX_BATCH = 500
MAX_BATCH_CHARACTERS = 16 * 1024 * 1024  # many large documents become several short transactions
MAX_WAITING = 2_000
_TRIES = 2


class Recorder:
    """Records code updates durably and in order. Safe for many callers at once on one event loop."""

    def __init__(self, database: Database, *, most_bytes: int = 0) -> None:
        """`most_bytes`: that one session may store; 0: any number."""
        self._writer = UpdateWriter(database, most_bytes=most_bytes)
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(MAX_WAITING)
        self._busy = BusySessions(self._try, timeout=database.limits.commit)
        self._progress = Progress()
        self._worker: asyncio.Task[None] | None = None

    async def record(self, entry: CodeEntry) -> Receipt:
        """Store one update; returns after the commit.

        Raises:
            NotFound, SessionEnded, SessionFull: no such session, or it takes no more updates.
            SequenceGap, SequenceConflict: its seq does not follow, or is taken by other content.
            InvalidInput: it has a value that the database refuses.
            StoreUnavailable: it was not stored, or that is unknown: send it again with its seq.
        """
        receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        waiting = self._taken(entry, partial(_settle, receipt))
        try:
            await self._queue.put(waiting)
        except BaseException:
            waiting.answer(StoreUnavailable())
            raise
        return await receipt

    def submit(self, entry: CodeEntry, tell: Tell) -> bool:
        """Take one update and return at once; `tell` is called with its receipt, or with an error as of `record`.

        False: too many updates wait, and this one was not taken.
        """
        if self._queue.full():
            return False
        self._queue.put_nowait(self._taken(entry, tell))
        return True

    def _taken(self, entry: CodeEntry, tell: Tell) -> Waiting:
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="codeassess-recorder")
        self._progress.begun()
        return Waiting(Update(entry), partial(self._tell, tell))

    def _tell(self, tell: Tell, outcome: Receipt | Exception) -> None:
        self._progress.ended(failed=isinstance(outcome, StoreUnavailable))
        tell(outcome if isinstance(outcome, Receipt) else _known_problem(outcome))

    def state(self) -> str:
        """ "ok", or one sentence: updates wait and none has been stored for some time."""
        return self._progress.state()

    async def aclose(self) -> None:
        """Commit the waiting updates, then stop."""
        if self._worker is not None:
            await self._queue.join()
            await stop(self._worker)
        await self._busy.aclose()

    async def _work(self) -> None:
        while True:
            batch = await self._batch()
            taken = [waiting for waiting in batch if not self._busy.queue_behind(waiting)]
            try:
                if taken:
                    await self._settle(taken)
            finally:
                self._done(batch)

    def _done(self, batch: Sequence[Waiting]) -> None:
        """Take the batch off the queue. An update without an answer remains only when this task is cancelled."""
        for waiting in batch:
            self._queue.task_done()
            if waiting not in self._busy:
                waiting.answer(StoreUnavailable())

    async def _batch(self) -> list[Waiting]:
        """The waiting updates in the order of arrival, up to the limits of one transaction."""
        batch = [await self._queue.get()]
        characters = batch[0].entry.characters
        while len(batch) < MAX_BATCH and characters < MAX_BATCH_CHARACTERS and not self._queue.empty():
            batch.append(self._queue.get_nowait())
            characters += batch[-1].entry.characters
        return batch

    async def _settle(self, batch: Sequence[Waiting]) -> None:
        """Answer each update of the batch, or let it wait with its busy session."""
        rest, tries = await self._try_fast_write(batch)
        problem: Exception | None = None
        while rest:
            problem = await self._try(rest)
            tries += 1
            if not _is_unavailable(problem) or tries >= _TRIES:
                break
        if problem is None:
            return
        if isinstance(problem, StoreBusy):
            self._busy.add(rest, try_alone=True)
        elif _is_unavailable(problem):
            self._answer_all(rest, problem)
        else:
            await self._settle_alone(rest)

    def _answer_all(self, batch: Sequence[Waiting], problem: Exception) -> None:
        """The database is unavailable: answer the batch and the whole queue, without another try for each."""
        for waiting in batch:
            waiting.answer(_known_problem(problem))
        for _ in range(self._queue.qsize()):
            self._queue.get_nowait().answer(_known_problem(problem))
            self._queue.task_done()

    async def _settle_alone(self, batch: Sequence[Waiting]) -> None:
        unavailable: Exception | None = None
        for waiting in batch:
            # While the database is unavailable, do not wait for it once for each update.
            problem = unavailable or await self._try([waiting])
            if isinstance(problem, StoreBusy):
                self._busy.add([waiting])
            elif problem is not None:
                waiting.answer(_known_problem(problem))
            unavailable = problem if _is_unavailable(problem) else None

    async def _try(self, batch: Sequence[Waiting]) -> Exception | None:
        """Commit the batch and answer its updates, or let those of busy sessions wait; else return why it failed."""
        try:
            outcomes = await self._writer.commit([w.update for w in batch])
        except Exception as problem:
            return problem
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, StoreBusy):
                self._busy.add([waiting])
            else:
                waiting.answer(outcome)
        return None

    async def _try_fast_write(self, batch: Sequence[Waiting]) -> tuple[Sequence[Waiting], int]:
        """Store what the fast write can, and answer it. Returns the other updates, and how many tries failed (0 or 1).

        When the fast write fails, for whatever reason, all updates are returned.
        """
        try:
            receipts = await self._writer.fast_write([w.update for w in batch])
        except Exception as problem:
            log.info("the fast write failed: %s", type(problem).__name__)
            return batch, int(_is_unavailable(problem))
        for i, receipt in receipts.items():
            batch[i].answer(receipt)
        return [waiting for i, waiting in enumerate(batch) if i not in receipts], 0


def _settle(receipt: asyncio.Future[Receipt], outcome: Receipt | CodeAssessError) -> None:
    """Give the outcome to whoever awaits `receipt`, unless they were cancelled."""
    if receipt.done():
        return
    if isinstance(outcome, CodeAssessError):
        receipt.set_exception(outcome)
    else:
        receipt.set_result(outcome)


def _is_unavailable(problem: Exception | None) -> bool:
    """True when the database itself does not answer; a busy session is something else."""
    return isinstance(problem, StoreUnavailable) and not isinstance(problem, StoreBusy)


def _known_problem(problem: Exception) -> CodeAssessError:
    """The error for the sender. An unexpected one is logged and becomes StoreUnavailable."""
    if isinstance(problem, CodeAssessError):
        return problem
    log.error("an update could not be recorded", exc_info=problem)
    return StoreUnavailable()
