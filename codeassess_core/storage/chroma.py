"""Retrieval in Chroma: a server that several processes share, or a folder of this process alone.

Two processes must not open the same folder (chroma-core/chroma#961): the index is kept in
memory and corrupts silently. Each shelf is one collection, which remembers the embedder that
filled it. Chroma's default embedding function, which downloads a model, is never used.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import InvalidInput, StoreUnavailable
from ..model import Passage
from .embeddings import Embedder

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings
    from langchain_chroma import Chroma

_TIMEOUT = 10.0  # seconds for one request to a server
_BEAT = 2.0  # seconds in which a server says that it is there
_BATCH = 500  # passages sent at once


class ChromaRetrieval:
    """The `Retrieval` port over langchain-chroma. Give a `path` or a `url`.

    Chroma is loaded and opened by the first call, in a thread (seconds of CPU), and every
    call of its synchronous client is made in a thread.
    """

    def __init__(self, *, embedder: Embedder, path: Path | None = None, url: str | None = None) -> None:
        if path and not url:
            self._connect = partial(_folder, path)
        elif url and not path:
            self._connect = partial(_server, url)
        else:
            raise InvalidInput("Chroma needs either a folder or the URL of a server.", setting="chroma_url")
        self._embedder = embedder
        self._url = url
        self._client: ClientAPI | None = None
        self._opening = Lock()  # so that first uses in several threads open one client
        self._problem: str | None = None  # what the last call met, if it failed

    async def add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        """Put `(id, text, source)` on the shelf; an id that is there is replaced."""
        if passages:
            await asyncio.to_thread(self._add, shelf, passages)

    async def search(self, shelf: str, query: str, limit: int) -> tuple[Passage, ...]:
        """The nearest passages, best first; empty when the shelf is not there."""
        return await asyncio.to_thread(self._search, shelf, query, limit) if limit > 0 else ()

    async def forget(self, shelf: str) -> None:
        """Erase the shelf."""
        await asyncio.to_thread(self._forget, shelf)

    async def state(self) -> str:
        """The word ok, or one sentence that says what is wrong. Never raises, and never loads Chroma."""
        if not self._url:
            return self._problem or "ok"
        import httpx

        try:
            async with httpx.AsyncClient(timeout=_BEAT) as client:
                (await client.get(_heartbeat(self._url))).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            return _sentence(problem)
        return "ok"

    async def aclose(self) -> None:
        """Let go of the folder or the server; a later call opens it again."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.close)  # type: ignore[attr-defined]  # every client has it

    # -- in a thread -----------------------------------------------------------

    def _add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        latest = {key: (text, source) for key, text, source in passages}  # Chroma refuses an id given twice
        with self._translated():
            metadata = {"embedder": self._embedder.name, "dimension": self._embedder.dimension, "shelf": shelf}
            collection = self._open().get_or_create_collection(
                collection_name(shelf),
                embedding_function=None,
                metadata=metadata,
                configuration={"hnsw": {"space": "cosine"}},
            )
            store = self._store(collection)
            for keys in _batches(list(latest)):
                texts, sources = zip(*(latest[key] for key in keys), strict=True)
                store.add_texts(texts, metadatas=[{"source": source} for source in sources], ids=keys)

    def _search(self, shelf: str, query: str, limit: int) -> tuple[Passage, ...]:
        from chromadb.errors import NotFoundError

        with self._translated():
            try:
                collection = self._open().get_collection(collection_name(shelf), embedding_function=None)
                found = self._store(collection).similarity_search_with_score(query, k=limit)
            except NotFoundError:
                return ()
        return tuple(
            Passage(text=document.page_content, source=document.metadata["source"], score=1.0 - distance)
            for document, distance in found
        )

    def _forget(self, shelf: str) -> None:
        from chromadb.errors import NotFoundError

        with self._translated():
            try:
                self._open().delete_collection(collection_name(shelf))
            except NotFoundError:
                return

    def _store(self, collection: Collection) -> Chroma:
        """LangChain's view of a collection that was filled by this embedder."""
        from langchain_chroma import Chroma

        there = collection.metadata or {}
        if (there.get("embedder"), there.get("dimension")) != (self._embedder.name, self._embedder.dimension):
            raise StoreUnavailable(
                f"The shelf {there.get('shelf', collection.name)!r} was filled with the embedder "
                f"{there.get('embedder')} and the present one is {self._embedder.name}: re-ingest it "
                "(`codeassess ingest`)."
            )
        return Chroma(
            client=self._open(),
            collection_name=collection.name,
            embedding_function=self._embedder,  # type: ignore[arg-type]  # only these two methods are called
            create_collection_if_not_exists=False,
        )

    def _open(self) -> ClientAPI:
        if self._url and self._client is not None and self._problem is not None:
            _wait_for_beat(self._url)  # it failed the last time: do not give it ten seconds again
        with self._opening:
            if self._client is None:
                self._client = self._connect()
            return self._client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Whatever Chroma raises is `StoreUnavailable`: besides its own errors it uses those of its parts.

        Its `AttributeError` ('… has no attribute bindings') is a folder that could not be opened the last time.
        """
        import httpx
        from chromadb.errors import ChromaError

        vendor = (ChromaError, httpx.HTTPError, sqlite3.Error, OSError, ValueError, RuntimeError, AttributeError)
        try:
            yield
        except vendor as problem:
            self._problem = _sentence(problem)
            raise StoreUnavailable(self._problem) from problem
        except StoreUnavailable as problem:
            self._problem = problem.message
            raise
        self._problem = None


def collection_name(shelf: str) -> str:
    """A name that Chroma allows (3 to 512 of [a-zA-Z0-9._-]) and a person recognises; different for each shelf."""
    readable = re.sub(r"[^a-zA-Z0-9]+", "-", shelf)[:40].strip("-") or "shelf"
    return f"{readable}-{sha256(shelf.encode()).hexdigest()[:32]}"


def _folder(path: Path) -> ClientAPI:
    import chromadb

    path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(path), settings=_settings())


def _server(url: str) -> ClientAPI:
    """A client of the server at `url`, once that answers: opening one has no time limit of its own."""
    import chromadb

    _wait_for_beat(url)
    at = urlsplit(url)
    tls = at.scheme == "https"
    client = chromadb.HttpClient(
        host=at.hostname or "", port=at.port or (443 if tls else 80), ssl=tls, settings=_settings()
    )
    # chromadb 1.5 has no setting for it and waits for ever; a hung thread would also hold up the end of the process
    client._server._session.timeout = _TIMEOUT  # type: ignore[attr-defined]
    return client


def _wait_for_beat(url: str) -> None:
    import httpx

    httpx.get(_heartbeat(url), timeout=_BEAT).raise_for_status()


def _settings() -> Settings:
    """Without telemetry, and not from the `.env` of whatever folder the process runs in."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]


def _heartbeat(url: str) -> str:
    return f"{url.rstrip('/')}/api/v2/heartbeat"


def _sentence(problem: Exception) -> str:
    return f"Chroma cannot be reached: {str(problem) or type(problem).__name__}"


def _batches(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
