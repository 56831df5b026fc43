"""Counts changed lines, at a cost that hostile input cannot raise.

White space at a line's end does not count, nor does the line end at the end of the text.
White space at its beginning counts, and so do blank lines, as in any diff.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from rapidfuzz.distance import Indel, Postfix, Prefix

from ..documents.lines import ends_in, line_count, split_lines, unified

MAX_LINES: Final = 2_000
"""Lines that are compared on each side, after the equal lines at both ends are cut.

Indel is bit-parallel, but its cost grows with the product of both sizes; at this size it takes
about a millisecond for any input. Of more lines only the first ones are compared.
"""

_JOIN_GAP: Final = 1
"""Hunks with at most this many unchanged lines between them are joined: a blank line, a lone `else:`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """Two texts without the equal lines at both ends."""

    text: str  #: the whole text after the change, with line ends as `\n`
    head: int  #: characters of the equal beginning, whole lines
    tail: int  #: characters of the equal end, whole lines
    skipped: int  #: lines after `head` that are equal without their trailing white space
    before: tuple[str, ...]  #: without trailing white space, at most MAX_LINES
    after: tuple[str, ...]
    removed: int  #: lines on each side when none are cut off
    added: int

    @property
    def first(self) -> int:
        """Lines before `before` and `after`, the same in both. Counted when asked for: a mere count needs it not."""
        return ends_in(self.text, 0, self.head) + self.skipped

    @property
    def cut(self) -> bool:
        """Are there more lines than are compared?"""
        return self.removed > len(self.before) or self.added > len(self.after)


class Hunk(NamedTuple):
    """A stretch of changed lines in the text after, from 1; `end == start - 1` when lines were only removed."""

    start: int
    end: int


def changed_lines(before: str, after: str, *, cutoff: int | None = None) -> int:
    """The least number of added plus removed lines that turns one text into the other (Indel distance).

    With `cutoff` counting stops there: a smaller count is exact, `cutoff` itself means "that many
    or more". When more than MAX_LINES lines lie between the equal ends, the count is a lower
    bound: a question may come later than it could, but never too early.
    """
    return count(middle(before, after), cutoff=cutoff)


def count(part: Middle, *, cutoff: int | None = None) -> int:
    """`changed_lines` of texts whose equal ends are already cut."""
    # The distance of the first lines is at most twice the distance of the texts: an alignment of
    # the whole pairs the first lines of one text with a beginning of the other, whose length
    # differs by at most the number of added or removed lines. Hence the half.
    halved = 2 if part.cut else 1
    limit = None if cutoff is None else max(0, halved * cutoff - 1)
    distance = Indel.distance(part.before, part.after, score_cutoff=limit)
    least = max(-(-distance // halved), abs(part.removed - part.added))
    return least if cutoff is None else min(least, cutoff)


def middle(before: str, after: str) -> Middle:
    """Cut the lines that both texts share at their ends: by characters first, which is fast, then by lines."""
    before, after = unified(before), unified(after)
    head = after.rfind("\n", 0, _shared_head(before, after)) + 1
    tail = _shared_tail(before, after, head)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    removed, added = line_count(old), line_count(new)
    gone, come = _lines(old), _lines(new)
    start = Prefix.similarity(gone, come)
    end = Postfix.similarity(gone[start:], come[start:]) if max(removed, added) <= MAX_LINES else 0
    return Middle(
        text=after,
        head=head,
        tail=tail,
        skipped=start,
        before=tuple(gone[start : len(gone) - end]),
        after=tuple(come[start : len(come) - end]),
        removed=removed - start - end,
        added=added - start - end,
    )


def hunks(part: Middle) -> list[Hunk]:
    """The stretches of changed lines, in order, near ones joined."""
    found: list[Hunk] = []
    first = part.first
    for step in Indel.opcodes(part.before, part.after):
        start, end = first + step.dest_start + 1, first + step.dest_end
        if step.tag == "equal":
            continue
        if found and start - found[-1].end <= _JOIN_GAP + 1:
            start = found.pop().start
        found.append(Hunk(start, end))
    return found


# Slices compare as blocks of memory, several times as fast as rapidfuzz on long equal texts.
# By halving, only the last few characters are left to it.
_FEW: Final = 256


def _shared_head(before: str, after: str) -> int:
    low, high = 0, min(len(before), len(after))
    while high - low > _FEW:
        half = (low + high) // 2
        low, high = (half, high) if before[low:half] == after[low:half] else (low, half)
    return low + Prefix.similarity(before[low:high], after[low:high])


def _shared_tail(before: str, after: str, head: int) -> int:
    """Characters of the equal end after `head`, from the beginning of a line."""
    b, a = len(before), len(after)
    low, high = 0, min(b, a) - head
    while high - low > _FEW:
        half = (low + high) // 2
        low, high = (half, high) if before[b - half : b - low] == after[a - half : a - low] else (low, half)
    shared = low + Postfix.similarity(before[b - high : b - low], after[a - high : a - low])
    line_end = after.find("\n", a - shared)
    return a - line_end - 1 if shared and line_end >= 0 else 0


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in split_lines(text, most=MAX_LINES)]
