"""The embedder without a model knows words, whatever the way they are joined; the other one is asked for by name."""

from __future__ import annotations

import math

import pytest
import servers
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.errors import InvalidInput, StoreUnavailable
from codeassess_core.storage.embeddings import HashedEmbedder, embedder_for, similarity

EMBEDDER = HashedEmbedder()


def near(one: str, other: str) -> float:
    return similarity(EMBEDDER.embed_query(one), EMBEDDER.embed_query(other))


@given(st.text())
def test_every_text_has_a_vector_of_length_one(text: str) -> None:
    vector = EMBEDDER.embed_query(text)
    assert len(vector) == EMBEDDER.dimension
    assert math.hypot(*vector) == pytest.approx(1.0)


def test_the_vectors_are_the_same_for_ever() -> None:
    vector = EMBEDDER.embed_query("binary search")  # stored vectors of an earlier version must stay comparable
    assert [(n, round(v, 4)) for n, v in enumerate(vector) if abs(v) > 0.3] == [(331, -0.6415), (389, -0.6415)]


@pytest.mark.parametrize(
    ("text", "nearer", "farther"),
    [
        ("binary_search", "binarySearch", "binary_tree"),  # identifiers are read as their words
        ("HTTPServer", "http server", "https erver"),
        ("recursive", "recursion", "iteration"),  # words of one family share trigrams
        ("def merge(self): return self", "merge", "def self return"),  # what every file contains says little
        ("sort the list, then search", "sort list search", "the then"),
    ],
)
def test_a_text_is_nearer_to_what_it_is_about(text: str, nearer: str, farther: str) -> None:
    assert near(text, nearer) > near(text, farther) + 0.05


def test_documents_and_queries_have_the_same_vectors() -> None:
    assert EMBEDDER.embed_documents(["a stack", ""]) == [EMBEDDER.embed_query("a stack"), EMBEDDER.embed_query("")]


def test_hashed_is_the_embedder_without_a_model() -> None:
    assert (embedder_for("hashed").name, embedder_for("hashed").dimension) == ("hashed-512", 512)


@pytest.mark.parametrize("name", ["", "openai", "openai:", "hashed:9", "default", "cohere:embed"])
def test_an_embedder_that_is_not_known_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="embedding_model"):
        embedder_for(name)


def test_openai_without_a_key_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="openai:text-embedding-3-small"):
        embedder_for("openai:text-embedding-3-small").embed_query("x")


def test_openai_that_cannot_be_reached_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not a key")
    embedder = embedder_for("openai:m", base_url=f"http://127.0.0.1:{servers.free_port()}/v1")
    with pytest.raises(StoreUnavailable) as raised:
        embedder.embed_documents(["x"])
    assert raised.value.__cause__ is not None
