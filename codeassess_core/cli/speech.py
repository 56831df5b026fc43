"""How the commands speak: results on stdout, problems as one red line on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..errors import CodeAssessError, InvalidInput

LOG_TAIL = "log_tail"
"""The `detail` of an error in which the last lines of another process's log are."""

_ANY_WIDTH = 1_000

REASON = "reason"
"""The `detail` of an error in which a driver's or a library's own words are."""


def complain(problem: CodeAssessError) -> None:
    """Say what is wrong in one red line, with the reason that a driver gave; below it the log of a server that died."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    reason = str(problem.detail.get(REASON, ""))
    sentence = f"{problem.message.removesuffix('.')}: {reason}" if reason else problem.message
    console.print(f"[bold red]codeassess:[/] [red]{escape(_one_line(sentence))}[/]")
    for line in problem.detail.get(LOG_TAIL, ()):
        console.print(f"  {escape(line)}", style="dim")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table without frames. No cell is cut, however narrow the terminal: ids are there to be copied."""
    shown = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*(escape(cell) for cell in row))
    Console(highlight=False, width=_ANY_WIDTH, soft_wrap=True).print(shown)


def write(file: Path, content: bytes) -> None:
    """Write what a command made.

    Raises:
        InvalidInput: it cannot be written there.
    """
    try:
        file.write_bytes(content)
    except OSError as problem:
        raise InvalidInput(f"{file} cannot be written: {problem.strerror}.") from problem


def _one_line(text: str) -> str:
    return " ".join(text.split())
