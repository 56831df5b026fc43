"""`codeassess assessment preview`: the author is the candidate, on their own machine."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import options
from ..output import say
from .command import LONGEST_PAUSE, hastened, stopped_by_sigterm, working_folder

if TYPE_CHECKING:
    from ...authoring.folder import AuthoredFolder
    from ...settings import Settings
    from .player import Played
    from .recording import Recording
    from .server import RunningServer


def preview(
    folder: Annotated[Path, typer.Argument(help="The folder with assessment.yaml.", metavar="FOLDER")],
    speed: Annotated[float, typer.Option(help="How many times faster than recorded.", min=0.1, max=1_000)] = 8.0,
    live: Annotated[
        bool, typer.Option("--live", help="Do not play the recording; wait for an editor instead.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the report here as JSON, Markdown and HTML.", file_okay=False)
    ] = None,
    model: options.Model = None,
    model_base_url: options.ModelBaseUrl = None,
) -> None:
    """See an assessment as its candidates do, through a server of its own that is gone afterwards.

    The folder's recording.jsonl is played, if there is one. Else the server waits for an editor until Ctrl-C.
    Opening times, attempts and `verified` do not hold here.
    """
    from ..author import read_authored
    from .recording import read_recording

    authored = read_authored(folder)
    given = options.settings(model=model or "offline", model_base_url=model_base_url)
    recording = None if live or authored.recording is None else read_recording(authored.recording)
    with working_folder(None) as place, stopped_by_sigterm():
        if recording is None:
            _wait_for_an_editor(authored, hastened(given, 1.0, place), place)
            return
        played = _play(authored, recording, hastened(given, speed, place), speed=speed, place=place)
    _conclude(played, out)


def as_candidate(authored: AuthoredFolder, *, speed: float = 1.0) -> dict[str, Any]:
    """The body of the assessment for a preview; the trigger's times are divided by `speed`."""
    policy = authored.new.policy
    times = {name: getattr(policy, name) for name in ("min_time_between_interactions", "cool_down")}
    hasty = policy.model_copy(update={name: t / speed for name, t in times.items() if t is not None})
    free: dict[str, Any] = {"opens_at": None, "closes_at": None, "attempts": None, "verified": False, "graders": []}
    new = authored.new.model_copy(update=free | {"policy": hasty})
    return new.model_dump(mode="json", by_alias=True)


def _play(authored: AuthoredFolder, recording: Recording, settings: Settings, *, speed: float, place: Path) -> Played:
    from .player import Pace, play
    from .screen import open_screen
    from .server import jupyter_server

    new = authored.new
    told = {"title": new.title, "language": new.language, "assessment": as_candidate(authored, speed=speed)}
    staged = recording.model_copy(update={"about": recording.about.model_copy(update=told)})
    pace = Pace(speed=speed, longest_pause=LONGEST_PAUSE)
    if settings.model != "offline":
        pace = replace(pace, question_seconds=120.0, report_seconds=120.0)
    if new.consent.strip():
        say(f"Before they begin, candidates have to agree to this:\n\n{new.consent.strip()}\n")
    say("Starting a Jupyter Server with the codeassess extension …")
    with jupyter_server(place, settings) as server, open_screen() as observe:
        return asyncio.run(play(staged, server.url, token=server.token, pace=pace, observe=observe))


def _conclude(played: Played, out: Path | None) -> None:
    from .command import insist
    from .screen import show_report, write_reports

    show_report(played)
    for file in write_reports(played, out) if out is not None else ():
        say(f"  {file}")
    insist(played)


def _wait_for_an_editor(authored: AuthoredFolder, settings: Settings, place: Path) -> None:
    """Serve the assessment until Ctrl-C."""
    from .server import jupyter_server

    say("Starting a Jupyter Server with the codeassess extension …")
    with jupyter_server(place, settings) as server:
        assessment_id = asyncio.run(_offer(authored, server))
        say(f"{authored.new.title} waits for its candidate. Join from an editor (docs/vscode.md), or write a client:")
        say(f"  server      {server.url}")
        say(f"  token       {server.token}")
        say(f"  assessment  {assessment_id}")
        say("Ctrl-C ends it; nothing is kept.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say("The preview is over.")


async def _offer(authored: AuthoredFolder, server: RunningServer) -> str:
    from ...client.rest import Rest

    async with Rest(server.url, token=server.token) as rest:
        return await rest.add_assessment(as_candidate(authored))
