"""Questions about code that does not parse yet: about the complete definitions above the incomplete line. Pure.

A candidate is asked at a pause, often in the middle of a line. The top-level definitions
above that line are complete, so facts of their syntax trees are true. Nothing is run, because
the text as typed does not run. Nothing is said of the top level itself, which the rest of
the text may still change.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ...documents import python_text
from ...documents.lines import editor_lines, split_lines, unified
from ...ports import QuestionBrief
from . import analysed_code
from .kinds import table
from .possible_question import PossibleQuestion
from .syntax import extent

_MOST_CUTS: Final = 40  #: attempts to parse
_MOST: Final = 50_000  #: characters
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def possible_questions(brief: QuestionBrief) -> Iterator[PossibleQuestion]:
    """Questions about the complete definitions, changed ones first."""
    code = _readable(unified(brief.code))
    if code is None:
        return
    end = len(split_lines(code))
    region = replace(
        brief.region, start_line=min(brief.region.start_line, end), end_line=min(brief.region.end_line, end)
    )
    for finished in (replace(brief, code=code, region=region), _all_of(brief, code, end)):
        seen = analysed_code.build(finished)
        if seen is None or seen.repaired:
            continue
        inside = [extent(node) for node in seen.tree.body if isinstance(node, _DEFINITIONS)]
        yield from (
            question
            for question in table.possible_questions(seen)
            if not question.claims and any(a <= question.start_line and question.end_line <= b for a, b in inside)
        )


def _all_of(brief: QuestionBrief, code: str, end: int) -> QuestionBrief:
    return replace(brief, code=code, previous="", region=replace(brief.region, start_line=1, end_line=end))


def _readable(code: str) -> str | None:
    """The longest beginning of the text that parses and ends before a top-level statement; None when there is none."""
    if len(code) > _MOST:
        return None
    lines = editor_lines(code)
    tops = [n for n, line in enumerate(lines) if line[:1].strip() and line[0] not in ")]}#\"'"]
    for cut in reversed(tops[-_MOST_CUTS:]):
        above = "\n".join(lines[:cut]).rstrip() + "\n"
        try:
            python_text.check(above)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return above if above.strip() else None
    return None
