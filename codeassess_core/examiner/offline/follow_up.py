"""The one follow-up question to an answer that left one thing open. Pure.

It asks about the same place from another side and does not say what was missing: a wording
that gives away an expected point is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ...documents.notebook_lines import cells_of
from ...errors import ExaminerUnavailable
from ...model import ExpectedPoint
from ...ports import Opening, QuestionBrief, QuestionDraft
from . import coverage
from .possible_question import span
from .provenance import OFFLINE

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
"""Words of a missing point, and the wording that asks for such a point."""


def ask(brief: QuestionBrief, opening: Opening) -> QuestionDraft:
    """The follow-up. Raises `ExaminerUnavailable` when every wording gives away what was missing."""
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
    """The missing point; all points of the question when a criterion is missing that is no point."""
    return (opening.missing,) if opening.missing in opening.expected or not opening.expected else opening.expected


def _texts(brief: QuestionBrief, opening: Opening) -> Iterator[str]:
    """The fitting wordings first, then the others."""
    fitting = [side for shape, side in _SIDES if shape.search(opening.missing.text)]
    others = [side for _, side in _SIDES if side not in fitting]
    place = _place(brief, opening)
    yield from (f"One thing is still open. Staying with {place}: {side}" for side in (*fitting, *others))


def _place(brief: QuestionBrief, opening: Opening) -> str:
    """A name from the first question and the lines, as the candidate sees them."""
    cells, region = cells_of(brief.code, brief.document), brief.region
    lines = (cells.span if cells else span)(region.start_line, region.end_line)
    known = set(re.findall(r"[^\W\d]\w*", brief.code))
    name = next((name for name in _NAME.findall(opening.question) if name in known), None)
    return f"`{name}` and {lines}" if name else lines
