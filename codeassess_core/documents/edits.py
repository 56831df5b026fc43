"""Applies an editor's incremental changes to a text. Pure.

Positions are those of the Language Server Protocol 3.17: lines end with `\\n`, `\\r\\n` or
`\\r`; a character counts UTF-16 code units, so an emoji is two. A position past the end
of its line means the end of the line, as in the protocol; a line past the end of the
text, or a position inside a surrogate pair, is an error, because then client and server
have different texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import InvalidInput
from .lines import LINE_END


@dataclass(frozen=True, slots=True)
class Position:
    """A position between two characters; both numbers are from 0."""

    line: int
    character: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`text` replaces the text between `start` and `end`; without them it replaces the whole text."""

    text: str
    start: Position | None = None
    end: Position | None = None


def apply(text: str, edits: Iterable[Edit]) -> str:
    """`text` after the edits; each is applied to the result of the one before.

    Raises:
        InvalidInput: a range is not in the text; `detail.field` names the edit.
    """
    for number, edit in enumerate(edits):
        try:
            text = _apply(text, edit)
        except ValueError as problem:
            raise InvalidInput(
                f"changes.{number}.range {problem}; send the whole text.", field=f"changes.{number}.range"
            ) from problem
    return text


def _apply(text: str, edit: Edit) -> str:
    if edit.start is None or edit.end is None:
        return edit.text
    start = offset(text, edit.start)
    end = start if edit.end == edit.start else offset(text, edit.end)
    if end < start:
        raise ValueError("ends before it starts")
    return text[:start] + edit.text + text[end:]


def offset(text: str, position: Position) -> int:
    """The index in `text` of an LSP position; raises ValueError when there is no such position."""
    start = _line_start(text, position.line)
    if start is None:
        raise ValueError(f"names line {position.line}, which the text does not have")
    found = LINE_END.search(text, start)
    line = text[start : found.start() if found else len(text)]
    return start + _units(line, position.character)


def _line_start(text: str, line: int) -> int | None:
    if line == 0:
        return 0
    if "\r" not in text:  # most texts: ten times faster than searching each line end
        parts = text.split("\n", line)
        return len(text) - len(parts[line]) if len(parts) > line else None
    for number, end in enumerate(LINE_END.finditer(text), 1):
        if number == line:
            return end.end()
    return None


def _units(line: str, units: int) -> int:
    """The number of characters of `line` in `units` UTF-16 code units; at most the whole line."""
    if line.isascii() or units == 0:
        return min(units, len(line))
    seen = 0
    for index, character in enumerate(line):
        if seen == units:
            return index
        if seen > units:
            raise ValueError("cuts a character in two")
        seen += 2 if character > "\uffff" else 1
    if seen > units:
        raise ValueError("cuts a character in two")
    return len(line)
