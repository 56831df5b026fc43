"""A notebook as one text: the percent format, with the id of each cell in its marker.

The same form as the JupyterLab extension sends (labextension/src/watchers/percent.ts),
so that a session that moves between the editors stays one document::

    # %% id="3f1c"
    x = 1

    # %% [markdown] id="77ab"
    # # A heading

What is no code of the notebook's language (Markdown, raw cells, magics, shell lines) is
commented out, so that the whole can be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SLASHES = frozenset(
    "c c++ cpp csharp c# go java javascript kotlin rust scala swift typescript".split()  # noqa: SIM905
)
_MAGIC = re.compile(r"\s*(?:%[A-Za-z]|%%|![\w.~/$])")
_MAGIC_SOMEWHERE = re.compile(r"^\s*[%!]", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\s*%%[A-Za-z!]")


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
        height = cell.source.count("\n") + 1
        if line <= at + height + 1:
            return cell, min(max(line - at - 1, 0), height - 1)
        at += height + 2
    return None


def _marker(cell: Cell, comment: str) -> str:
    kind = "" if cell.is_code else " [markdown]"
    return f'{comment} %%{kind} id="{cell.id}"'


def _body(cell: Cell, comment: str) -> str:
    foreign = not cell.is_code or _CELL_MAGIC.match(cell.source) is not None
    if not foreign and not _MAGIC_SOMEWHERE.search(cell.source):
        return cell.source
    lines = cell.source.split("\n")
    return "\n".join(f"{comment} {line}".rstrip() if foreign or _MAGIC.match(line) else line for line in lines)
