"""`codeassess export`: a whole session in a form that other tools read."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .output import say, write

if TYPE_CHECKING:
    from ..settings import Settings


class Form(StrEnum):
    """The forms of an export (docs/exports.md)."""

    PROGSNAP2 = "progsnap2"
    JSONL = "jsonl"


def export(
    session_id: Annotated[str, typer.Argument(help="The session.", metavar="SESSION_ID")],
    format: Annotated[Form, typer.Option(help="In which form.")] = Form.PROGSNAP2,
    out: Annotated[
        Path | None, typer.Option(help="The zip to write; else session-SESSION_ID-FORMAT.zip here.", dir_okay=False)
    ] = None,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Write a whole session as a zip: code, questions, answers, evaluations, reviews.

    The candidate's name and answers are in it: make it anonymous before it leaves your hands.
    """

    known = options.canonical_id(session_id, "SESSION_ID")
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    content = asyncio.run(_read(settings, known, format))
    file = out or Path(f"session-{known}-{format}.zip")
    write(file, content)
    say(f"The session {known} is in {file}.")


async def _read(settings: Settings, session_id: str, form: Form) -> bytes:
    from ..exports import EXPORTS
    from ..exports.making import exported
    from ..storage.reading import NoJobs
    from ..storage.record import Record
    from .stores import opened_database

    async with opened_database(settings) as database:
        record = Record(database, jobs=NoJobs())
        return await exported(record, await record.sessions.get(session_id), EXPORTS[form])
