"""`codeassess report`: a stored report in one of its formats."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InvalidInput
from . import options
from .output import say, write

if TYPE_CHECKING:
    from ..settings import Settings


class Format(StrEnum):
    """The formats of a report."""

    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"


def report(
    session_id: Annotated[str, typer.Argument(help="The session.", metavar="SESSION_ID")],
    format: Annotated[Format, typer.Option(help="In which format.")] = Format.MARKDOWN,
    out: Annotated[Path | None, typer.Option(help="The file to write to; stdout if not given.", dir_okay=False)] = None,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Print or write the newest report of a session."""
    if format is Format.PDF and out is None and sys.stdout.isatty():
        raise InvalidInput("A PDF is no text for a terminal; name a file with --out.")
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    content = asyncio.run(_read(settings, options.canonical_id(session_id, "SESSION_ID"), format))
    if out is not None:
        write(out, content)
    elif sys.stdout.isatty():
        say(content.decode(), end="")
    else:
        sys.stdout.buffer.write(content)


async def _read(settings: Settings, session_id: str, format: Format) -> bytes:
    from ..clock import utcnow
    from ..reports import EXPORTERS
    from ..storage.reading import NoJobs
    from ..storage.reports import Reports
    from ..storage.sessions import Sessions
    from .stores import opened_database

    async with opened_database(settings) as database:
        await Sessions(database).get(session_id)
        return EXPORTERS[format].render(await Reports(database, jobs=NoJobs(), clock=utcnow).latest(session_id))
