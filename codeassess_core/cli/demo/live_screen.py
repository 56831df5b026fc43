"""A recording in a terminal while it is played: the code on the left, the conversation on the right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from ...documents.lines import split_lines
from ...escaping import terminal_line, terminal_text
from .events import Event
from .view_state import Entry, Kind, ViewState, after

TALLEST: Final = 34
_MARKS: Final = {
    Kind.QUESTION: ("?", "bold cyan"),
    Kind.ANSWER: ("›", "bold"),
    Kind.EVALUATION: ("✓", "bold green"),
    Kind.NOTE: ("·", "dim"),
    Kind.TROUBLE: ("!", "bold red"),
}
_CONTEXT: Final = 4  # lines below the one that is being written


class LiveScreen:
    """A context in which the terminal shows the view state; `observe` takes each event."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state = ViewState()
        self._live = Live(get_renderable=self._render, console=console, refresh_per_second=8, transient=False)

    def __enter__(self) -> LiveScreen:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def observe(self, event: Event) -> None:
        """One assignment, so that the drawing thread sees a complete view state."""
        self._state = after(self._state, event)

    def _render(self) -> RenderableType:
        return picture(self._state, height=min(self._console.height - 1, TALLEST))


def picture(state: ViewState, *, height: int) -> RenderableType:
    """The whole screen, `height` lines tall."""
    inside = max(1, height - 4)  # two lines of heading, two of frames
    columns = Table.grid(expand=True)
    columns.add_column(ratio=11)
    columns.add_column(ratio=10)
    columns.add_row(
        Panel(_code(state, inside), title=state.document, title_align="left", height=inside + 2, border_style="dim"),
        Panel(
            _LastLines(_conversation(state.entries), inside),
            title="codeassess",
            title_align="left",
            height=inside + 2,
            border_style="dim",
        ),
    )
    return Group(_title(state), _state(state), columns)


def _title(state: ViewState) -> Text:
    return Text(terminal_line(state.title) or "…", style="bold", no_wrap=True, overflow="ellipsis")


def _state(state: ViewState) -> Text:
    minutes, seconds = divmod(int(state.at), 60)
    saved = Text("all saved", "green") if not state.unsaved else Text(f"{state.unsaved} not saved yet", "yellow")
    parts = [
        Text(f"{minutes}:{seconds:02d}"),
        Text(f"update {state.sent} of {state.updates}"),
        saved,
        Text(f"session {state.session_id}", "dim"),
    ]
    line = Text("  ").join(parts)
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _code(state: ViewState, height: int) -> RenderableType:
    """`height` lines of the code, among them the one that is being written."""
    total = len(split_lines(state.code))
    last = min(total, max(height, state.focus + _CONTEXT))
    return Syntax(
        terminal_text(state.code),
        state.language or "text",
        theme="ansi_dark",
        background_color="default",
        line_numbers=True,
        line_range=(max(1, last - height + 1), last),
        highlight_lines={state.focus},
    )


def _conversation(entries: Iterable[Entry]) -> RenderableType:
    return Group(*(_entry(entry) for entry in entries))


def _entry(entry: Entry) -> RenderableType:
    mark, style = _MARKS[entry.kind]
    heading = Text(terminal_line(f"{mark} {entry.heading}"), style)
    return Group(heading, Padding(Text(terminal_text(entry.text)), (0, 0, 1, 2))) if entry.text else heading


class _LastLines:
    """The last lines of content that may be taller than the panel."""

    def __init__(self, content: RenderableType, height: int) -> None:
        self._content = content
        self._height = height

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = console.render_lines(self._content, options.update(height=None), pad=False)
        while lines and not "".join(segment.text for segment in lines[-1]).strip():
            lines.pop()
        for line in lines[-self._height :]:
            yield from line
            yield Segment.line()
