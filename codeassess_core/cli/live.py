"""The sitting as it happens, in a terminal: the code on the left, the conversation on the right."""

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

from .happenings import Happening
from .player import DOCUMENT
from .scene import Entry, Kind, Scene, after

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
    """`with` it the terminal shows the scene; `observe` is told what happens."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._scene = Scene()
        self._live = Live(get_renderable=self._render, console=console, refresh_per_second=8, transient=False)

    def __enter__(self) -> LiveScreen:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def observe(self, happening: Happening) -> None:
        """One assignment, so that the thread that draws sees one scene or the next."""
        self._scene = after(self._scene, happening)

    def _render(self) -> RenderableType:
        return picture(self._scene, height=min(self._console.height - 1, TALLEST))


def picture(scene: Scene, *, height: int) -> RenderableType:
    """The whole screen, `height` lines tall."""
    inside = max(1, height - 4)  # two lines of heading, two of frames
    columns = Table.grid(expand=True)
    columns.add_column(ratio=11)
    columns.add_column(ratio=10)
    columns.add_row(
        Panel(_code(scene, inside), title=DOCUMENT, title_align="left", height=inside + 2, border_style="dim"),
        Panel(
            _Tail(_conversation(scene.entries), inside),
            title="codeassess",
            title_align="left",
            height=inside + 2,
            border_style="dim",
        ),
    )
    return Group(_title(scene), _state(scene), columns)


def _title(scene: Scene) -> Text:
    return Text(scene.title or "…", style="bold", no_wrap=True, overflow="ellipsis")


def _state(scene: Scene) -> Text:
    minutes, seconds = divmod(int(scene.at), 60)
    saved = Text("all saved", "green") if not scene.unsaved else Text(f"{scene.unsaved} not saved yet", "yellow")
    parts = [
        Text(f"{minutes}:{seconds:02d}"),
        Text(f"update {scene.sent} of {scene.updates}"),
        saved,
        Text(f"session {scene.session_id}", "dim"),
    ]
    line = Text("  ").join(parts)
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _code(scene: Scene, height: int) -> RenderableType:
    """So many lines of the code, with the one that is being written among them."""
    total = len(scene.code.splitlines())
    last = min(total, max(height, scene.focus + _CONTEXT))
    return Syntax(
        scene.code,
        scene.language or "text",
        theme="ansi_dark",
        background_color="default",
        line_numbers=True,
        line_range=(max(1, last - height + 1), last),
        highlight_lines={scene.focus},
    )


def _conversation(entries: Iterable[Entry]) -> RenderableType:
    return Group(*(_entry(entry) for entry in entries))


def _entry(entry: Entry) -> RenderableType:
    mark, style = _MARKS[entry.kind]
    heading = Text(f"{mark} {entry.heading}", style)
    return Group(heading, Padding(Text(entry.text), (0, 0, 1, 2))) if entry.text else heading


class _Tail:
    """The last lines of something that may be taller than its place."""

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
