"""Questions about a line that Python cannot parse: which line in its place would it parse?

CPython itself decides what parses, on the text as typed. Each line that is offered instead
was tried in that text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ....documents import notebook_lines
from ....documents.lines import editor_lines, split_lines
from ....model import Claim, ClaimOutcome
from ....ports import QuestionBrief
from ....sandbox import ParseError, parse_error
from ...text.tables import Words, alt
from .. import slot_making
from ..analysed_code import AnalysedCode, changed_lines
from ..possible_question import PossibleQuestion, listed, point
from .changes import PART, about, spoken_parts

_SEVERAL: Final = 4  #: changed lines with code from which the last one probably has the cursor
_MORE_MENDS_IT: Final = re.compile(r"never closed|unterminated|expected ':'|expected an indented block")
_LONGEST: Final = 60  #: characters of a line that is offered
_FEW: Final = 3  #: wrong options
_MOST_LINES: Final = 5  #: lines that an answer has to name
_WIDEST: Final = 16  #: blanks of an indentation that is offered
_SIGNS: Final = alt(
    "colon | bracket | parenthesis | quote | indent | sign | equal | comma | operator | missing | close"
)
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}


def possible_questions(brief: QuestionBrief, analysed: AnalysedCode | None) -> Iterator[PossibleQuestion]:
    """About the line where Python stops parsing, if the candidate changed it and a small change of it helps."""
    code = notebook_lines.program(brief.code, brief.document)
    problem, changed, lines = parse_error(code), changed_lines(brief), split_lines(code)
    if problem is None or problem.line not in changed or problem.line > len(lines):
        return
    if _is_being_typed(problem, changed, lines):
        return
    line = lines[problem.line - 1]
    if problem.error == "TabError":
        yield from _mixed(code, problem, lines)
    elif problem.error == "IndentationError" and "expected an" not in problem.says:
        yield from _margins(code, problem, lines)
    tried = {text.strip(): _gets_past(code, problem, text) for text in _small_changes(line) if _can_be_offered(text)}
    right = [text for text, past in tried.items() if past]
    wrong = [text for text, past in tried.items() if not past and text != line.strip()]
    if right and right[0] != line.strip() and _can_be_offered(line):
        yield from _asked(code, problem, line.strip(), (right[0], wrong[:_FEW]))


def _told(problem: ParseError) -> str:
    return f"Python stops at line {problem.line} with {problem.error}, “{problem.says.replace('`', '')}”."


def _raised(code: str, problem: ParseError) -> Claim:
    return Claim(code=code, outcome=ClaimOutcome.RAISES, value=problem.error)


def _mixed(code: str, problem: ParseError, lines: Sequence[str]) -> Iterator[PossibleQuestion]:
    """Tabs and blanks in one block: which lines begin with a tab?"""
    tabs = [n for n, line in enumerate(lines, 1) if line.strip() and "\t" in _margin(line)]
    blanks = [n for n, line in enumerate(lines, 1) if line.strip() and _margin(line).startswith(" ")]
    if not tabs or not blanks or len(tabs) > _MOST_LINES:
        return
    text = f"{_told(problem)} Which lines of this code are indented with a tab, and which ones are not?"
    fact = point(
        f"{listed(blanks[:_MOST_LINES]).capitalize()} {'begins' if len(blanks) == 1 else 'begin'} with blanks.",
        ("blank", "blanks", "space", "spaces"),
    )
    made = about((problem.line, problem.line), "not_read", text, (fact,), depth=5)
    slot = slot_making.lines(tabs, "The lines with a tab")
    yield replace(made, slots=(slot,), claims=(_raised(code, problem),))


def _margins(code: str, problem: ParseError, lines: Sequence[str]) -> Iterator[PossibleQuestion]:
    """A wrong indentation: which one would Python accept?"""
    line = lines[problem.line - 1]
    widths = {len(_margin(text)) for text in lines[: problem.line - 1] if text.strip() and "\t" not in _margin(text)}
    own = len(_margin(line))
    tried = {n: _gets_past(code, problem, " " * n + line.strip()) for n in sorted({*widths, 0, 4, own}) if n <= _WIDEST}
    right = [n for n, past in tried.items() if past]
    wrong = [n for n, past in tried.items() if not past]
    if "\t" in _margin(line) or own not in wrong or not right or len(right) + len(wrong) > _MOST_LINES:
        return
    slot = slot_making.choice(
        [(_blanks(n), "Python reads the line then.") for n in right],
        [(_blanks(n), "Python does not get past the line then.") for n in wrong],
        "An indentation that Python reads",
        seed=line,
    )
    if slot is not None:
        text = (
            f"{_told(problem)} With which indentation would Python read that line, and what does that mean for the "
            f"program? {slot_making.offered(slot)}"
        )
        fact = point(
            f"It is indented by {_blanks(own)} as it stands.", (str(own), *alt("block | inside | outside | level"))
        )
        made = about((problem.line, problem.line), "not_read", text, (fact,), depth=5)
        yield replace(made, slots=(slot,), claims=(_raised(code, problem),))


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _blanks(number: int) -> str:
    return "1 blank" if number == 1 else f"{number} blanks"


def _asked(code: str, problem: ParseError, line: str, offered: tuple[str, list[str]]) -> Iterator[PossibleQuestion]:
    right, wrong = offered
    slot = slot_making.choice(
        [(right, "Python reads that line.")],
        [(text, "Python does not get past that line either.") for text in (*wrong, line)],
        "The line that Python reads",
        seed=line,
    )
    if slot is None:
        return
    asked = "Which of these would it read there, and what is wrong with yours?"
    text = f"{_told(problem)} {asked} {slot_making.offered(slot, code=True)}"
    fact = point(f"With `{right}` Python gets past line {problem.line}.", (*_said(right, line), *_SIGNS))
    made = about((problem.line, problem.line), "not_read", text, (fact,), depth=5)
    yield replace(made, slots=(slot,), claims=(_raised(code, problem),))


def _can_be_offered(line: str) -> bool:
    return 0 < len(line.strip()) <= _LONGEST and "`" not in line and PART.search(line) is not None


def _gets_past(code: str, problem: ParseError, text: str) -> bool:
    """Does Python get further with another line in place of this one?"""
    lines = editor_lines(code)
    lines[problem.line - 1] = text
    now = parse_error("\n".join(lines))
    return now is None or now.line > problem.line


def _small_changes(line: str) -> Iterator[str]:
    """Lines that differ a little from this one, the likeliest first."""
    bare = line.rstrip()
    yield from (bare + ":", re.sub(r"(?<![=!<>])=(?!=)", "==", bare), re.sub(r"\belse\s+if\b", "elif", bare))
    opened = [sign for sign in bare if sign in "([{"]
    yield from (bare + _PAIRS[sign] for sign in reversed(opened))
    yield from (f"{bare.removesuffix(':')}{_PAIRS[sign]}:" for sign in reversed(opened) if bare.endswith(":"))
    yield from (bare + sign for sign in ("'", '"') if sign in bare)
    yield from (bare[: -len(sign)] for sign in (":", ")", "]", "\\") if bare.endswith(sign))
    yield re.sub(r"(\d)\s*([^\W\d])", r"\1 * \2", bare)
    yield re.sub(r"^(\s*)print\s+(.+)$", r"\1print(\2)", bare)
    yield re.sub(r"(\w)\s+(\w+)$", r"\1, \2", bare)
    yield re.sub(r"=\s*([<>!])", r"\1=", bare)
    yield re.sub(r"\s*==\s*", " = ", bare)
    yield re.sub(r"^(\s*def\s+\w+)\s*:", r"\1():", bare)
    yield re.sub(r"\[\]", "[0]", bare)


def _is_being_typed(problem: ParseError, changed: Collection[int], lines: Sequence[str]) -> bool:
    """Is it the last of several lines, and would more typing repair it? Then the other lines are worth a question."""
    written = [number for number in changed if number <= len(lines) and lines[number - 1].strip()]
    last = len(written) >= _SEVERAL and problem.line == max(written)
    return last and _MORE_MENDS_IT.search(problem.says) is not None


def _said(right: str, line: str) -> Words:
    fresh = set(PART.findall(right)) - set(PART.findall(line))
    return tuple(word for part in sorted(fresh) for word in spoken_parts(part))
