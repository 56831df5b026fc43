"""Shows how a recording is played, and its report: drawn in a terminal, line by line anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markdown import Markdown

from ...documents.lines import split_lines
from ...errors import InvalidInput
from ..output import say
from .events import Began, Event, Observe, Saved, Wrote
from .player import Played
from .view_state import Kind, ViewState, after, entry_of

WIDEST: Final = 100
_SMALLEST: Final = (60, 16)  # columns and rows below which nothing is drawn


@contextmanager
def open_screen() -> Iterator[Observe]:
    """The function that gets the events of the player."""
    console = Console()
    if console.is_terminal and console.width >= _SMALLEST[0] and console.height >= _SMALLEST[1]:
        from .live_screen import LiveScreen

        with LiveScreen(console) as screen:
            yield screen.observe
    else:
        yield Lines().observe


class Lines:
    """One line for each thing that happens; typing is summed up at the next pause in it."""

    def __init__(self) -> None:
        self._state = ViewState()
        self._told = 0  # updates

    def observe(self, event: Event) -> None:
        self._state = after(self._state, event)
        match event:
            case Began(title=title, session_id=session_id, server=server):
                say(f"{title}: session {session_id} at {server}")
            case Wrote(cause="typing") | Saved():
                return
            case Wrote(cause=cause):
                self._sum_up(cause)
            case _:
                self._sum_up("typing")
                entry = entry_of(event)
                text = f": {' '.join(entry.text.split())}" if entry.text else ""
                say(f"{'' if entry.kind is Kind.NOTE else '  '}{entry.heading}{text}")

    def _sum_up(self, cause: str) -> None:
        state = self._state
        if state.sent == self._told:
            return
        self._told = state.sent
        minutes, seconds = divmod(int(state.at), 60)
        lines = len(split_lines(state.code))
        saved = f"{state.unsaved} not saved yet" if state.unsaved else "all saved"
        say(f"{minutes}:{seconds:02d} {cause}: {state.sent} updates, {lines} lines, {saved}")


def write_reports(played: Played, folder: Path) -> list[Path]:
    """Write the report in each format; returns the files.

    Raises:
        InvalidInput: the folder cannot be written to.
    """
    reports = played.reports
    if reports is None:
        return []
    contents = {"report.json": reports.json, "report.md": reports.markdown, "report.html": reports.html}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as problem:
        raise InvalidInput(f"The report cannot be written to {folder}: {problem.strerror}.") from problem
    return [folder / name for name in contents]


def show_report(played: Played) -> None:
    """Print the report: set as text in a terminal, as its Markdown anywhere else."""
    if played.reports is None:
        return
    console = Console()
    text = played.reports.markdown.decode()
    if console.is_terminal:
        console.print()
        console.print(Markdown(text, code_theme="ansi_dark"), width=min(console.width, WIDEST))
        console.print()
    else:
        say(text)
