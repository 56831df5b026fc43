"""`codeassess assessment init`, `check` and `publish`: a folder that a teacher writes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .output import LOG_TAIL, say
from .place import Server, Token, chosen_place

if TYPE_CHECKING:
    from ..authoring.folder import AuthoredFolder

Folder = Annotated[Path, typer.Argument(help="The folder with assessment.yaml.", metavar="FOLDER")]


def init(folder: Folder) -> None:
    """Write a complete assessment to begin with: every field is there, with a word on what it means."""
    from ..authoring.template import write_template

    for file in write_template(folder):
        say(f"  {file}")
    say(f"Change it, then: codeassess assessment check {folder}")


def check(folder: Folder) -> None:
    """Say everything that is wrong in a folder, with file, line and the right form."""
    authored = read_authored(folder)
    new = authored.new
    say(f"{folder} is in order: {new.title}")
    for what, files in (("starter files", new.files), ("materials", new.materials)):
        if files:
            say(f"  {what}: {', '.join(file.path for file in files)}")
    public = sum(criterion.public for criterion in new.rubric)
    say(f"  rubric: {len(new.rubric)} criteria, {public} public" if new.rubric else "  rubric: the usual one")
    if authored.recording is not None:
        say(f"  recorded session: {authored.recording.name}")
    if authored.not_read:
        say(f"  not read: {', '.join(authored.not_read)}")


def publish(
    folder: Folder,
    over: Annotated[
        bool, typer.Option("--over", help="Also when somebody has published another version meanwhile.")
    ] = False,
    server: Server = None,
    token: Token = None,
    name: Annotated[str, typer.Option("--name", help="Whose work it is; on a server the token says.")] = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
    chroma_url: options.ChromaUrl = None,
    embedding_model: options.EmbeddingModel = None,
    model_base_url: options.ModelBaseUrl = None,
) -> None:
    """Publish a folder: a new assessment, or its next version. Unchanged, nothing happens.

    What it became stands in published.json beside it. Materials go where `codeassess ingest` puts them.
    """
    from ..authoring.publishing import publish as published

    authored = read_authored(folder)
    stores = {"database_url": database_url, "data_dir": data_dir, "chroma_url": chroma_url}
    models = {"embedding_model": embedding_model, "model_base_url": model_base_url}
    where = chosen_place(server, token, name=name, tenant=tenant, **stores, **models)

    async def put() -> str:
        async with where as place:
            outcome, stored = await published(authored, place, over=over)
        what = f"{stored.assessment_id} version {stored.version}: {stored.title}"
        closed = "; it is closed" if stored.status == "closed" else ""
        return what + (" (unchanged)" if outcome == "unchanged" else "") + closed

    say(asyncio.run(put()))


def read_authored(folder: Path) -> AuthoredFolder:
    """The folder, its recording checked as well.

    Raises:
        FolderRejected: with everything that is wrong, one on each line.
    """
    from ..authoring.folder import read_folder
    from ..authoring.problems import FolderRejected, Problem
    from ..errors import InvalidInput
    from .demo.recording import read_recording

    try:
        authored = read_folder(folder)
        if authored.recording is not None:
            read_recording(authored.recording)
    except FolderRejected as problem:
        problem.detail[LOG_TAIL] = [str(found) for found in problem.problems]
        raise
    except InvalidInput as problem:
        broken = Problem(file="recording.jsonl", message=problem.message.removesuffix("."))
        rejected = FolderRejected(str(folder), [broken])
        rejected.detail[LOG_TAIL] = [str(broken)]
        raise rejected from problem
    return authored
