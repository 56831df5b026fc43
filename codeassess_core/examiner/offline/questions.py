"""Chooses the question: collect possible ones, drop those that may not be asked, take the planned kind.

Among questions that show about as much understanding as the best one, the plan's kind is
taken, or else the next of its kinds. A subject of the assessment's material counts as
more. Deterministic: the same brief gives the same draft; ties are broken by a hash of the
question and the code.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final, TypeGuard

from ...documents.lines import split_lines
from ...documents.notebook_lines import Cells, cells_of, without_places
from ...errors import ExaminerUnavailable
from ...model import Plan, Region
from ...ports import QuestionBrief, QuestionDraft
from ...questions import planning
from ...sandbox import Sandbox
from . import analysed_code, coverage, finished_definitions, follow_up, name_uses, relevance, running
from .kind_labels import plan_kind
from .kinds import changes, deletions, other_languages, rewrites, table, unparsable
from .possible_question import PossibleQuestion
from .provenance import OFFLINE
from .running import Runs

MAX_LENGTH: Final = 400  #: characters of a question
_SAME_KIND: Final = 3  #: depth that each earlier question of the same shape takes off
_SAME_TARGET: Final = 1  #: depth that each earlier question about the same names takes off
_BARELY: Final = 1  #: depth of a question that is asked only when there is no better one
_ABOUT_AS_TELLING: Final = 1  #: difference in depth to the best question that a question of the planned kind may have

_QUOTED = re.compile(r"`([^`]*)`")
_NAME = re.compile(r"[^\W\d]\w*")
_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")  # a string in a quoted call is no name
_LANGUAGE: Final = frozenset((*keyword.kwlist, *dir(builtins)))
"""Names that a question may use even when they are not in the code."""


def ask(brief: QuestionBrief, sandbox: Sandbox | None = None) -> QuestionDraft:
    """The question for the brief. Raises `ExaminerUnavailable` when nothing can be asked that is sure to be true."""
    runs = Runs(sandbox or running.shared())
    if brief.opening is not None:
        return follow_up.ask(brief, brief.opening)
    known = frozenset(_NAME.findall(brief.code)) | frozenset(_NAME.findall(brief.previous))
    cells = cells_of(brief.code, brief.document)
    for questions in _stages(brief, runs):
        ranked = _ranked(questions, brief)
        fit = ((rank, question) for rank, question in ranked if _admissible(question, brief.asked, known, cells))
        if near := _near_the_best(fit):
            return _draft(_planned(near, brief.plan), brief.plan, cells)
    raise ExaminerUnavailable("The changed region holds nothing that a new question could be asked about.")


def _near_the_best(fit: Iterable[tuple[int, PossibleQuestion]]) -> list[PossibleQuestion]:
    """The questions that are about as deep as the first one; the others are not computed."""
    near: list[PossibleQuestion] = []
    best: int | None = None
    for rank, question in fit:
        best = rank if best is None else best
        if rank > best + _ABOUT_AS_TELLING:
            break
        if rank == best or question.depth > _BARELY:
            near.append(question)
    return near


def _planned(near: Sequence[PossibleQuestion], plan: Plan | None) -> PossibleQuestion:
    """A question of the first of the plan's kinds that has one; without a plan the deepest one."""
    wanted = (plan.kind, *plan.others) if plan else ()
    for kind in wanted:
        found = next((question for question in near if plan_kind(question.kind) == kind), None)
        if found is not None:
            return found
    return near[0]


def _draft(question: PossibleQuestion, plan: Plan | None, cells: Cells | None) -> QuestionDraft:
    """The question as a draft. In a notebook its text names the cell and the line in it."""
    became = planning.taken(plan, plan_kind(question.kind)) if plan else None
    return QuestionDraft(
        text=cells.worded(question.text) if cells else question.text,
        kind=question.kind,
        start_line=question.start_line,
        end_line=question.end_line,
        expected=tuple(map(cells.point, question.expected)) if cells else question.expected,
        slots=tuple(filter(None, map(cells.slot, question.slots))) if cells else question.slots,
        claims=question.claims,
        provenance=replace(OFFLINE, plan=became),
    )


def _stages(brief: QuestionBrief, runs: Runs) -> Iterator[Iterable[PossibleQuestion]]:
    """What is tried in turn: the tree and the runs, the text of the changed lines, the code around them."""
    python = analysed_code.is_python(brief)
    seen = analysed_code.build(brief, runs) if python else None
    if not analysed_code.fresh_lines(brief) and seen is not None:
        yield deletions.taken_out(brief, seen)
    if python:
        read = table.possible_questions(seen) if _is_as_typed(seen) else ()
    else:
        read = other_languages.possible_questions(brief)
    broken = unparsable.possible_questions(brief, seen) if python else ()
    yield chain(changes.pasted(brief, seen), rewrites.rewritten(brief, seen), read, broken)
    yield name_uses.possible_questions(brief)
    if python and not _is_as_typed(seen):
        yield finished_definitions.possible_questions(brief)
    wide = _widened(brief)
    around = analysed_code.build(wide, runs) if python else None
    for found in (table.possible_questions(around) if _is_as_typed(around) else (), name_uses.possible_questions(wide)):
        yield (_with_region(question, brief) for question in found)


def _is_as_typed(seen: analysed_code.AnalysedCode | None) -> TypeGuard[analysed_code.AnalysedCode]:
    """Is the tree that of the text as typed? A repaired text does not show what is true of the code."""
    return seen is not None and not seen.repaired


def _with_region(question: PossibleQuestion, brief: QuestionBrief) -> PossibleQuestion:
    """The question with its lines and the changed ones, which led to it."""
    last, region = max(1, len(split_lines(brief.code))), brief.region
    start = max(1, min(question.start_line, region.start_line))
    return replace(question, start_line=start, end_line=min(last, max(question.end_line, region.end_line)))


def _widened(brief: QuestionBrief) -> QuestionBrief:
    """The brief about all of the code, for a change that contains no code itself."""
    region: Region = replace(brief.region, start_line=1, end_line=len(split_lines(brief.code)))
    return replace(brief, region=region, previous="")


def _admissible(question: PossibleQuestion, asked: Sequence[str], known: frozenset[str], cells: Cells | None) -> bool:
    """The rules for every question: short, about this code, not asked before, not answered by its own text."""
    if cells and cells.markers and question.start_line == question.end_line and question.start_line in cells.markers:
        return False  # the line between two cells is not the candidate's code
    if len(question.text) > MAX_LENGTH or _asked_before(question.text, asked) or not question.expected:
        return False
    quoted = chain.from_iterable(_NAME.findall(_TEXT.sub("", quote)) for quote in _QUOTED.findall(question.text))
    if not known.union(_LANGUAGE).issuperset(quoted):
        return False
    return all(coverage.open_to(point, question.text) for point in question.expected)


def _ranked(questions: Iterable[PossibleQuestion], brief: QuestionBrief) -> list[tuple[int, PossibleQuestion]]:
    """The questions with their ranks, best first: the depth, less what similar earlier questions take off."""
    drafted = tuple(questions)
    spoken_of = relevance.to_material(drafted, brief.passages)
    shapes = [_shape(text) for text in brief.asked]
    seed = hashlib.blake2s(brief.code.encode(errors="replace")).digest()
    targets = [frozenset(_QUOTED.findall(text)) for text in brief.asked]

    def rank(question: PossibleQuestion) -> int:
        repeated = _SAME_KIND * shapes.count(_shape(question.text))
        about = frozenset(_QUOTED.findall(question.text))
        again = _SAME_TARGET * sum(bool(about) and about == target for target in targets)
        return repeated + again - question.depth - spoken_of.get(question.text, 0)

    def tie(question: PossibleQuestion) -> bytes:
        return hashlib.blake2s(seed + question.text.encode(errors="replace")).digest()

    return sorted(((rank(question), question) for question in drafted), key=lambda one: (one[0], tie(one[1])))


def _asked_before(text: str, asked: Iterable[str]) -> bool:
    """The same question counts as asked even when its lines have moved."""
    plain = without_places(text)
    return any(plain == without_places(earlier) for earlier in asked)


def _shape(text: str) -> str:
    """A question without its names, lines and values: what all questions of one kind have in common."""
    return re.sub(r"\d+", "", _QUOTED.sub("", without_places(text)))
