"""Recognises notebooks and restores their lines as the candidate wrote them. Pure.

A notebook is recorded as one percent text, with a marker line before each cell and an
empty line after it (docs/protocol.md)::

    # %% id="3f1c"
    x = 1

    # %% [markdown] id="77ab"
    # # A heading

Its editor comments out everything that is not code of the notebook's language (Markdown,
magics, shell lines), and puts a backslash into text that looks like its own comments.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from .lines import editor_lines

_BEGINS: Final = r"(?:%[A-Za-z]|%%|![A-Za-z0-9_.~/$])"  # a magic or a shell line
MARKER: Final = re.compile(r"(?:#|//) %%(?: \[(?P<kind>\w+)\])? id=\"[^\"]*\"")
MAGIC: Final = re.compile(rf"\s*{_BEGINS}")
CELL_MAGIC: Final = re.compile(r"\s*%%[A-Za-z!]")
LIKE_OURS: Final = re.compile(rf"^((?:#|//)\s*)(\\*)(?={_BEGINS})")
"""A comment that looks like one from an editor; the second group has its backslashes."""
_COMMENT: Final = re.compile(r"^(?:#|//) ?")
_NAME: Final = re.compile(r"\.ipynb(?: \(\d+\))?$", re.IGNORECASE)  # a second file of the same name gets a number


def is_notebook(document: str) -> bool:
    """True when the name is that of a notebook. The text is not checked: any file may contain a marker."""
    return _NAME.search(document) is not None


def marker_lines(code: str, document: str) -> tuple[int, ...]:
    """The lines, from 1, of the markers of a notebook's cells; empty for other documents."""
    lines = editor_lines(code) if is_notebook(document) else [""]
    if not MARKER.fullmatch(lines[0]):
        return ()
    return tuple(number for number, line in enumerate(lines, 1) if MARKER.fullmatch(line))


def as_written(code: str, document: str) -> str:
    """The text with the lines of cells as the candidate wrote them. Markers and line numbers stay."""
    markers = marker_lines(code, document)
    if not markers:
        return code
    lines = editor_lines(code)
    for marker, following in pairwise((*markers, len(lines) + 1)):
        cell = range(marker, following - 1)  # from 0, without the marker
        kind = MARKER.fullmatch(lines[marker - 1])
        foreign = 0 if kind and kind["kind"] else _cell_magic(lines, cell)
        for n in cell:
            lines[n] = _uncommented(lines[n]) if foreign is not None and n >= foreign else _restored(lines[n])
    return "\n".join(lines)


def _cell_magic(lines: list[str], cell: range) -> int | None:
    """The line, from 0, of the magic for the whole cell; None for a cell of code."""
    first = next((n for n in cell if lines[n].strip()), None)
    if first is None or not _COMMENT.match(lines[first]) or not CELL_MAGIC.match(_uncommented(lines[first])):
        return None
    return first


def _restored(line: str) -> str:
    """A line as the candidate wrote it: magics are uncommented, and added backslashes are removed."""
    found = LIKE_OURS.match(line)
    if found is None:
        return line
    return found[1] + found[2][1:] + line[found.end() :] if found[2] else _uncommented(line)


def _uncommented(line: str) -> str:
    return _COMMENT.sub("", line)
