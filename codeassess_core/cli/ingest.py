"""`codeassess ingest`: store material for the examiner."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InvalidInput
from . import options
from .output import say

if TYPE_CHECKING:
    from ..authoring.chunking import Piece
    from ..settings import Settings


def ingest(
    assessment_id: Annotated[str, typer.Argument(help="The assessment that it belongs to.", metavar="ASSESSMENT_ID")],
    files: Annotated[list[Path], typer.Argument(help="Files: .md, .rst, .txt, .py, .ipynb.", metavar="FILES…")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Forget earlier material of the assessment first.")
    ] = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
    chroma_url: options.ChromaUrl = None,
    embedding_model: options.EmbeddingModel = None,
    model_base_url: options.ModelBaseUrl = None,
) -> None:
    """Put course material, notes or model solutions at an assessment, for questions and evaluations to draw on.

    A passage that is there already is not doubled. Without a Chroma server, stop the codeassess server first:
    only one process may open the local collection.
    """
    settings = options.settings(
        database_url=database_url,
        data_dir=data_dir,
        chroma_url=chroma_url,
        embedding_model=embedding_model,
        model_base_url=model_base_url,
    )
    known = options.canonical_id(assessment_id, "ASSESSMENT_ID")
    pieces = [piece for file in files for piece in _read(file)]
    if not pieces:
        raise InvalidInput("There is no text in these files.")
    different = asyncio.run(_store(settings, known, pieces, replace=replace))
    say(f"{different} passages from {len(files)} {'file' if len(files) == 1 else 'files'} for assessment {known}.")


def _read(file: Path) -> tuple[Piece, ...]:
    from ..authoring.chunking import pieces_of

    name = file.name if file.is_absolute() else file.as_posix()
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"{file} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"{file} is not UTF-8.") from problem
    if "\0" in text:
        raise InvalidInput(f"{file} is no text: it contains NUL.")
    return pieces_of(name, text, file.suffix.lower())


async def _store(settings: Settings, assessment_id: str, pieces: list[Piece], *, replace: bool) -> int:
    from ..memory import assessment_shelf
    from ..parts import retrieval_for
    from ..storage.assessments import Assessments
    from .stores import opened_database

    async with opened_database(settings) as database:
        await Assessments(database).get(assessment_id)
    shelf = assessment_shelf(assessment_id)
    passages = {piece.id: (piece.id, piece.text, piece.source) for piece in reversed(pieces)}
    retrieval = retrieval_for(settings)
    try:
        if replace:
            await retrieval.forget(shelf)
        await retrieval.add(shelf, list(passages.values()))
    finally:
        await retrieval.aclose()
    return len(passages)
