"""In-memory adapters for tests; they pass the same conformance suites as the real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, event

from .errors import StoreUnavailable
from .model import Passage
from .storage.embeddings import Embedder, HashedEmbedder, similarity

if TYPE_CHECKING:
    from .jobs import Duty


class InlineJobs:
    """The `Jobs` port as tasks of this process: begun after the commit, lost with the process.

    Without duties nothing is done; `enqueued` tells what was asked for.
    """

    def __init__(self, duties: Mapping[str, Duty] | None = None) -> None:
        self.enqueued: dict[tuple[str, str], None] = {}
        self._duties = duties or {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def launch(self, duties: Mapping[str, Duty]) -> None:
        """Work on what is enqueued from now on."""
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
        # The event comes before the commit itself, and nothing tells when that is done.
        while not connection.closed and connection.in_transaction():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        try:
            await duty.work(subject)
        except Exception as problem:
            if duty.give_up is None:
                raise
            await duty.give_up(subject, str(problem))

    async def state(self) -> str:
        """ "ok" until it is closed."""
        return "The jobs are not running." if self._closed else "ok"

    async def aclose(self) -> None:
        """Stop what is being done."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class InMemoryRetrieval:
    """The `Retrieval` port over a dict: every passage is compared, so it finds exactly the nearest."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or HashedEmbedder()
        self._shelves: dict[str, dict[str, tuple[str, str, list[float]]]] = {}

    async def add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        """Put `(id, text, source)` on the shelf; an id that is there is replaced."""
        vectors = self._embedder.embed_documents([text for _, text, _ in passages])
        for (key, text, source), vector in zip(passages, vectors, strict=True):
            self._shelves.setdefault(shelf, {})[key] = (text, source, vector)

    async def search(self, shelf: str, query: str, limit: int) -> tuple[Passage, ...]:
        """The nearest passages, best first; empty when the shelf is not there."""
        wanted = self._embedder.embed_query(query)
        found = [
            Passage(text=text, source=source, score=similarity(wanted, vector))
            for text, source, vector in self._shelves.get(shelf, {}).values()
        ]
        return tuple(sorted(found, key=lambda passage: -passage.score)[: max(0, limit)])

    async def forget(self, shelf: str) -> None:
        """Erase the shelf."""
        self._shelves.pop(shelf, None)

    async def state(self) -> str:
        """Always "ok": there is nothing to reach."""
        return "ok"

    async def aclose(self) -> None:
        """Nothing to close."""
