"""Lines of a notebook as its author sees them: line 2 of cell 3. Pure.

Regions and drafts count the lines of the notebook's percent text (`notebooks`), which people never see. So texts
for people name the cell, from 1, and the line in it, from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from ..model import ExpectedPoint, Slot, SlotKind
from .lines import editor_lines
from .notebooks import marker_lines

_PLACE: Final = re.compile(
    r"(?P<code>`[^`]*`)|\b(?P<lines>lines?) (?P<first>\d+)(?:\s*(?:-|–|to|and|through)\s*(?P<last>\d+))?"
    r"(?P<cell>(?:,)? (?:of|in) cell (?P<number>\d+)\b)?",
    re.IGNORECASE,
)
_BARE_CELL: Final = re.compile(r"\bcells? (\d+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one percent text. Lines are from 1."""

    markers: tuple[int, ...]  #: the lines of the markers
    end: int  #: the line after the last cell

    def place(self, line: int) -> tuple[int, int]:
        """The cell with a line of the document, and the line in it; a marker counts as the first line of its cell."""
        number = max(1, bisect_right(self.markers, line))
        return number, min(max(line - self.markers[number - 1], 1), self.height(number))

    def line(self, number: int, line: int) -> int | None:
        """The line of the document; None without such a cell, or such a line in it."""
        if not 1 <= number <= len(self.markers) or not 1 <= line <= self.height(number):
            return None
        return self.markers[number - 1] + line

    def height(self, number: int) -> int:
        """The number of lines of a cell; an empty cell has one."""
        after = self.markers[number] - 1 if number < len(self.markers) else self.end
        return max(1, after - self.markers[number - 1] - 1)

    def span(self, start: int, end: int) -> str:
        """Lines of the document in words: line 2 of cell 3, lines 2-4 of cell 3, or a range over two cells."""
        (cell, first), (other, last) = self.place(start), self.place(end)
        if cell != other:
            return f"line {first} of cell {cell} to line {last} of cell {other}"
        return f"line {first} of cell {cell}" if first == last else f"lines {first}-{last} of cell {cell}"

    def worded(self, text: str) -> str:
        """`text` with lines of the document replaced by cells and lines. Text in backticks stays."""

        def name(found: re.Match[str]) -> str:
            if found["code"] or found["cell"]:
                return found[0]
            span = self.span(int(found["first"]), int(found["last"] or found["first"]))
            return f"{found['lines'][0]}{span[1:]}"  # keep a capital letter at the beginning of a sentence

        return _PLACE.sub(name, text)

    def point(self, expected: ExpectedPoint) -> ExpectedPoint:
        """An expected point with cells and lines, as an answer names them."""
        groups = tuple(tuple(dict.fromkeys(self._terms(group))) for group in expected.any_of)
        return replace(expected, text=self.worded(expected.text), any_of=groups)

    def slot(self, slot: Slot) -> Slot | None:
        """A slot with cells and lines; None when its lines are in several cells."""
        options = tuple(replace(o, text=self.worded(o.text), reason=self.worded(o.reason)) for o in slot.options)
        accepted = slot.accepted
        if slot.kind is SlotKind.LINES:
            places = [[self.place(int(n)) for n in text.split(", ")] for text in accepted]
            if len({cell for lines in places for cell, _ in lines}) != 1:
                return None
            accepted = tuple(", ".join(str(line) for _, line in lines) for lines in places)
        elif slot.kind is SlotKind.CHOICE:
            accepted = tuple(map(self.worded, accepted))
        return replace(slot, label=self.worded(slot.label), options=options, accepted=accepted)

    def _terms(self, group: tuple[str, ...]) -> Iterable[str]:
        numbers = {word for term in group if term.startswith("line ") and (word := term[5:]).isdecimal()}
        for term in group:
            bare = term.removeprefix("line ")
            yield term.replace(bare, str(self.place(int(bare))[1])) if bare in numbers else term


def cells_of(code: str, document: str) -> Cells | None:
    """The cells of a notebook; None for other documents, and for texts that do not begin with a marker."""
    markers = marker_lines(code, document)
    if not markers:
        return None
    lines = editor_lines(code)
    return Cells(markers, end=len(lines) if lines[-1] == "" else len(lines) + 1)


_LINE_MAGIC: Final = re.compile(r"^(\s*)(?:# ?)?%(?:time|timeit|prun|memit)\s+(?!-)(?=\S)")
_CELL_MAGIC: Final = re.compile(r"^(?:# ?)?%%(?:time|timeit|capture|prun|memit)\b")
_COMMENTED: Final = re.compile(r"^(\s*)# ?")


def program(code: str, document: str) -> str:
    """The Python of a text, line by line: a magic that runs Python becomes that Python, other magics are comments."""
    cells = cells_of(code, document)
    lines = editor_lines(code)
    if cells is None:
        return code
    for number, marker in enumerate(cells.markers, 1):
        _uncomment(lines, range(marker + 1, marker + cells.height(number) + 1))
    return "\n".join(_LINE_MAGIC.sub(r"\1", line) for line in lines)


def _uncomment(lines: list[str], cell: range) -> None:
    """Uncomment a cell with a magic that runs Python; its editor sent it as comments."""
    first = next((n for n in cell if lines[n - 1].strip()), None)
    if first is None or not _CELL_MAGIC.match(lines[first - 1]):
        return
    for number in (n for n in cell if n > first):
        lines[number - 1] = _COMMENTED.sub(r"\1", lines[number - 1])
    lines[first - 1] = "# " + lines[first - 1].lstrip("# ")


def worded(code: str, document: str) -> Callable[[str], str]:
    """A function that rewrites texts about `code` for people: unchanged, except for a notebook."""
    cells = cells_of(code, document)
    return cells.worded if cells else str


def in_document(text: str, code: str, document: str) -> str:
    """`text` with each line of a cell as a line of the document, for comparing it with the code."""
    cells = cells_of(code, document)
    if cells is None:
        return text

    def name(found: re.Match[str]) -> str:
        if found["code"] or not found["cell"]:
            return found[0]
        lines = [cells.line(int(found["number"]), int(n)) for n in (found["first"], found["last"]) if n]
        return f"{found['lines']} {'-'.join(map(str, lines))}" if None not in lines else "it"

    return _PLACE.sub(name, text)


def without_places(text: str) -> str:
    """`text` without lines and cells: they may change while the question stays the same."""
    return _BARE_CELL.sub(" ", _PLACE.sub(lambda found: found["code"] or " ", text))


def check_places(text: str, code: str, document: str) -> Iterable[str]:
    """The errors in the lines and cells that a question names in a notebook; empty for other code."""
    cells = cells_of(code, document)
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
