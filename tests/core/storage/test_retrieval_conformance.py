"""The contract of every `Retrieval`, and the behaviour of the one in Chroma without Chroma."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import chromadb
import pytest
import servers
from chromadb.config import Settings

from codeassess_core.errors import InvalidInput, StoreUnavailable
from codeassess_core.ports import Retrieval
from codeassess_core.storage.chroma import ChromaRetrieval, collection_name
from codeassess_core.storage.embeddings import HashedEmbedder
from codeassess_core.testing import InMemoryRetrieval

Opened = Callable[[], AbstractAsyncContextManager[Retrieval]]

NOTES = [
    (
        "recursion",
        "A recursive function calls itself; without a base case the recursion never ends.",
        "notes#recursion",
    ),
    ("files", "Open a file in a with block, so that it is closed when reading or writing fails.", "notes#files"),
    ("sorting", "sorted takes a key function; sorting is stable, equal items keep their order.", "notes#sorting"),
    ("sets", "Looking up a member of a set or a dict takes constant time, in a list linear time.", "notes#sets"),
    ("errors", "Catch the narrowest exception; a bare except hides errors that nobody expected.", "notes#errors"),
    ("sql", "Never build SQL queries from strings; bind parameters prevent injection.", "notes#sql"),
]

RECURSION = """\
-def depth(tree):
-    return 0
+def depth(tree):
+    # recursive: one more than the deepest child
+    if tree is None:  # base case
+        return 0
+    return 1 + max(depth(tree.left), depth(tree.right))
"""


class OtherEmbedder(HashedEmbedder):
    """Another embedder, as after a change of the setting: its vectors cannot be compared with the stored ones."""

    name = "other"


@pytest.fixture(params=["memory", "folder", "server"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a retrieval; it may have shelves of earlier tests."""

    @asynccontextmanager
    async def open_retrieval() -> AsyncIterator[Retrieval]:
        retrieval: Retrieval = InMemoryRetrieval()
        if request.param == "folder":
            retrieval = ChromaRetrieval(embedder=HashedEmbedder(), path=tmp_path / "chroma")
        elif request.param == "server":
            retrieval = ChromaRetrieval(embedder=HashedEmbedder(), url=request.getfixturevalue("chroma_url"))
        try:
            yield retrieval
        finally:
            await retrieval.aclose()

    return open_retrieval


def fresh_shelf() -> str:
    return f"session:{uuid4()}"


async def test_a_diff_about_recursion_finds_the_note_on_recursion_first(opened: Opened) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await retrieval.add(shelf, NOTES)
        found = await retrieval.search(shelf, RECURSION, 3)
    assert (found[0].source, found[0].text) == ("notes#recursion", NOTES[0][1])
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


async def test_a_passage_is_nearest_to_itself_with_a_score_of_one(opened: Opened) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await retrieval.add(shelf, NOTES)
        for _, text, source in NOTES:
            best, *_ = await retrieval.search(shelf, text, 1)
            assert best.source == source
            assert best.score == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (2, 2), (6, 6), (50, 6)])
async def test_at_most_limit_passages_come_back(opened: Opened, limit: int, count: int) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await retrieval.add(shelf, NOTES)
        assert len(await retrieval.search(shelf, "anything", limit)) == count


async def test_a_shelf_that_is_not_there_is_empty(opened: Opened) -> None:
    async with opened() as retrieval:
        assert await retrieval.search(fresh_shelf(), "recursion", 3) == ()


async def test_shelves_do_not_see_each_other(opened: Opened) -> None:
    mine, other = fresh_shelf(), fresh_shelf()
    async with opened() as retrieval:
        await retrieval.add(mine, NOTES[:1])
        await retrieval.add(other, NOTES[1:])
        assert [p.source for p in await retrieval.search(mine, "a file in a with block", 9)] == ["notes#recursion"]


async def test_a_passage_with_a_known_id_is_replaced(opened: Opened) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await retrieval.add(shelf, NOTES)
        await retrieval.add(shelf, [("files", "Generators yield lazily.", "new"), ("files", "Newest.", "newest")])
        found = await retrieval.search(shelf, "file", 9)
        assert len(found) == len(NOTES)
        assert {p.text for p in found if p.source not in {s for _, _, s in NOTES}} == {"Newest."}


async def test_a_passage_that_was_removed_is_not_found(opened: Opened) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await retrieval.remove(shelf, ["files"])  # no shelf: nothing to do
        await retrieval.add(shelf, NOTES)
        await retrieval.remove(shelf, ["files", "nothing of that name"])
        await retrieval.remove(shelf, [])
        found = await retrieval.search(shelf, "file", 9)
    assert {p.source for p in found} == {source for id, _, source in NOTES if id != "files"}


async def test_a_forgotten_shelf_is_empty_and_can_be_filled_again(opened: Opened) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await retrieval.add(shelf, NOTES)
        await retrieval.forget(shelf)
        await retrieval.forget(shelf)  # and again: nothing to do
        assert await retrieval.search(shelf, "recursion", 3) == ()
        await retrieval.add(shelf, NOTES[:1])
        assert len(await retrieval.search(shelf, "recursion", 3)) == 1


async def test_adding_nothing_and_texts_without_words_do_no_harm(opened: Opened) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await retrieval.add(shelf, [])
        await retrieval.add(shelf, [("empty", "", ""), ("signs", "!? 😀", "s")])
        assert len(await retrieval.search(shelf, "", 9)) == 2


async def test_first_uses_at_the_same_time_all_succeed(opened: Opened) -> None:
    shelf = fresh_shelf()
    async with opened() as retrieval:
        await asyncio.gather(*(retrieval.add(shelf, [note]) for note in NOTES))
        assert len(await retrieval.search(shelf, "recursion", 9)) == len(NOTES)


async def test_a_retrieval_that_can_be_reached_is_ok(opened: Opened) -> None:
    async with opened() as retrieval:
        assert await retrieval.state() == "ok"
        await retrieval.search(fresh_shelf(), "anything", 1)
        assert await retrieval.state() == "ok"


# -- Chroma alone -------------------------------------------------------------


async def test_passages_are_there_after_the_folder_is_opened_again(tmp_path: Path) -> None:
    for expected in (0, len(NOTES)):
        retrieval = ChromaRetrieval(embedder=HashedEmbedder(), path=tmp_path)
        assert len(await retrieval.search("assessment:1", "recursion", 9)) == expected
        await retrieval.add("assessment:1", NOTES)
        await retrieval.aclose()


async def test_a_shelf_of_another_embedder_asks_to_be_ingested_again(tmp_path: Path) -> None:
    before = ChromaRetrieval(embedder=HashedEmbedder(), path=tmp_path)
    await before.add("assessment:1", NOTES)
    await before.aclose()
    after = ChromaRetrieval(embedder=OtherEmbedder(), path=tmp_path)
    for call in (after.search("assessment:1", "recursion", 1), after.add("assessment:1", NOTES)):
        with pytest.raises(StoreUnavailable, match=r"'assessment:1'.*hashed-512.*other.*re-ingest"):
            await call
    assert "re-ingest" in await after.state()
    await after.forget("assessment:1")
    await after.add("assessment:1", NOTES)
    assert await after.state() == "ok"
    await after.aclose()


async def test_more_passages_than_chroma_takes_at_once_are_added(tmp_path: Path) -> None:
    retrieval = ChromaRetrieval(embedder=HashedEmbedder(), path=tmp_path)
    await retrieval.add("many", [(str(n), f"note number {n}", str(n)) for n in range(1001)])
    await retrieval.aclose()
    client = chromadb.PersistentClient(path=str(tmp_path), settings=Settings(anonymized_telemetry=False))
    assert client.get_collection(collection_name("many"), embedding_function=None).count() == 1001
    client.close()  # type: ignore[attr-defined]


async def test_the_dotenv_file_of_a_folder_does_not_configure_chroma(
    tmp_path: Path, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("CHROMA_SERVER_HOST=elsewhere.invalid\n")
    monkeypatch.chdir(tmp_path)
    retrieval = ChromaRetrieval(embedder=HashedEmbedder(), url=chroma_url)
    assert await retrieval.search(fresh_shelf(), "recursion", 1) == ()
    await retrieval.aclose()


async def test_a_server_that_dies_is_unavailable_until_it_is_back() -> None:
    port = servers.free_port()
    with servers.chroma_server(port) as url:
        retrieval = ChromaRetrieval(embedder=HashedEmbedder(), url=url)
        await retrieval.add("s", NOTES)
    await assert_unavailable(retrieval)
    with servers.chroma_server(port):
        assert await retrieval.search("s", "recursion", 1) == ()  # its store is a new one
        await retrieval.aclose()


async def test_a_server_that_never_was_is_unavailable() -> None:
    url = f"http://127.0.0.1:{servers.free_port()}"
    await assert_unavailable(ChromaRetrieval(embedder=HashedEmbedder(), url=url))


async def test_a_server_that_does_not_answer_is_given_two_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StoreUnavailable):
            await ChromaRetrieval(embedder=HashedEmbedder(), url=url).search("s", "recursion", 1)


@contextmanager
def silent_server(port: int) -> Iterator[list[str]]:
    """A server that takes requests and answers none; yields what it was asked."""
    asked: list[str] = []
    over = threading.Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            over.wait()

        do_POST = do_GET

    with ThreadingHTTPServer(("127.0.0.1", port), Silent) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield asked
        finally:
            over.set()
            server.shutdown()
            thread.join()


async def test_a_server_that_hangs_is_waited_for_once() -> None:
    port = servers.free_port()
    with servers.chroma_server(port) as url:
        retrieval = ChromaRetrieval(embedder=HashedEmbedder(), url=url, timeout=6.0)
        await retrieval.add("s", NOTES)
    with silent_server(port) as asked:
        with pytest.raises(StoreUnavailable):
            await retrieval.search("s", "recursion", 1)
        assert asked and "GET /api/v2/heartbeat" not in asked
        asked.clear()
        with pytest.raises(StoreUnavailable):
            await retrieval.search("s", "recursion", 1)
        assert asked == ["GET /api/v2/heartbeat"], "later ones wait only for a sign of life"
    with servers.chroma_server(port):
        assert await retrieval.search("s", "recursion", 1) == ()
        await retrieval.aclose()


async def test_a_damaged_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"no database" * 500)
    await assert_unavailable(ChromaRetrieval(embedder=HashedEmbedder(), path=tmp_path))


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    await assert_unavailable(ChromaRetrieval(embedder=HashedEmbedder(), path=tmp_path / "file" / "chroma"))


@pytest.mark.parametrize("where", [{}, {"path": Path("x"), "url": "http://x"}])
def test_a_folder_or_a_url_must_be_given(where: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        ChromaRetrieval(embedder=HashedEmbedder(), **where)  # type: ignore[arg-type]


@pytest.mark.parametrize("shelf", ["", "a", "session:0198", "../..", "Prüfung №1", "x" * 2000])
def test_any_shelf_has_a_name_that_chroma_takes(shelf: str, tmp_path: Path) -> None:
    client = chromadb.PersistentClient(path=str(tmp_path))
    client.create_collection(collection_name(shelf), embedding_function=None)
    client.close()  # type: ignore[attr-defined]


def test_shelves_that_look_alike_have_different_names() -> None:
    assert len({collection_name(shelf) for shelf in ("a:b", "a-b", "a b", "A:b", "x" * 60, "x" * 61)}) == 6


def test_importing_the_module_loads_neither_chroma_nor_langchain() -> None:
    program = (
        "import sys, codeassess_core.storage.chroma, codeassess_core.storage.redis_history, codeassess_core.testing;"
        "print({'chromadb', 'httpx', 'langchain_core', 'langchain_chroma', 'openai', 'redis'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert out.strip() == "set()"


async def assert_unavailable(retrieval: ChromaRetrieval) -> None:
    """Every method of `retrieval` says so, soon, and names the cause."""
    for call in (retrieval.add("s", NOTES), retrieval.search("s", "recursion", 1), retrieval.forget("s")):
        with pytest.raises(StoreUnavailable) as raised:
            await call
        assert raised.value.__cause__ is not None
    assert "Chroma cannot be reached" in await retrieval.state()
