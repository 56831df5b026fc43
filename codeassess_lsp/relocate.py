"""Where lines of an earlier text are in the text of now (as labextension/src/watchers/relocate.ts). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines from 0, both ends included."""

    start: int
    end: int


def relocate(before: Sequence[str], after: Sequence[str], lines: Lines) -> Lines:
    """The same lines if they are still there, the nearest if several times; else what stands between the unchanged
    beginning and the unchanged end."""
    wanted = before[lines.start : lines.end + 1]
    shift = len(after) - len(before)
    found = [at for at in range(len(after) - len(wanted) + 1) if after[at : at + len(wanted)] == wanted]
    if wanted and found:
        start = min(found, key=lambda at: min(abs(at - lines.start), abs(at - lines.start - shift)))
        return Lines(start, start + len(wanted) - 1)
    return _between(before, after, lines)


def _between(before: Sequence[str], after: Sequence[str], lines: Lines) -> Lines:
    shorter, shift = min(len(before), len(after)), len(after) - len(before)
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    tail = next((n for n in range(shorter - head) if before[-1 - n] != after[-1 - n]), shorter - head)
    start = lines.start if lines.start < head else head
    end = lines.end + shift if lines.end >= len(before) - tail else len(after) - tail - 1
    last = max(0, len(after) - 1)
    return Lines(min(max(start, 0), last), min(max(start, end, 0), last))
