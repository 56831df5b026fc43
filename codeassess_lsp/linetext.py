"""A text as an editor changes it: a list of lines, so that a keystroke costs the same in a file of any length.

Positions are those of the Language Server Protocol 3.17: lines end with `\\n`, `\\r\\n` or `\\r` and
nothing else, a character counts UTF-16 code units, and what lies past the end of a line
or of the text stands for that end. (`codeassess_core.edits` does the same to a string;
the tests hold the two against each other.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Place:
    """Between two characters; both numbers from 0, `character` in UTF-16 code units."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Change:
    """`text` takes the place of what is between `start` and `end`; without them, of everything."""

    text: str
    start: Place | None = None
    end: Place | None = None


class LineText:
    """The text of one document."""

    def __init__(self, text: str) -> None:
        self._lines = _split(text)

    def __str__(self) -> str:
        return "".join(self._lines)

    def apply(self, change: Change) -> None:
        """Make one change.

        Raises:
            ValueError: it would cut a surrogate pair in two; the text is as it was.
        """
        if change.start is None or change.end is None:
            self._lines = _split(change.text)
            return
        first, head = self._cut(change.start)
        last, tail = self._cut(change.end)
        block = self._lines[first][:head] + change.text + self._lines[last][tail:]
        # Behind a bare \r, a new \n makes the two one line end.
        if first > 0 and block.startswith("\n") and self._lines[first - 1].endswith("\r"):
            first -= 1
            block = self._lines[first] + block
        lines = _split(block)
        if last + 1 < len(self._lines):
            lines.pop()  # the block ends with a line end: what follows it is the next line
        self._lines[first : last + 1] = lines

    def _cut(self, place: Place) -> tuple[int, int]:
        """The number of the line, and the index in it."""
        if place.line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        return place.line, _index(self._lines[place.line].rstrip("\r\n"), place.character)


def _split(text: str) -> list[str]:
    """The lines with their ends; the last one has none and may be empty. Linear, also in a text that is one line."""
    lines, start = [], 0
    for end in _LINE_END.finditer(text):
        lines.append(text[start : end.end()])
        start = end.end()
    lines.append(text[start:])
    return lines


def _index(line: str, units: int) -> int:
    """The index of the character that begins `units` UTF-16 code units into the line."""
    if line.isascii():
        return min(units, len(line))
    index = seen = 0
    while seen < units and index < len(line):
        seen += 2 if line[index] > "\uffff" else 1
        index += 1
    if seen > units:
        raise ValueError("a change cuts a surrogate pair in two")
    return index
