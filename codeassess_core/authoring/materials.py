"""The materials of an assessment on their shelf, where questions and evaluations find them."""

from __future__ import annotations

from pathlib import PurePosixPath

from ..memory import assessment_shelf
from ..model import AssessmentSpec
from ..ports import Retrieval
from .chunking import pieces_of


async def shelve(retrieval: Retrieval, spec: AssessmentSpec, *, before: AssessmentSpec | None = None) -> int:
    """Put the materials of `spec` on its shelf; returns how many passages they are.

    What was there is forgotten, unless neither this version nor the one `before` has materials: then the
    shelf was filled by hand (`codeassess ingest`), or is empty.

    Raises:
        StoreUnavailable: retrieval is away, or another process has the local collection open.
    """
    if not spec.materials and not (before and before.materials):
        return 0
    pieces = [
        piece
        for file in spec.materials
        for piece in pieces_of(file.path, file.text, PurePosixPath(file.path).suffix.lower())
    ]
    passages = {piece.id: (piece.id, piece.text, piece.source) for piece in reversed(pieces)}
    shelf = assessment_shelf(spec.id)
    await retrieval.forget(shelf)
    await retrieval.add(shelf, list(passages.values()))
    return len(passages)
