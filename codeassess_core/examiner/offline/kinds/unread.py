"""Questions about a line of Python that no parser gets past: what is wrong with it, or what is it to become?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ....ports import QuestionBrief
from .. import repair
from ..meaning import Words, alt
from ..scene import Scene, changed_lines
from ..sketch import Sketch, point
from .changes import PART, QUOTED, about, bare_of, spoken_parts


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a parser says, what that means, and the words for it."""

    says: re.Pattern[str]
    means: str
    words: Words


def _flaw(says: str, means: str, words: str) -> Flaw:
    return Flaw(re.compile(says), means, alt(words))


_COMPARED: Final = r"Maybe you meant '=='.*\n\s*(?:el)?(?:if|while)\b"  # it is said of any `=` that is out of place
_BRACKETS: Final = "bracket | parenthesis | parentheses | close | closed | open | ( | ) | [ | ]"
FLAWS: Final = (
    _flaw(r"expected ':'", "The colon at the end of the line is missing.", "colon | :"),
    _flaw(
        _COMPARED,
        "One `=` gives a value to a name; a comparison is written `==`.",
        "== | equal | compare",
    ),
    _flaw(r"never closed|unmatched|does not match opening", "The brackets do not fit together.", _BRACKETS),
    _flaw(
        r"expected an indented block", "The block below has to be indented.", "indent | indented | indentation | empty"
    ),
    _flaw(
        r"unexpected indent|unindent does not match",
        "The line is indented wrongly.",
        "indent | indented | indentation | space",
    ),
    _flaw(
        r"unterminated string|EOL while",
        "The text has no closing quotation mark.",
        "quote | quotation | string | close",
    ),
    _flaw(
        r"cannot assign to",
        "What stands on the left of `=` cannot be given a value.",
        "assign | left | value | == | equal",
    ),
    _flaw(r"Missing parentheses in call", "`print` is a function: it needs brackets.", _BRACKETS),
    _flaw(
        r"forgot a comma",
        "Between two of its parts an operator or a comma is missing.",
        "comma | operator | between | missing",
    ),
    _flaw(
        r"invalid \w+ literal",
        "A number and a name stand side by side: an operator is missing between them.",
        "operator | between | missing | multiply | * | name",
    ),
    _flaw(
        r"invalid syntax",
        "It is no statement of Python as it stands.",
        "syntax | keyword | missing | wrong | elif | operator",
    ),
)
_UNFINISHED = re.compile(
    r"(?:[-+*/%=<>.,(\[{]|\b(?:if|elif|while|for|in|and|or|not|is|import|from|def)|^(?:if|elif|while|for)\s*:)$"
)
_MORE_MENDS_IT: Final = re.compile(r"never closed|unterminated|expected ':'|expected an indented block")
_SEVERAL: Final = 4  #: changed lines with code, from which the last one is likely where the cursor is
_TO_DO = alt("should | want | will | need | check | compute | store | return | if | each | compare | value | hold")


def sketches(brief: QuestionBrief, scene: Scene | None) -> Iterator[Sketch]:
    """About changed lines that are not finished, and the one at which reading fails, if they can be quoted."""
    changed, lines = changed_lines(brief), brief.code.splitlines()
    typed = scene.typed if scene else frozenset()
    for number in sorted(changed):
        bare = bare_of(lines[number - 1])
        if _can_be_quoted(bare) and (_UNFINISHED.search(bare) or number in typed):
            yield _unfinished(number, bare)
    problem = repair.problem(brief.code)
    if problem is None or problem.line not in changed:
        return
    bare = bare_of(lines[problem.line - 1])
    if _is_being_typed(problem, changed, lines):
        if _can_be_quoted(bare):
            yield _unfinished(problem.line, bare, depth=1)
        return
    flaw = next((flaw for flaw in FLAWS if flaw.says.search(f"{problem.says}\n{bare}")), None)
    if flaw is None or not _can_be_quoted(bare) or _UNFINISHED.search(bare):
        return
    points = (
        point(flaw.means, flaw.words, weight=2),
        point(f"It says what `{bare}` is to do.", (*_said(bare), *_TO_DO)),
    )
    text = f"Python does not get past line {problem.line}, `{bare}`. What is wrong there, and what should the line do?"
    depth = 4 if flaw is FLAWS[-1] else 5  # a program that does not start; the last flaw says little of why
    yield about((problem.line, problem.line), "not_read", text, points, depth=depth)


def _is_being_typed(problem: repair.Problem, changed: Collection[int], lines: Sequence[str]) -> bool:
    """Is it the last of several lines, and would typing on mend it? Then the others are worth a question."""
    written = [number for number in changed if bare_of(lines[number - 1])]
    last = len(written) >= _SEVERAL and problem.line == max(written)
    return last and _MORE_MENDS_IT.search(problem.says) is not None


def _can_be_quoted(bare: str) -> bool:
    return 0 < len(bare) <= QUOTED and "`" not in bare and PART.search(bare) is not None and bare[0] != "#"


def _unfinished(number: int, bare: str, *, depth: int = 2) -> Sketch:
    points = (
        point(f"It says what `{bare}` is to become.", (*_said(bare), *_TO_DO)),
        point(
            "It names what depends on it.",
            alt("then | later | line | return | result | next | loop | so that | because"),
        ),
    )
    text = f"Line {number} (`{bare}`) is not finished. What do you want it to do, and what will depend on it?"
    return about((number, number), "unfinished", text, points, depth=depth)


def _said(bare: str) -> Words:
    return tuple(word for part in PART.findall(bare) for word in spoken_parts(part))
