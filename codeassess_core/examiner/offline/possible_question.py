"""A question that could be asked, before one is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...model import Claim, ExpectedPoint, Slot
from ..text.tables import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleQuestion:
    """A question that could be asked. Lines from 1, both ends included. `depth`: the higher, the more it shows."""

    kind: str
    text: str
    start_line: int
    end_line: int
    expected: tuple[ExpectedPoint, ...]
    depth: int
    slots: tuple[Slot, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What a kind makes of one node: the question, its lines, and what a good answer says.

    With `slots`, code checks a part of the answer, and `expected` is about the reason.
    """

    text: str
    lines: tuple[int, int]
    expected: tuple[ExpectedPoint, ...]
    depth: int | None  #: instead of the depth of its kind
    slots: tuple[Slot, ...] = ()
    claims: tuple[Claim, ...] = ()


def idea(
    lines: tuple[int, int],
    text: str,
    points: Iterable[ExpectedPoint],
    *,
    depth: int | None = None,
    slot: Slot | None = None,
    claims: Iterable[Claim] = (),
) -> Idea:
    """An idea about these lines."""
    slots = (slot,) if slot else ()
    return Idea(text=text, lines=lines, expected=tuple(points), depth=depth, slots=slots, claims=tuple(claims))


def point(text: str, *groups: Words, weight: float = 1.0) -> ExpectedPoint:
    """An expected point. Empty groups of words are left out, doubles within a group are removed."""
    folded = (tuple(dict.fromkeys(group)) for group in groups)
    return ExpectedPoint(text=text, any_of=tuple(group for group in folded if group), weight=weight)


def span(start: int, end: int) -> str:
    """ "line 7", or "lines 7-9"."""
    return f"line {start}" if start == end else f"lines {start}-{end}"


def listed(numbers: Iterable[int]) -> str:
    """ "line 7", "lines 7 and 9", or "lines 7, 9 and 12"."""
    *first, last = sorted(set(numbers))
    return f"lines {', '.join(map(str, first))} and {last}" if first else f"line {last}"
