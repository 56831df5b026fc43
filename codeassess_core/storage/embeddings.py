"""Embedders: they turn a text into a vector, so that similar texts can be found.

The default embedder needs no model, no network and no other library: signed feature
hashing (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning") of
words, word pairs and character trigrams. It compares words, not meanings. With an OpenAI
key a model is used instead, and `codeassess[meaning]` installs a small local model (`embedder_for`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Protocol

from ..errors import InvalidInput

_DIMENSION = 512
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")  # parts of snake_case, camelCase and HTTPServer
_PAIR = 0.4
_TRIGRAM = 0.15
_COMMON = 0.2  # weight of a common word; other words have 1
_CODE = """
and as assert break case catch class const continue def del do elif else except export false final finally float for
from function if import in int is let list new none not null or pass print private public raise return self static str
string super this throw true try tuple type var void while with
"""  # words of nearly every source file, in the most frequent languages
_ENGLISH = (
    "a an are at be by can has have it its of on one so that the then there they to use used was what when which you"
)
_COMMON_WORDS = frozenset((_CODE + _ENGLISH).split())


class Embedder(Protocol):
    """Turns texts into vectors of length 1. The methods have the names of LangChain; they may be slow: use a thread.

    They raise `StoreUnavailable` when their model cannot be reached.
    """

    @property
    def name(self) -> str:
        """Stored with the vectors: vectors of different embedders cannot be compared."""

    @property
    def dimension(self) -> int:
        """The length of the vectors."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of a search query."""


class HashedEmbedder:
    """Counts words by the hash of their spelling. Under one `name` the vectors are always the same."""

    name = f"hashed-{_DIMENSION}"
    dimension = _DIMENSION

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of `text`. A text without words gets a fixed vector, because a zero vector has no direction."""
        vector = [0.0] * _DIMENSION
        for feature, weight in _weights(text).items():
            place, sign = _hashed(feature)
            vector[place] += sign * weight
        length = math.hypot(*vector)
        if not length:
            return [1.0] + [0.0] * (_DIMENSION - 1)
        return [value / length for value in vector]


def embedder_for(name: str, *, base_url: str = "") -> Embedder:
    """The embedder that the setting `embedding_model` names: `hashed`, `minilm` or `openai:<model>`.

    Raises `InvalidInput` for any other name, and for `minilm` without its extra.
    """
    provider, _, model = name.partition(":")
    if provider == "openai" and model:
        from ..examiner.model.embeddings import openai_embedder

        return openai_embedder(model, base_url=base_url)
    if name == "hashed":
        return HashedEmbedder()
    if name == "minilm":
        from .minilm import MiniLmEmbedder

        return MiniLmEmbedder()
    raise InvalidInput(
        f"embedding_model must be hashed, minilm or openai:<model>, not {name!r}.", setting="embedding_model"
    )


def similarity(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of two vectors of length 1."""
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def _weights(text: str) -> dict[str, float]:
    """The weight of each feature of `text`; it grows with the logarithm of the count."""
    words = [word.lower() for word in _WORD.findall(text)]
    telling = [word for word in words if word not in _COMMON_WORDS]
    weights = _damped(words, 1.0)
    weights.update(_damped((f"{a} {b}" for a, b in pairwise(telling)), _PAIR))
    weights.update(_damped((part for word in telling for part in _trigrams(word)), _TRIGRAM))
    return weights


def _damped(features: Sequence[str] | Iterator[str], weight: float) -> dict[str, float]:
    counts = Counter(features).items()
    return {f: weight * (1 + math.log(n)) * (_COMMON if f in _COMMON_WORDS else 1.0) for f, n in counts}


def _trigrams(word: str) -> Iterator[str]:
    """The trigrams of `word` with marked ends, so that "recursion" and "recursive" share some."""
    marked = f"^{word}$"
    return (marked[at : at + 3] + "…" for at in range(len(marked) - 2)) if len(word) > 3 else iter(())


@lru_cache(maxsize=50_000)
def _hashed(feature: str) -> tuple[int, float]:
    """The index of a feature in the vector, and its sign: features with the same index cancel out on average."""
    number = int.from_bytes(blake2b(feature.encode("utf-8", "replace"), digest_size=8).digest())
    return (number >> 1) % _DIMENSION, 1.0 if number & 1 else -1.0
