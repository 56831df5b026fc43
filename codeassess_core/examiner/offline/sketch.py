"""A question in the making."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...model import ExpectedPoint
from .meaning import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A question that could be asked. Lines from 1, both ends included. `depth`: the higher, the more it tells."""

    kind: str
    text: str
    start_line: int
    end_line: int
    expected: tuple[ExpectedPoint, ...]
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What a kind makes of one node: the question, its lines, and what a good answer says."""

    text: str
    lines: tuple[int, int]
    expected: tuple[ExpectedPoint, ...]
    depth: int | None  #: where it tells more or less than others of its kind


def idea(lines: tuple[int, int], text: str, points: Iterable[ExpectedPoint], *, depth: int | None = None) -> Idea:
    """An idea about these lines."""
    return Idea(text=text, lines=lines, expected=tuple(points), depth=depth)


def point(text: str, *groups: Words, weight: float = 1.0) -> ExpectedPoint:
    """An expected point; empty groups are left out and doubles folded."""
    folded = (tuple(dict.fromkeys(group)) for group in groups)
    return ExpectedPoint(text=text, any_of=tuple(group for group in folded if group), weight=weight)


def span(start: int, end: int) -> str:
    """line 7, or lines 7-9."""
    return f"line {start}" if start == end else f"lines {start}-{end}"
