"""In-memory implementations of ports for tests; they pass the same tests as the real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection

from .errors import StoreUnavailable
from .model import Passage
from .storage.embeddings import Embedder, HashedEmbedder, similarity
from .system.concurrency import stop

if TYPE_CHECKING:
    from .jobs.runner import Duty


class InlineJobs:
    """The `Jobs` port as tasks of this process: started after the commit, lost when the process ends.

    Without duties no job runs; `enqueued` has all enqueued jobs.
    """

    def __init__(self, duties: Mapping[str, Duty] | None = None) -> None:
        self.enqueued: dict[tuple[str, str], None] = {}
        self._duties = duties or {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def launch(self, duties: Mapping[str, Duty], *, unfinished: object = None) -> None:
        """Start working on jobs that are enqueued from now on; `unfinished` is ignored."""
        self._duties = duties

    async def ready(self) -> None:
        if self._closed:
            raise StoreUnavailable("The jobs are not running.")

    def enqueue(self, connection: Connection, kind: str, subject: str) -> None:
        def begin(committed: Connection) -> None:
            if (kind, subject) not in self.enqueued:
                self.enqueued[kind, subject] = None
                self._begin(committed, kind, subject)

        event.listen(connection, "commit", begin)

    def _begin(self, connection: Connection, kind: str, subject: str) -> None:
        if kind in self._duties:
            task = asyncio.get_running_loop().create_task(self._work(connection, self._duties[kind], subject))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, connection: Connection, duty: Duty, subject: str) -> None:
        # The event comes before the commit, and there is no event after it.
        while not connection.closed and connection.in_transaction():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        try:
            await duty.work(subject)
        except Exception as problem:
            if duty.give_up is None:
                raise
            await duty.give_up(subject, str(problem))

    async def guard(self, connection: AsyncConnection) -> None:
        """No other process has these jobs."""

    async def state(self) -> str:
        """ "ok" until it is closed."""
        return "The jobs are not running." if self._closed else "ok"

    async def aclose(self) -> None:
        """Stop the running jobs."""
        self._closed = True
        await stop(*self._tasks)


class InMemoryRetrieval:
    """The `Retrieval` port on a dict: every passage is compared, so the result is exact."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or HashedEmbedder()
        self._shelves: dict[str, dict[str, tuple[str, str, list[float]]]] = {}

    async def add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        """Add passages `(id, text, source)` to the shelf; an existing id is replaced."""
        vectors = self._embedder.embed_documents([text for _, text, _ in passages])
        for (key, text, source), vector in zip(passages, vectors, strict=True):
            self._shelves.setdefault(shelf, {})[key] = (text, source, vector)

    async def search(self, shelf: str, query: str, limit: int) -> tuple[Passage, ...]:
        """The most similar passages, best first; empty without such a shelf."""
        wanted = self._embedder.embed_query(query)
        found = [
            Passage(text=text, source=source, score=similarity(wanted, vector))
            for text, source, vector in self._shelves.get(shelf, {}).values()
        ]
        return tuple(sorted(found, key=lambda passage: -passage.score)[: max(0, limit)])

    async def remove(self, shelf: str, ids: Sequence[str]) -> None:
        """Remove passages; unknown ids are no error."""
        for id in ids:
            self._shelves.get(shelf, {}).pop(id, None)

    async def forget(self, shelf: str) -> None:
        """Erase the shelf."""
        self._shelves.pop(shelf, None)

    async def state(self) -> str:
        """Always "ok": there is nothing to reach."""
        return "ok"

    async def aclose(self) -> None:
        """Nothing to close."""
