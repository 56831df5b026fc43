"""`codeassess demo`: a real Jupyter Server, and a recorded sitting played through it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Final

import typer

from . import options

if TYPE_CHECKING:
    from ..settings import Settings
    from .player import Played

LONGEST_PAUSE: Final = 5.0
"""Recorded seconds; longer than the idle pause after which a question may be asked."""

_MODEL_SECONDS: Final = 120.0  # for which a model may think about a question or a report


def demo(
    speed: Annotated[float, typer.Option(help="How many times faster than recorded.", min=0.1, max=1_000)] = 8.0,
    out: Annotated[Path, typer.Option(help="Where the report is written.", file_okay=False)] = Path("demo-report"),
    keep_data: Annotated[
        Path | None, typer.Option(help="Keep the database and the server's log here.", file_okay=False)
    ] = None,
    database_url: options.DatabaseUrl = None,
    redis_url: options.RedisUrl = None,
    chroma_url: options.ChromaUrl = None,
    model: options.Model = None,
    model_base_url: options.ModelBaseUrl = None,
    embedding_model: options.EmbeddingModel = None,
) -> None:
    """Watch a recorded sitting played through a real server, from the first keystroke to the report.

    It needs no key, no network and no service, and keeps apart from your own data.
    """
    given = options.settings(
        database_url=database_url,
        redis_url=redis_url,
        chroma_url=chroma_url,
        model=model or "offline",
        model_base_url=model_base_url,
        embedding_model=embedding_model,
    )
    with _folder(keep_data) as folder, _stopped_by_sigterm():
        played = _perform(_hastened(given, speed, folder), speed=speed, folder=folder)
    _conclude(played, out, keep_data)


def _hastened(given: Settings, speed: float, folder: Path) -> Settings:
    """The settings for a sitting that is `speed` times as fast: the trigger's times are as much shorter."""
    return replace(
        given,
        mode="embedded",
        data_dir=str(folder / "data"),
        embedding_model=given.embedding_model or ("hashed" if given.model == "offline" else ""),
        idle_pause=given.idle_pause / speed,
        min_time_between_interactions=given.min_time_between_interactions / speed,
        cool_down=given.cool_down / speed,
    )


def _perform(settings: Settings, *, speed: float, folder: Path) -> Played:
    from .player import Pace, play
    from .screen import open_screen
    from .server import jupyter_server
    from .sitting import read_sitting, recorded_sitting

    sitting = read_sitting(recorded_sitting())
    pace = Pace(speed=speed, longest_pause=LONGEST_PAUSE)
    if settings.model != "offline":
        pace = replace(pace, question_seconds=_MODEL_SECONDS, report_seconds=_MODEL_SECONDS)
    typer.echo(_explain(settings, speed))
    typer.echo("Starting a Jupyter Server with the codeassess extension …")
    with jupyter_server(folder, settings) as server, open_screen() as observe:
        return asyncio.run(play(sitting, server.url, token=server.token, pace=pace, observe=observe))


def _explain(settings: Settings, speed: float) -> str:
    store = asyncio.run(_reach(settings)) if settings.database_url else "SQLite"
    return (
        f"Played at {speed:g}× the recorded pace, pauses cut to {LONGEST_PAUSE:g} s. The trigger's times shrink too:\n"
        f"it waits {settings.idle_pause:.2g} s for a pause, and asks every "
        f"{settings.min_time_between_interactions:.2g} s at most.\n"
        f"Examiner: {settings.model}. Record: {store}."
    )


async def _reach(settings: Settings) -> str:
    """The database that was named, without its password. Better to fail here, by name, than in the server's log."""
    from .stores import opened_database

    async with opened_database(settings) as database:
        return database.url.render_as_string(hide_password=True)


def _conclude(played: Played, out: Path, kept: Path | None) -> None:
    from .screen import show_report, write_reports

    files = write_reports(played, out)
    show_report(played)
    typer.echo(f"The report of session {played.session_id}:")
    for file in files:
        typer.echo(f"  {file}")
    if kept is not None:
        typer.echo(f"The record and the server's log are in {kept}.")
    _insist(played)
    typer.echo("Next: `make lab` opens JupyterLab with codeassess, and the candidate is you.")


def _insist(played: Played) -> None:
    """Played to its end is not enough for a demo: somebody must have asked, and evaluated."""
    from .player import PlayFailed

    if played.failures:
        raise PlayFailed(f"{len(played.failures)} answers were not evaluated: {played.failures[0]}")
    if not played.questions or not played.evaluations:
        raise PlayFailed(f"{played.questions} questions were asked and {played.evaluations} answers evaluated.")


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """Where the server keeps everything: the folder that was named, or one that is gone afterwards."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with TemporaryDirectory(prefix="codeassess-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Ended from outside: leave as on Ctrl-C, so that the server is stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
