"""A notebook as one text: the percent format, with the id of each cell in its marker.

The same form as the JupyterLab extension sends (labextension/src/watchers/percent.ts),
so that the document stays the same when a session moves between the editors::

    # %% id="3f1c"
    x = 1

    # %% [markdown] id="77ab"
    # # A heading

Text that is not code of the notebook's language (Markdown, raw cells, magics, shell lines) is
commented out, so that the whole can be parsed. Text of a candidate that looks like a marker or
like a magic that was commented out gets a backslash (`# \\%% id="x"`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from codeassess_core.documents.lines import ends_in
from codeassess_core.documents.notebooks import CELL_MAGIC, LIKE_OURS, MAGIC, MARKER

_SLASHES = frozenset(
    "c c++ cpp csharp c# go java javascript kotlin rust scala swift typescript".split()  # noqa: SIM905
)
_EMPTY_LINES = re.compile(r"\s*[\r\n]")
_LINE_ENDS = re.compile(r"(\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `uri` is the editor's name for its text."""

    id: str
    uri: str
    is_code: bool
    source: str


def to_percent(cells: Sequence[Cell], language: str) -> str:
    """The notebook's text."""
    comment = "//" if language.lower() in _SLASHES else "#"
    return "\n".join(f"{_marker(cell, comment)}\n{_body(cell, comment)}\n" for cell in cells)


def locate(cells: Sequence[Cell], line: int) -> tuple[Cell, int] | None:
    """The cell that holds a line (from 0) of the percent text, and the line in it; a marker is its first line."""
    at = 0
    for cell in cells:
        height = ends_in(cell.source) + 1
        if line <= at + height + 1:
            return cell, min(max(line - at - 1, 0), height - 1)
        at += height + 2
    return None


def _marker(cell: Cell, comment: str) -> str:
    kind = "" if cell.is_code else " [markdown]"
    return f'{comment} %%{kind} id="{cell.id}"'


def _body(cell: Cell, comment: str) -> str:
    if not cell.is_code:
        return _each_line(cell.source, partial(_commented, comment=comment))
    if found := CELL_MAGIC.match(cell.source):
        above = _EMPTY_LINES.match(found[0])
        end = above.end() if above else 0
        return cell.source[:end] + _each_line(cell.source[end:], partial(_commented, comment=comment))
    return _each_line(cell.source, partial(_code_line, comment=comment))


def _code_line(line: str, *, comment: str) -> str:
    return _commented(line, comment=comment) if MAGIC.match(line) else LIKE_OURS.sub(r"\1\\\2", line)


def _each_line(text: str, change: Callable[[str], str]) -> str:
    """The text with each line changed and every line end as it is."""
    return "".join(change(part) if n % 2 == 0 else part for n, part in enumerate(_LINE_ENDS.split(text)))


def _commented(line: str, *, comment: str) -> str:
    """A line as a comment; without a space where it would be a marker."""
    whole = f"{comment} {line}" if line else comment
    return f"{comment}{line}" if MARKER.fullmatch(whole) else whole
