"""Questions about other languages than Python, from the syntax tree (`grammar`): fewer kinds, made in the same way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ....documents.lines import split_lines
from ....model import ExpectedPoint, Option, Slot, SlotKind
from ....ports import QuestionBrief
from ...text.tables import alt
from .. import grammar, slot_making
from ..analysed_code import changed_lines
from ..grammar import Part
from ..possible_question import PossibleQuestion, point

_QUOTED: Final = 48  #: characters of code that a question quotes
_MOST_CALLS: Final = 3
_COUNTS: Final = alt("true | met | holds | included | include | counts | enter | runs | yes")
_DOES_NOT: Final = alt("false | not true | not met | exclude | not include | strictly | skip | else | not count")


def possible_questions(brief: QuestionBrief) -> Iterator[PossibleQuestion]:
    """Questions about the functions, loops and conditions whose first line the candidate changed."""
    changed, lines = changed_lines(brief), split_lines(brief.code)
    for part in grammar.parts(brief.code, brief.language):
        if part.line in changed or (part.kind == "function" and not changed.isdisjoint(range(part.line, part.end + 1))):
            yield from _WRITERS[part.kind](part, lines)


def _of_function(part: Part, lines: Sequence[str]) -> Iterator[PossibleQuestion]:
    if not part.recursive or not part.function:
        return
    called = re.compile(rf"(?<![\w.]){re.escape(part.function)}\s*\(")
    again = [n for n in range(part.line + 1, min(part.end, len(lines)) + 1) if called.search(lines[n - 1])]
    if not 1 <= len(again) <= _MOST_CALLS:
        return
    fact = point(
        f"Line {again[0]} calls `{part.function}` again.", (f"line {again[0]}", *alt("again | itself | calls"))
    )
    text = f"On which lines does `{part.function}` call itself, and what is different in the new call?"
    made = _question("tree_recursion", text, part, (fact,))
    yield replace(made, slots=(slot_making.lines(again, f"The lines on which {part.function} calls itself"),))


def _of_loop(part: Part, lines: Sequence[str]) -> Iterator[PossibleQuestion]:
    where = f" in `{part.function}`" if part.function else ""
    if part.inside:
        again = point(
            "For each pass of the outer loop it starts anew.", alt("each | every | again | anew | times | product")
        )
        text = (
            f"How does the loop on line {part.line}{where} depend on the loop around it, and how often does it start?"
        )
        yield _question("tree_complexity", text, part, (again,))


def _of_condition(part: Part, lines: Sequence[str]) -> Iterator[PossibleQuestion]:
    compared = part.comparison
    if compared is None or not part.function or len(f"{compared.left}{compared.right}") > _QUOTED:
        return
    holds = compared.operator.endswith("=")
    tail = f"The limit itself {'counts' if holds else 'does not count'} with `{compared.operator}`."
    found = ("it holds", "it does not hold")
    right, wrong = found if holds else found[::-1]
    text = (
        f"How does the comparison in `{part.function}` on line {part.line} come out when `{compared.left}` is exactly "
        f"`{compared.right}`, and what happens then? (A) it holds (B) it does not hold"
    )
    slot = Slot(
        id=slot_making.RESULT,
        kind=SlotKind.CHOICE,
        label="How the comparison comes out",
        accepted=(right,),
        options=tuple(Option(text=t, reason=tail if t == wrong else "") for t in found),
    )
    made = _question("tree_boundary", text, part, (point(tail, _COUNTS if holds else _DOES_NOT),))
    yield replace(made, slots=(slot,))


def _question(kind: str, text: str, part: Part, points: tuple[ExpectedPoint, ...]) -> PossibleQuestion:
    end = part.end if part.kind == "function" else part.line
    return PossibleQuestion(kind=kind, text=text, start_line=part.line, end_line=end, expected=points, depth=3)


_WRITERS: Final = {"function": _of_function, "loop": _of_loop, "condition": _of_condition}
