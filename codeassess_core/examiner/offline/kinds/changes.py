"""Questions about pasted code, and what all questions about changed lines share."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from ....documents import python_text
from ....model import ExpectedPoint
from ....ports import QuestionBrief
from ...text import code_words
from ...text.tables import Words
from .. import slot_making
from ..analysed_code import AnalysedCode
from ..possible_question import PossibleQuestion, point, span
from . import results

QUOTED: Final = 70  #: characters of a line that a question quotes
MOST_LINES: Final = 60  #: lines that are compared
_COMMENT = re.compile(r"^\s*(?:#|//|--|/\*|\*)")
PART = re.compile(r"[^\W\d]\w*|\d+|[<>=!]=|//|\*\*|[-+*/%<>]")
_TEXT_OR_BLANK = re.compile(r"('[^']*'|\"[^\"]*\")|\s")
_PASTED: Final = 4  #: depth: above all kinds of the table
_TREATED: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Gt: "should be treated like a larger one, too",
    ast.Lt: "should be treated like a smaller one, too",
    ast.GtE: "should no longer be treated like a larger one",
    ast.LtE: "should no longer be treated like a smaller one",
}
"""Behaviour at the limit that one could want. It does not say "counts": the branch may as well reject the value."""


def pasted(brief: QuestionBrief, analysed: AnalysedCode | None) -> Iterator[PossibleQuestion]:
    """Pasted code: what is its result, and which line would have to change?"""
    if brief.rule != "paste" or analysed is None or not analysed.changed:
        return
    lines = min(analysed.changed), max(analysed.changed)
    nodes = tuple(analysed.nodes())
    for function in (n for n in nodes if isinstance(n, ast.FunctionDef)):
        kinds = (results.fails, results.call_result, results.edge_result)
        for made in (idea for kind in kinds for idea in kind(function, analysed)):
            text = f"The code on {span(*lines)} came in as one piece. {made.text}"
            told = about(lines, "paste", text, made.expected, depth=_PASTED)
            yield replace(told, slots=made.slots, claims=made.claims)
    for node in nodes:
        for wish in _wishes(node, analysed):
            yield _variation(node, lines, wish)


def about(
    lines: tuple[int, int], kind: str, text: str, points: tuple[ExpectedPoint, ...], *, depth: int = 1
) -> PossibleQuestion:
    return PossibleQuestion(kind=kind, text=text, start_line=lines[0], end_line=lines[1], expected=points, depth=depth)


def bare_of(line: str) -> str:
    return line.strip().rstrip("\\").rstrip()


def essence(line: str) -> str:
    """A line without what changes nothing: blanks, a colon or a backslash at the end."""
    return _TEXT_OR_BLANK.sub(lambda found: found[1] or "", line).rstrip(":\\")


def quotable(line: str) -> bool:
    return 0 < len(line) <= QUOTED and "`" not in line and not _COMMENT.match(line) and len(PART.findall(line)) > 1


def spoken_parts(part: str) -> Words:
    """The words for one name, number or operator of a line."""
    try:
        return code_words.words_for(python_text.parse(part if part[0].isalnum() else f"a{part}b"))
    except SyntaxError:
        return ()  # a keyword


_STUB: Final = re.compile(
    r"(?:pass|\.\.\.|return(?: None)?|raise NotImplementedError(?:\(.*\))?|[\"'].*[\"'])?(?:\s*#.*)?", re.DOTALL
)


def is_stub(line: str) -> bool:
    """Is this a placeholder that tasks give to be replaced?"""
    return _STUB.fullmatch(line.strip()) is not None or "TODO" in line


def _wishes(node: ast.AST, analysed: AnalysedCode) -> Iterator[str]:
    """Another behaviour that one could want, which one line decides."""
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[op], comparators=[right])) if type(op) in _TREATED:
            if analysed.quote(left) and analysed.quote(right):
                yield f"{analysed.quote(left)} equal to {analysed.quote(right)} {_TREATED[type(op)]}"
        case ast.For(target=ast.Name(id=name), iter=source) if analysed.quote(source):
            yield f"`{name}` should go through {analysed.quote(source)} from the end to the start"


def _variation(node: ast.AST, lines: tuple[int, int], wish: str) -> PossibleQuestion:
    """Which line would have to change? To answer, one has to read the code."""
    number = node.lineno  # type: ignore[attr-defined]
    decides = point(f"Line {number} decides that.", (f"line {number}", str(number), *code_words.words_for(node)))
    text = f"Of the pasted {span(*lines)}, which one would you change, and how, if {wish}?"
    made = about(lines, "paste_change", text, (decides,), depth=_PASTED)
    return replace(made, slots=(slot_making.lines([number], "The line to change"),))
