"""Finds text that came in at once, whatever the editor says caused it.

The recorder calls these functions for each update: `follow_paste` moves the largest
insertion known so far, `largest_insertion` looks for a new one, and the larger one is kept. The
first text of a document is its starting point, not an insertion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz.distance import Indel

from ..documents.lines import split_lines
from .lines import MAX_LINES, Middle, middle
from .situation import Paste

PASTE_LINES: Final = 8
"""Lines that are not blank and must come in with one update to make a paste.

More than an editor's snippet or completion inserts, fewer than most functions that somebody
copies from elsewhere.
"""

EDITED: Final = 0.75
"""With this similarity of inserted and removed lines, the update is an edit, such as a renaming.

In nine of ten pairs of different students' programs for one exercise (66 pairs) it was at most 0.70.
"""

_MAX_COMPARED: Final = 8_000  # characters on each side; Indel takes about a millisecond for them


def largest_insertion(before: str, after: str, *, known: str = "") -> Paste | None:
    """The block that one update inserted between unchanged lines, when it makes a paste.

    It makes none when half of it or more was already there: in `before` (moved or doubled text),
    or in `known`, other text that the candidate did not bring in (the code last asked about, so
    an undo is no paste). It makes none either when it is an edit of the lines that it replaces.
    """
    part = middle(before, after)
    if part.added < PASTE_LINES:
        return None
    inserted = [line.strip() for line in part.after if line]
    there = _texts(before) | _texts(known)
    fresh = sum(line not in there for line in inserted)
    if len(inserted) < PASTE_LINES or 2 * fresh <= len(inserted) or _edited(part.before, inserted):
        return None
    first = part.first
    return Paste(start_line=first + 1, end_line=first + part.added, lines=len(inserted))


def follow_paste(paste: Paste, before: str, after: str) -> Paste | None:
    """Where a paste of `before` is in `after`; None when too little of it is left."""
    part = middle(before, after)
    start, end = _moved(paste.start_line, paste.end_line, part)
    lines = min(paste.lines, end - start + 1)
    return replace(paste, start_line=start, end_line=end, lines=lines) if lines >= PASTE_LINES else None


def _moved(start: int, end: int, part: Middle) -> tuple[int, int]:
    """The range after the update, without what it inserted at the edges; (1, 0) when nothing is left."""
    first, last = part.first, part.first + part.removed  # the update replaced the lines after `first`, up to `last`
    shift = part.added - part.removed
    if first >= end:
        return start, end
    if last < start:
        return start + shift, end + shift
    if first < start and last >= end:
        return 1, 0
    new_start = first + part.added + 1 if first + 1 < start else start
    return new_start, first if last > end else end + shift


def _edited(removed: Sequence[str], inserted: Sequence[str]) -> bool:
    old = "\n".join(line.strip() for line in removed if line)[:_MAX_COMPARED]
    new = "\n".join(inserted)[:_MAX_COMPARED]
    return Indel.normalized_similarity(old, new, score_cutoff=EDITED) >= EDITED


def _texts(code: str) -> set[str]:
    return {line.strip() for line in split_lines(code, most=MAX_LINES)}
