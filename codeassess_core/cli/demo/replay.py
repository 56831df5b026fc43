"""`codeassess replay`: plays a recording against a running server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from ..output import say


def replay(
    file: Annotated[Path, typer.Argument(help="A recording, as examples/README.md describes.", metavar="FILE")],
    server: Annotated[str, typer.Option(help="The server's base URL, http://localhost:8888 for example.")],
    token: Annotated[
        str,
        typer.Option(envvar="CODEASSESS_TOKEN", help="A codeassess or Jupyter token; better in the environment."),
    ],
    speed: Annotated[float, typer.Option(help="How many times faster than recorded.", min=0.1, max=1_000)] = 1.0,
    longest_pause: Annotated[
        float | None, typer.Option(help="Cut longer pauses to this many recorded seconds.", min=0.0)
    ] = None,
    patience: Annotated[
        float, typer.Option(help="Seconds to wait for a question where the recording has an answer.", min=0.0)
    ] = 15.0,
    agree: Annotated[
        bool, typer.Option("--agree", help="Agree to what the assessment asks you to agree to, without being asked.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the report here in three formats.", file_okay=False)] = None,
) -> None:
    """Play a recording against a running server: session, code, answers, report.

    The server's own settings say when it asks: at a high speed it may ask less.
    """
    from ...client.errors import server_url
    from ..agreement import insist_on_agreements
    from .player import Pace, asked_of, play
    from .recording import read_recording
    from .screen import open_screen, show_report, write_reports

    recording = read_recording(file)
    pace = Pace(
        speed=speed,
        longest_pause=float("inf") if longest_pause is None else longest_pause,
        question_seconds=patience,
    )
    url = server_url(server)
    asked = asyncio.run(asked_of(recording, url, token=token))
    insist_on_agreements(recording.about.title, asked.values(), agree=agree)
    with open_screen() as observe:
        played = asyncio.run(play(recording, url, token=token, pace=pace, observe=observe, agreed=asked))
    say(f"Session {played.session_id} was played to its end.")
    if played.reports is None:
        say("Its report is for graders; this token may not read it.")
        return
    if out is None:
        show_report(played)
    for path in write_reports(played, out) if out is not None else ():
        say(f"  {path}")
