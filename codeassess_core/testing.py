"""In-memory adapters for tests; they pass the same conformance suites as the real ones."""

from __future__ import annotations

from collections.abc import Sequence

from .model import Passage
from .storage.embeddings import Embedder, HashedEmbedder, similarity


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
