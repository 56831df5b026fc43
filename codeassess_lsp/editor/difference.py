"""The difference of two texts as one change, with positions of the protocol. Pure."""

from __future__ import annotations

from typing import Final

from codeassess_core.documents.lines import ends_in

from .linetext import Change, TextPosition

_BLOCK: Final = 4_096


def difference(before: str, after: str) -> Change:
    """The text between the common prefix and the common suffix."""
    start = _common(before, after, backwards=False, limit=min(len(before), len(after)))
    if start and before[start - 1] == "\r" and "\n" in (before[start : start + 1], after[start : start + 1]):
        start -= 1  # the protocol has no position inside a CRLF
    suffix = _common(before, after, backwards=True, limit=min(len(before), len(after)) - start)
    if suffix and before[-suffix] == "\n" and "\r" in (_before(before, suffix), _before(after, suffix)):
        suffix -= 1
    end = len(before) - suffix
    return Change(after[start : len(after) - suffix], position_of(before, start), position_of(before, end))


def position_of(text: str, offset: int) -> TextPosition:
    """The position of an index."""
    prefix = text[:offset]
    line = ends_in(prefix)
    start = max(prefix.rfind("\n"), prefix.rfind("\r")) + 1
    return TextPosition(line, len(prefix[start:].encode("utf-16-le", "surrogatepass")) // 2)


def _before(text: str, suffix: int) -> str:
    """The character before the last `suffix` ones."""
    return text[-suffix - 1 : -suffix]


def _common(one: str, other: str, *, backwards: bool, limit: int) -> int:
    """How many characters, at most `limit`, the two have in common at one end. By blocks, because texts are long."""

    def same(first: int, last: int) -> bool:
        if backwards:
            return one[len(one) - last : len(one) - first] == other[len(other) - last : len(other) - first]
        return one[first:last] == other[first:last]

    found, block = 0, _BLOCK
    while block:
        while found + block <= limit and same(found, found + block):
            found += block
        block //= 2
    return found
