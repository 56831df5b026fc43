"""The one follow-up to an answer that left one thing open. Pure.

It points at the same place from another side and says nothing of what was missing: an
expected point that its words would give away is never asked for by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ...errors import ExaminerUnavailable
from ...model import ExpectedPoint
from ...ports import Opening, QuestionBrief, QuestionDraft
from ..cells import cells_of
from . import coverage
from .provenance import OFFLINE
from .sketch import span

KIND: Final = "follow_up"
_NAME: Final = re.compile(r"`([^\W\d]\w*)`")
_SIDES: Final = (
    (
        re.compile(r"\bbecause\b|\breason\b|\brule\b|\bonly\b|\bby itself\b|\bneeds?\b", re.I),
        "what in your code makes it come out that way?",
    ),
    (
        re.compile(r"^So\b|\breturns?\b|\braises?\b|^It is\b|\bresult\b|\bends?\b", re.I),
        "what comes of that in the end, for whoever uses this part?",
    ),
    (
        re.compile(r"\bchanges?\b|\bsteps?\b|\bpass(?:es)?\b|\bhow\b|\beach\b|\bbecomes?\b", re.I),
        "how does it get there, one step after the other?",
    ),
    (
        re.compile(r"\binput\b|\bvalue\b|\bcase\b|\blimit\b|\bOne in which\b|\bwhen\b", re.I),
        "which concrete example would show it best, and what would one see?",
    ),
    (re.compile(r""), "what would somebody still have to know to predict what happens there?"),
)
"""What a missing point looks like, and the side from which it may be found."""


def ask(brief: QuestionBrief, opening: Opening) -> QuestionDraft:
    """The follow-up; raises `ExaminerUnavailable` when every wording would tell what was missing."""
    expected = _expected(opening)
    for text in _texts(brief, opening):
        if text not in brief.asked and all(coverage.open_to(point, text) for point in expected):
            return QuestionDraft(
                text=text,
                kind=KIND,
                start_line=brief.region.start_line,
                end_line=brief.region.end_line,
                expected=expected,
                provenance=replace(OFFLINE, plan=brief.plan),
            )
    raise ExaminerUnavailable("No follow-up can be asked without giving away what was missing.")


def _expected(opening: Opening) -> tuple[ExpectedPoint, ...]:
    """What was missing; the points of the question where that is a criterion and no point."""
    return (opening.missing,) if opening.missing in opening.expected or not opening.expected else opening.expected


def _texts(brief: QuestionBrief, opening: Opening) -> Iterator[str]:
    """The fitting side first, then the others."""
    fitting = [side for shape, side in _SIDES if shape.search(opening.missing.text)]
    others = [side for _, side in _SIDES if side not in fitting]
    place = _place(brief, opening)
    yield from (f"You have most of it. Staying with {place}: {side}" for side in (*fitting, *others))


def _place(brief: QuestionBrief, opening: Opening) -> str:
    """A name of the first question and the lines, as the candidate sees them."""
    cells, region = cells_of(brief.code), brief.region
    lines = (cells.span if cells else span)(region.start_line, region.end_line)
    known = set(re.findall(r"[^\W\d]\w*", brief.code))
    name = next((name for name in _NAME.findall(opening.question) if name in known), None)
    return f"`{name}` and {lines}" if name else lines
