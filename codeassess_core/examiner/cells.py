"""A line of a notebook as its author sees it: line 2 of cell 3. Pure.

A notebook is recorded as one percent text, a marker line before each cell and an empty
line behind it (docs/protocol.md)::

    # %% id="3f1c"
    x = 1

    # %% [markdown] id="77ab"
    # # A heading

Regions and drafts count the lines of that document; nobody sees it, so what is said to
people names the cell, from 1, and the line in it, from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from ..model import ExpectedPoint

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_MARKER: Final = re.compile(r"(?:#|//) %%(?: \[\w+\])? id=\"[^\"]*\"")
_PLACE: Final = re.compile(
    r"(?P<code>`[^`]*`)|\b(?P<lines>lines?) (?P<first>\d+)(?:\s*(?:-|–|to|and|through)\s*(?P<last>\d+))?"
    r"(?P<cell>(?:,)? (?:of|in) cell (?P<number>\d+)\b)?",
    re.IGNORECASE,
)
_BARE_CELL: Final = re.compile(r"\bcells? (\d+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one percent text. All lines count from 1."""

    markers: tuple[int, ...]  #: the lines of the markers
    end: int  #: the line behind the last cell

    def place(self, line: int) -> tuple[int, int]:
        """The cell that holds a line of the document, and the line in it; a marker is taken for its first line."""
        number = max(1, bisect_right(self.markers, line))
        return number, min(max(line - self.markers[number - 1], 1), self.height(number))

    def line(self, number: int, line: int) -> int | None:
        """The line of the document; None when there is no such cell or no such line in it."""
        if not 1 <= number <= len(self.markers) or not 1 <= line <= self.height(number):
            return None
        return self.markers[number - 1] + line

    def height(self, number: int) -> int:
        """The lines of a cell; an empty one has one."""
        after = self.markers[number] - 1 if number < len(self.markers) else self.end
        return max(1, after - self.markers[number - 1] - 1)

    def span(self, start: int, end: int) -> str:
        """Lines of the document in words: line 2 of cell 3, lines 2-4 of cell 3, or from one cell into another."""
        (cell, first), (other, last) = self.place(start), self.place(end)
        if cell != other:
            return f"line {first} of cell {cell} to line {last} of cell {other}"
        return f"line {first} of cell {cell}" if first == last else f"lines {first}-{last} of cell {cell}"

    def worded(self, text: str) -> str:
        """`text`, which names lines of the document, as it is said to people. What stands in backticks stays."""

        def name(found: re.Match[str]) -> str:
            if found["code"] or found["cell"]:
                return found[0]
            span = self.span(int(found["first"]), int(found["last"] or found["first"]))
            return f"{found['lines'][0]}{span[1:]}"  # at the beginning of a sentence, too

        return _PLACE.sub(name, text)

    def point(self, expected: ExpectedPoint) -> ExpectedPoint:
        """An expected point in the words of the notebook: an answer names the line in its cell."""
        groups = tuple(tuple(dict.fromkeys(self._terms(group))) for group in expected.any_of)
        return replace(expected, text=self.worded(expected.text), any_of=groups)

    def _terms(self, group: tuple[str, ...]) -> Iterable[str]:
        numbers = {word for term in group if term.startswith("line ") and (word := term[5:]).isdecimal()}
        for term in group:
            bare = term.removeprefix("line ")
            yield term.replace(bare, str(self.place(int(bare))[1])) if bare in numbers else term


def cells_of(code: str) -> Cells | None:
    """The cells of a notebook; None when the text does not begin with a cell's marker, and so is no notebook."""
    lines = _LINE_END.split(code)
    if not _MARKER.fullmatch(lines[0]):
        return None
    markers = tuple(number for number, line in enumerate(lines, 1) if _MARKER.fullmatch(line))
    return Cells(markers, end=len(lines) if lines[-1] == "" else len(lines) + 1)


def worded(code: str) -> Callable[[str], str]:
    """How to say to people what names lines of `code`: as it is, unless it is a notebook."""
    cells = cells_of(code)
    return cells.worded if cells else str


def in_document(text: str, code: str) -> str:
    """`text` with each line of a cell as a line of the document, so that it can be compared with the code."""
    cells = cells_of(code)
    if cells is None:
        return text

    def name(found: re.Match[str]) -> str:
        if found["code"] or not found["cell"]:
            return found[0]
        lines = [cells.line(int(found["number"]), int(n)) for n in (found["first"], found["last"]) if n]
        return f"{found['lines']} {'-'.join(map(str, lines))}" if None not in lines else "it"

    return _PLACE.sub(name, text)


def without_places(text: str) -> str:
    """`text` without the lines and cells that it names: they move, and the question stays the same."""
    return _BARE_CELL.sub(" ", _PLACE.sub(lambda found: found["code"] or " ", text))


def check_places(text: str, code: str) -> Iterable[str]:
    """What is wrong with the places that a question names in a notebook; nothing in any other code."""
    cells = cells_of(code)
    if cells is None:
        return
    for found in _PLACE.finditer(text):
        if found["code"]:
            continue
        if not found["cell"]:
            yield f"This is a notebook: name the line in its cell, “line 2 of cell 1”, not “{found[0][:30]}”."
            continue
        number = int(found["number"])
        if number > len(cells.markers) or number < 1:
            yield f"There is no cell {number}; the notebook has {len(cells.markers)} cells."
        elif any(cells.line(number, int(n)) is None for n in (found["first"], found["last"]) if n):
            yield f"There is no {found[0][:40]}; that cell has {cells.height(number)} lines."
