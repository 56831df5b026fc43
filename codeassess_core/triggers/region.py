"""Chooses the lines that a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from ..documents.lines import line_count, split_lines, unified
from .lines import MAX_LINES, Hunk, Middle, hunks, middle
from .situation import Paste
from .statements import MAX_READ, Statement, changed_statements, statements

MAX_STATEMENT: Final = 12
"""A region grows to the whole of a statement that it cuts, unless the statement has more lines than this."""

Lines = tuple[int, int]
"""First and last line, from 1, both included."""


def changed_region(before: str, after: str, *, language: str = "python") -> Lines:
    """The changed lines of `after` that matter most: one stretch of whole statements, inside the text.

    When lines were only removed, it is the statements on both sides of the gap. For texts without
    a difference it is all of `after`.
    """
    before, after = unified(before), unified(after)
    return region_of(before, after, middle(before, after), language)


def region_of(before: str, after: str, part: Middle, language: str) -> Lines:
    """`changed_region` of unified texts whose equal ends are already cut."""
    everything = Hunk(1, max(1, line_count(after)))
    written = tuple(changed_statements(before, after, part, language)[1])
    hunk = _weightiest(hunks(part), written) or everything
    low, high = _whole(hunk, written) or _around(hunk, written)
    return max(1, min(low, everything.end)), max(1, min(high, everything.end))


def paste_region(code: str, paste: Paste, language: str) -> Lines | None:
    """The statements of a paste, of its first MAX_LINES; None when it has none (a comment, imports) or is gone."""
    end = min(paste.end_line, paste.start_line + MAX_LINES - 1)
    inserted = "\n".join(split_lines(code, most=end)[paste.start_line - 1 :])
    return _whole(Hunk(paste.start_line, end), tuple(statements(inserted, paste.start_line, language)))


def same_statements(before: str, after: str, part: Middle, language: str) -> bool:
    """Did only white space, comments, docstrings or imports change? Reads no further than the first difference."""
    old, new = changed_statements(before, after, part, language)
    return not part.cut and all(x and y and x.words == y.words for x, y in zip_longest(old, new))


def any_statement(code: str, language: str) -> bool:
    """Is there a statement to ask about? A text of more than MAX_READ characters counts as having one."""
    return len(code) > MAX_READ or any(statements(code, 1, language))


def statement_lines(code: str, language: str) -> list[int]:
    """The lines with statements, from 1, in order; a text of more than MAX_READ characters is read line by line."""
    return sorted({line for s in statements(code, 1, language) for line in range(s.start, s.end + 1)})


def _weightiest(found: Sequence[Hunk], written: Sequence[Statement]) -> Hunk | None:
    """The hunk with the most lines of statements; of equal ones the last, because code grows downwards."""
    worth = {line for s in written for line in range(s.start, s.end + 1)}
    return max(found, key=lambda h: (sum(line in worth for line in range(h.start, h.end + 1)), h.start), default=None)


def _whole(hunk: Hunk, written: Sequence[Statement]) -> Lines | None:
    """From the first to the last statement of the hunk, each in full unless it is long."""
    touched = [s for s in written if s.start <= hunk.end and s.end >= hunk.start]
    if not touched:
        return None
    first, last = touched[0], touched[-1]
    low = max(first.start, hunk.start) if _long(first) else first.start
    high = min(last.end, hunk.end) if _long(last) else last.end
    return low, high


def _around(gap: Hunk, written: Sequence[Statement]) -> Lines:
    """From the statement before a gap to the one after it; without such statements, the lines next to the gap."""
    above = [s.end for s in written if s.end < gap.start][-1:]
    below = [s.start for s in written if s.start > gap.end][:1]
    edges = above + below or [gap.start - 1, gap.end + 1]
    return edges[0], edges[-1]


def _long(statement: Statement) -> bool:
    return statement.end - statement.start >= MAX_STATEMENT
