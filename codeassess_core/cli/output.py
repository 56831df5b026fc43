"""The output of the commands: results on stdout, errors as one red line on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..errors import REASON, CodeAssessError, InvalidInput
from ..escaping import json_text, terminal_line, terminal_text

LOG_TAIL = "log_tail"
"""The `detail` of an error in which the last lines of another process's log are."""

_ANY_WIDTH = 1_000


def complain(problem: CodeAssessError) -> None:
    """Print an error in one red line, with the words of a driver; below it the log of a server that died."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    reason = str(problem.detail.get(REASON, ""))
    sentence = f"{problem.message.removesuffix('.')}: {reason}" if reason else problem.message
    console.print(f"[bold red]codeassess:[/] [red]{escape(terminal_line(sentence))}[/]")
    for line in problem.detail.get(LOG_TAIL, ()):
        console.print(f"  {escape(terminal_text(line))}", style="dim")


def say(text: str = "", *, end: str = "\n") -> None:
    """Print a result. Text of candidates and graders is escaped, so that nothing in it controls the terminal."""
    print(terminal_text(text), end=end, flush=True)


def remark(text: str) -> None:
    """Print what is no result, on stderr, where it does not come into a file."""
    print(terminal_text(text), file=sys.stderr, flush=True)


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Print one JSON value on one line, or on several with `indent`."""
    print(json_text(value, indent=indent), flush=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table without frames. No cell is cut in a narrow terminal, because ids are there to be copied."""
    shown = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*(escape(terminal_line(cell)) for cell in row))
    Console(highlight=False, width=_ANY_WIDTH, soft_wrap=True).print(shown)


def write(file: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        InvalidInput: it cannot be written.
    """
    try:
        file.write_bytes(content)
    except OSError as problem:
        raise InvalidInput(f"{file} cannot be written: {problem.strerror}.") from problem
