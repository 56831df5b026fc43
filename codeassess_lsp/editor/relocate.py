"""Find lines of an earlier text in the present one (as labextension/src/watchers/relocate.ts). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines from 0, both ends included."""

    start: int
    end: int


def relocate(before: Sequence[str], after: Sequence[str], lines: Lines) -> Lines:
    """The same lines if they are still there, the nearest ones if they are there more than once; else the lines
    between the unchanged beginning and the unchanged end."""
    wanted = before[lines.start : lines.end + 1]
    shift = len(after) - len(before)
    found = [at for at in range(len(after) - len(wanted) + 1) if after[at : at + len(wanted)] == wanted]
    if wanted and found:
        start = min(found, key=lambda at: min(abs(at - lines.start), abs(at - lines.start - shift)))
        return Lines(start, start + len(wanted) - 1)
    return _between(before, after, lines)


def _between(before: Sequence[str], after: Sequence[str], lines: Lines) -> Lines:
    shorter, shift = min(len(before), len(after)), len(after) - len(before)
    prefix = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    suffix = next((n for n in range(shorter - prefix) if before[-1 - n] != after[-1 - n]), shorter - prefix)
    start = lines.start if lines.start < prefix else prefix
    end = lines.end + shift if lines.end >= len(before) - suffix else len(after) - suffix - 1
    last = max(0, len(after) - 1)
    return Lines(min(max(start, 0), last), min(max(start, end, 0), last))
