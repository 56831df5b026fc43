"""Embeddings by a model, through LangChain."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ...errors import StoreUnavailable

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

_TIMEOUT = 20.0  # seconds; LangChain sets no limit
_RETRIES = 2
_LONGEST = 8000  # characters; OpenAI's models take 8,191 tokens, and a token of code has at least two characters


class OpenAIEmbedder:
    """A model of OpenAI, or of a server with the same protocol. The library is loaded by the first call."""

    def __init__(self, model: str, *, base_url: str = "") -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._base_url = base_url

    @cached_property
    def dimension(self) -> int:
        """The length of the vectors, found by one request."""
        return len(self.embed_query("dimension"))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text; of a very long text only the beginning counts."""
        from openai import OpenAIError

        try:
            return self._embeddings.embed_documents([text[:_LONGEST] for text in texts])
        except OpenAIError as problem:
            raise StoreUnavailable(f"The embedding model {self.name} cannot be reached: {problem}") from problem

    def embed_query(self, text: str) -> list[float]:
        """The vector of a text with which others are searched."""
        return self.embed_documents([text])[0]

    @cached_property
    def _embeddings(self) -> OpenAIEmbeddings:
        from langchain_openai import OpenAIEmbeddings

        return OpenAIEmbeddings(
            model=self._model,
            base_url=self._base_url or None,
            timeout=_TIMEOUT,
            max_retries=_RETRIES,
            check_embedding_ctx_length=False,  # it counts tokens with a table that it downloads; hence _LONGEST
        )


def openai_embedder(model: str, *, base_url: str = "") -> OpenAIEmbedder:
    """The embedder of `openai:<model>`; the key comes from the environment."""
    return OpenAIEmbedder(model, base_url=base_url)
