"""`codeassess demo`: plays a recording through a real Jupyter Server."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Final

import typer

from .. import options
from ..output import say

if TYPE_CHECKING:
    from ...settings import Settings
    from .player import Played

LONGEST_PAUSE: Final = 30.0
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
    """Watch a recorded session played through a real server, from the first keystroke to the report.

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
    with working_folder(keep_data) as folder, stopped_by_sigterm():
        played = _perform(hastened(given, speed, folder), speed=speed, folder=folder)
    _conclude(played, out, keep_data)


def hastened(given: Settings, speed: float, folder: Path) -> Settings:
    """The settings for a recording played `speed` times as fast: the times of the trigger are divided by it."""
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
    from .recording import bundled_recording, read_recording
    from .screen import open_screen
    from .server import jupyter_server

    recording = read_recording(bundled_recording())
    pace = Pace(speed=speed, longest_pause=LONGEST_PAUSE)
    if settings.model != "offline":
        pace = replace(pace, question_seconds=_MODEL_SECONDS, report_seconds=_MODEL_SECONDS)
    say(_explain(settings, speed))
    say("Starting a Jupyter Server with the codeassess extension …")
    with jupyter_server(folder, settings) as server, open_screen() as observe:
        return asyncio.run(play(recording, server.url, token=server.token, pace=pace, observe=observe))


def _explain(settings: Settings, speed: float) -> str:
    store = asyncio.run(_reach(settings)) if settings.database_url else "SQLite"
    return (
        f"Played at {speed:g}× the recorded pace, pauses cut to {LONGEST_PAUSE:g} s. The trigger's times shrink too:\n"
        f"it waits {settings.idle_pause:.2g} s for a pause, and asks every "
        f"{settings.min_time_between_interactions:.2g} s at most.\n"
        f"Examiner: {settings.model}. Record: {store}."
    )


async def _reach(settings: Settings) -> str:
    """Open the database once, to fail here with its name; returns its URL without the password."""
    from ..stores import opened_database

    async with opened_database(settings) as database:
        return database.url.render_as_string(hide_password=True)


def _conclude(played: Played, out: Path, kept: Path | None) -> None:
    from .screen import show_report, write_reports

    files = write_reports(played, out)
    show_report(played)
    say(f"The report of session {played.session_id}:")
    for file in files:
        say(f"  {file}")
    if kept is not None:
        say(f"The record and the server's log are in {kept}.")
    insist(played)
    say(f"Next: {_next_step()} opens JupyterLab with codeassess, and the candidate is you.")


def _next_step() -> str:
    """A command that works here: of make in a checkout, else of JupyterLab."""
    if (Path(__file__).parents[3] / "Makefile").is_file():
        return "`make lab`"
    installed = find_spec("jupyterlab") is not None
    return "`jupyter lab`" if installed else "`pip install jupyterlab`, then `jupyter lab`"


def insist(played: Played) -> None:
    """Fail a demo in which nothing was asked or evaluated."""
    from .player import PlayFailed

    if played.failures:
        raise PlayFailed(f"{len(played.failures)} answers were not evaluated: {played.failures[0]}")
    if not played.questions or not played.evaluations:
        raise PlayFailed(f"{played.questions} questions were asked and {played.evaluations} answers evaluated.")


@contextmanager
def working_folder(kept: Path | None) -> Iterator[Path]:
    """The folder of the server: the given one, or a temporary one."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with TemporaryDirectory(prefix="codeassess-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Handle SIGTERM like Ctrl-C, so that the server is stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
