"""From one text to the next, as one change with the protocol's positions. Pure."""

from __future__ import annotations

from typing import Final

from .linetext import Change, Place

_BLOCK: Final = 4_096


def difference(before: str, after: str) -> Change:
    """What lies between the common beginning and the common end."""
    start = _common(before, after, backwards=False, limit=min(len(before), len(after)))
    if start and before[start - 1] == "\r" and "\n" in (before[start : start + 1], after[start : start + 1]):
        start -= 1  # the protocol has no place inside a CRLF
    tail = _common(before, after, backwards=True, limit=min(len(before), len(after)) - start)
    if tail and before[-tail] == "\n" and "\r" in (_before(before, tail), _before(after, tail)):
        tail -= 1
    end = len(before) - tail
    return Change(after[start : len(after) - tail], place_of(before, start), place_of(before, end))


def place_of(text: str, offset: int) -> Place:
    """The place that an index stands for."""
    head = text[:offset]
    line = head.count("\n") + head.count("\r") - head.count("\r\n")
    start = max(head.rfind("\n"), head.rfind("\r")) + 1
    return Place(line, len(head[start:].encode("utf-16-le", "surrogatepass")) // 2)


def _before(text: str, tail: int) -> str:
    """The character in front of the last `tail` ones."""
    return text[-tail - 1 : -tail]


def _common(one: str, other: str, *, backwards: bool, limit: int) -> int:
    """How many characters, at most `limit`, the two have in common at an end; by blocks, because texts are long."""

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
