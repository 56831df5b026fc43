"""Retrieval in Chroma: a server that several processes share, or a folder of this process alone.

Two processes must not open the same folder (chroma-core/chroma#961): the index is kept in
memory and is corrupted without an error. Each shelf is one collection, with the name of its
embedder in the metadata. Chroma's default embedding function, which downloads a model, is never used.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from time import time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ..errors import InvalidInput, StoreUnavailable
from ..model import Passage
from .embeddings import Embedder
from .sqlite import make_file

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings
    from langchain_chroma import Chroma

TIMEOUT = 10.0
"""Seconds until a server must have answered one request."""
_BEAT = 2.0  # seconds at most for a heartbeat
_AT_ONCE = 4  # calls, in threads of our own: a server that hangs must not use up shared threads
_LONGEST = 60.0  # seconds for one whole call, including loading Chroma and embedding the texts
_PROBE = "codeassess-health"  # the health check writes the metadata of this collection
_BATCH = 500  # passages in one request


_Result = TypeVar("_Result")


class ChromaRetrieval:
    """The `Retrieval` port over langchain-chroma. Give a `path` or a `url`.

    The first call loads and opens Chroma in a thread (seconds of CPU). Every call of its
    synchronous client is made in a thread.
    """

    def __init__(
        self, *, embedder: Embedder, path: Path | None = None, url: str | None = None, timeout: float = TIMEOUT
    ) -> None:
        if path and not url:
            self._connect = partial(_folder, path)
        elif url and not path:
            self._connect = partial(_server, url, timeout)
        else:
            raise InvalidInput("Chroma needs either a folder or the URL of a server.", setting="chroma_url")
        self._embedder = embedder
        self._url = url
        self._path = path
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="codeassess-chroma")
        self._client: ClientAPI | None = None
        self._opening = Lock()  # so that first uses in several threads open one client
        self._problem: str | None = None  # the error of the last call, if it failed

    async def add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        """Add passages `(id, text, source)` to the shelf; an existing id is replaced."""
        if passages:
            await self._in_thread(self._add, shelf, passages)

    async def search(self, shelf: str, query: str, limit: int) -> tuple[Passage, ...]:
        """The most similar passages, best first; empty when there is no such shelf."""
        return await self._in_thread(self._search, shelf, query, limit) if limit > 0 else ()

    async def remove(self, shelf: str, ids: Sequence[str]) -> None:
        """Remove passages; unknown ids are no error."""
        if ids:
            await self._in_thread(self._remove, shelf, ids)

    async def forget(self, shelf: str) -> None:
        """Erase the shelf."""
        await self._in_thread(self._forget, shelf)

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong: unavailable, or not writable.

        Never raises and never loads Chroma.
        """
        if self._path:
            return self._problem if self._problem else await asyncio.to_thread(_takes_files, self._path)
        assert self._url
        try:
            await _write_to(self._url, within=min(_BEAT, self._timeout))
        except _outages() as problem:
            return _sentence(problem)
        return "ok"

    async def aclose(self) -> None:
        """Close the client; a later call opens it again."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.close)  # type: ignore[attr-defined]  # every client has it

    async def _in_thread(self, act: Callable[..., _Result], *arguments: Any) -> _Result:
        try:
            async with asyncio.timeout(max(_LONGEST, 2 * self._timeout)):
                return await asyncio.get_running_loop().run_in_executor(self._threads, act, *arguments)
        except TimeoutError as problem:
            self._problem = "Chroma cannot be reached: no answer in time"
            raise StoreUnavailable(self._problem) from problem

    # -- in a thread -----------------------------------------------------------

    def _add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        latest = {key: (text, source) for key, text, source in passages}  # Chroma refuses the same id twice in one call
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

    def _remove(self, shelf: str, ids: Sequence[str]) -> None:
        from chromadb.errors import NotFoundError

        with self._translated():
            try:
                self._open().get_collection(collection_name(shelf), embedding_function=None).delete(ids=list(ids))
            except NotFoundError:
                return

    def _forget(self, shelf: str) -> None:
        from chromadb.errors import NotFoundError

        with self._translated():
            try:
                self._open().delete_collection(collection_name(shelf))
            except NotFoundError:
                return

    def _store(self, collection: Collection) -> Chroma:
        """LangChain's wrapper of a collection; raises StoreUnavailable when another embedder filled it."""
        from langchain_chroma import Chroma

        there = collection.metadata or {}
        if (there.get("embedder"), there.get("dimension")) != (self._embedder.name, self._embedder.dimension):
            raise StoreUnavailable(
                f"The shelf {there.get('shelf', collection.name)!r} was filled with the embedder "
                f"{there.get('embedder')} and the present one is {self._embedder.name}: set embedding_model as it "
                "was, or re-ingest the material (`codeassess ingest --replace ASSESSMENT_ID FILES…`)."
            )
        return Chroma(
            client=self._open(),
            collection_name=collection.name,
            embedding_function=self._embedder,  # type: ignore[arg-type]  # only these two methods are called
            create_collection_if_not_exists=False,
        )

    def _open(self) -> ClientAPI:
        if self._url and self._client is not None and self._problem is not None:
            # After a failure check the heartbeat first, instead of waiting ten seconds again.
            _wait_for_beat(self._url, self._timeout)
        with self._opening:
            if self._url and self._problem is not None:
                self._client = None  # its connections may be broken
            if self._client is None:
                self._client = self._connect()
            return self._client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn all errors of Chroma and of the libraries below it into `StoreUnavailable`.

        An `AttributeError` ('… has no attribute bindings') means that the folder could not be opened before.
        """
        from chromadb.errors import ChromaError

        vendor: tuple[type[Exception], ...] = (ChromaError, *_outages(), sqlite3.Error, RuntimeError, AttributeError)
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
    """A readable name that Chroma allows (3 to 512 of [a-zA-Z0-9._-]), unique for each shelf."""
    readable = re.sub(r"[^a-zA-Z0-9]+", "-", shelf)[:40].strip("-") or "shelf"
    return f"{readable}-{sha256(shelf.encode()).hexdigest()[:32]}"


def _folder(path: Path) -> ClientAPI:
    import chromadb

    make_file(path / "chroma.sqlite3")
    return chromadb.PersistentClient(path=str(path), settings=_settings())


def _server(url: str, timeout: float) -> ClientAPI:
    """A client of the server at `url`. The heartbeat comes first, because opening a client has no time limit."""
    import chromadb

    _wait_for_beat(url, timeout)
    at = urlsplit(url)
    tls = at.scheme == "https"
    client = chromadb.HttpClient(
        host=at.hostname or "", port=at.port or (443 if tls else 80), ssl=tls, settings=_settings()
    )
    # chromadb 1.5 has no setting for this and waits without limit; a hung thread would also delay the process end
    client._server._session.timeout = timeout  # type: ignore[attr-defined]
    return client


def _outages() -> tuple[type[Exception], ...]:
    """The errors of HTTP when there is no such server. ImportError: the environment names a proxy."""
    import httpx

    return httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError, ImportError


def _wait_for_beat(url: str, timeout: float) -> None:
    import httpx

    httpx.get(_heartbeat(url), timeout=min(_BEAT, timeout)).raise_for_status()


async def _write_to(url: str, *, within: float) -> None:
    """Write something small: a server with a heartbeat may still refuse writes."""
    import httpx

    collections = f"{url.rstrip('/')}/api/v2/tenants/default_tenant/databases/default_database/collections"
    async with asyncio.timeout(2 * within), httpx.AsyncClient(timeout=within) as client:
        found = await client.post(collections, json={"name": _PROBE, "get_or_create": True})
        found.raise_for_status()
        moment = {"new_metadata": {"checked": time()}}
        (await client.put(f"{collections}/{found.json()['id']}", json=moment)).raise_for_status()


def _takes_files(folder: Path) -> str:
    """ "ok", or why the folder is not writable. A missing folder is ok: it is made when it is first used."""
    try:
        if folder.exists():
            with NamedTemporaryFile(dir=folder) as probe:
                probe.write(b"ok")
    except OSError as problem:
        return f"Chroma's folder takes no writes: {problem.strerror}"
    return "ok"


def _settings() -> Settings:
    """Settings without telemetry, and without the `.env` file of the working directory."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]


def _heartbeat(url: str) -> str:
    return f"{url.rstrip('/')}/api/v2/heartbeat"


def _sentence(problem: Exception) -> str:
    return f"Chroma cannot be reached: {str(problem) or type(problem).__name__}"


def _batches(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
