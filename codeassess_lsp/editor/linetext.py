"""A text as an editor changes it: a list of lines, so that a keystroke costs the same in a file of any length.

Positions are those of the Language Server Protocol 3.17: lines end with `\\n`, `\\r\\n` or `\\r` and
nothing else; `initialize` agrees on the unit of a character (UTF-16 code units, UTF-8 bytes or
whole characters); a position past the end of a line or of the text stands for that end.
(`codeassess_core.documents.edits` does the same to a string, in UTF-16; the tests compare the two.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from codeassess_core.documents.lines import lines_with_ends


@dataclass(frozen=True, slots=True)
class TextPosition:
    """Between two characters; both numbers from 0, `character` in the units of the encoding."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Change:
    """`text` replaces what is between `start` and `end`; without them, everything."""

    text: str
    start: TextPosition | None = None
    end: TextPosition | None = None


def _utf_8(character: str) -> int:
    return 1 if character < "\x80" else 2 if character < "\u0800" else 3 if character < "\U00010000" else 4


def _utf_16(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _utf_32(character: str) -> int:
    return 1


UNITS: Final[dict[str, Callable[[str], int]]] = {"utf-8": _utf_8, "utf-16": _utf_16, "utf-32": _utf_32}
"""How many units a character counts, by the name of the encoding in the protocol."""
UTF_16: Final = "utf-16"


class LineText:
    """The text of one document; `encoding` is one of `UNITS`."""

    def __init__(self, text: str, encoding: str = UTF_16) -> None:
        self._units = UNITS[encoding]
        self._lines = lines_with_ends(text)

    def __str__(self) -> str:
        return "".join(self._lines)

    def apply(self, change: Change) -> None:
        """Make one change.

        Raises:
            ValueError: it would cut a character in two; the text is as it was.
        """
        if change.start is None or change.end is None:
            self._lines = lines_with_ends(change.text)
            return
        first, before = self._cut(change.start)
        last, after = self._cut(change.end)
        block = self._lines[first][:before] + change.text + self._lines[last][after:]
        # Behind a bare \r, a new \n makes the two one line end.
        if first > 0 and block.startswith("\n") and self._lines[first - 1].endswith("\r"):
            first -= 1
            block = self._lines[first] + block
        lines = lines_with_ends(block)
        if last + 1 < len(self._lines):
            lines.pop()  # the block ends with a line end: what follows it is the next line
        self._lines[first : last + 1] = lines

    def _cut(self, position: TextPosition) -> tuple[int, int]:
        """The number of the line, and the index in it."""
        if position.line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        return position.line, self._index(self._lines[position.line].rstrip("\r\n"), position.character)

    def _index(self, line: str, units: int) -> int:
        """The index of the character that begins `units` into the line."""
        if line.isascii():
            return min(units, len(line))
        index = seen = 0
        while seen < units and index < len(line):
            seen += self._units(line[index])
            index += 1
        if seen > units:
            raise ValueError("a change cuts a character in two")
        return index
