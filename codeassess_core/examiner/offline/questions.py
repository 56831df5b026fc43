"""Which question to ask: gather what could be asked, drop what may not be, take what was planned.

Among questions that are about as telling as the best one, the plan's kind is taken, else
the next of its kinds. What the assessment's material speaks of counts as more telling.
Deterministic: the same brief gives the same draft; ties are broken by a hash of the
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
from typing import Final

from ... import planning
from ...errors import ExaminerUnavailable
from ...model import Plan, Region
from ...ports import QuestionBrief, QuestionDraft
from ..cells import Cells, cells_of, without_places
from . import coverage, follow_up, nearness, scene, tokens
from .families import family
from .kinds import changes, elsewhere, removals, table, unread, versions
from .provenance import OFFLINE
from .sketch import Sketch

MAX_LENGTH: Final = 300  #: characters of a question
_SAME_KIND: Final = 2  #: depth that is taken off for each earlier question of the same shape
_SAME_TARGET: Final = 1  #: and for each earlier question about the same names
_BARELY: Final = 1  #: depth of a question that is asked only for want of a better one
_ABOUT_AS_TELLING: Final = 1  #: depth by which a question of the planned kind may stay behind the best

_QUOTED = re.compile(r"`([^`]*)`")
_NAME = re.compile(r"[^\W\d]\w*")
_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")  # a text in a quoted call is no name
_LANGUAGE: Final = frozenset((*keyword.kwlist, *dir(builtins)))  #: names that a question may use without the code


def ask(brief: QuestionBrief) -> QuestionDraft:
    """The question of the plan; raises `ExaminerUnavailable` when there is nothing at all to ask about."""
    if brief.opening is not None:
        return follow_up.ask(brief, brief.opening)
    known = frozenset(_NAME.findall(brief.code)) | frozenset(_NAME.findall(brief.previous))
    cells = cells_of(brief.code)
    for candidates in _stages(brief):
        ranked = _ranked(candidates, brief)
        fit = ((rank, sketch) for rank, sketch in ranked if _admissible(sketch, brief.asked, known, cells))
        if near := _near_the_best(fit):
            return _draft(_planned(near, brief.plan), brief.plan, cells)
    raise ExaminerUnavailable("The changed region holds nothing that a new question could be asked about.")


def _near_the_best(fit: Iterable[tuple[int, Sketch]]) -> list[Sketch]:
    """Those that tell about as much as the first; the others are not even looked at."""
    near: list[Sketch] = []
    best: int | None = None
    for rank, sketch in fit:
        best = rank if best is None else best
        if rank > best + _ABOUT_AS_TELLING:
            break
        if rank == best or sketch.depth > _BARELY:
            near.append(sketch)
    return near


def _planned(near: Sequence[Sketch], plan: Plan | None) -> Sketch:
    """The first of the plan's kinds for which there is a question; without a plan the most telling one."""
    wanted = (plan.kind, *plan.others) if plan else ()
    for kind in wanted:
        found = next((sketch for sketch in near if family(sketch.kind) == kind), None)
        if found is not None:
            return found
    return near[0]


def _draft(sketch: Sketch, plan: Plan | None, cells: Cells | None) -> QuestionDraft:
    """The sketch as a draft; in a notebook its words name the cell and the line in it."""
    became = planning.taken(plan, family(sketch.kind)) if plan else None
    return QuestionDraft(
        text=cells.worded(sketch.text) if cells else sketch.text,
        kind=sketch.kind,
        start_line=sketch.start_line,
        end_line=sketch.end_line,
        expected=tuple(map(cells.point, sketch.expected)) if cells else sketch.expected,
        provenance=replace(OFFLINE, plan=became),
    )


def _stages(brief: QuestionBrief) -> Iterator[Iterable[Sketch]]:
    """Ever wider nets: the tree, the text of the changed lines, what was taken out, the code around it."""
    python = scene.is_python(brief)
    seen = scene.build(brief) if python else None
    if not scene.fresh_lines(brief):
        yield chain(removals.taken_out(brief, seen) if seen else (), removals.removed(brief))
    read = table.sketches(seen) if seen else () if python else elsewhere.sketches(brief)
    broken = unread.sketches(brief, seen) if python else ()
    yield chain(changes.pasted(brief, seen), read, versions.rewritten(brief, seen), broken)
    yield tokens.sketches(brief)
    yield removals.removed(brief)
    yield tokens.whole_line(brief)
    wide = _widened(brief)
    around = scene.build(wide) if python else None
    for found in (table.sketches(around) if around else (), tokens.sketches(wide)):
        yield (_with_region(sketch, brief) for sketch in found)
    yield (_with_region(sketch, brief) for sketch in tokens.whole_line(wide, comments=True))


def _with_region(sketch: Sketch, brief: QuestionBrief) -> Sketch:
    """The sketch about its lines and those that changed: they are what led to it."""
    last, region = max(1, len(brief.code.splitlines())), brief.region
    start = max(1, min(sketch.start_line, region.start_line))
    return replace(sketch, start_line=start, end_line=min(last, max(sketch.end_line, region.end_line)))


def _widened(brief: QuestionBrief) -> QuestionBrief:
    """The brief about all of the code, for a change that holds no code itself."""
    region: Region = replace(brief.region, start_line=1, end_line=len(brief.code.splitlines()))
    return replace(brief, region=region, previous="")


def _admissible(sketch: Sketch, asked: Sequence[str], known: frozenset[str], cells: Cells | None) -> bool:
    """The rules for every question: short, of this code, not asked before, not answered by itself."""
    if cells and cells.markers and sketch.start_line == sketch.end_line and sketch.start_line in cells.markers:
        return False  # the border of a cell is nobody's code
    if len(sketch.text) > MAX_LENGTH or _asked_before(sketch.text, asked) or not sketch.expected:
        return False
    quoted = chain.from_iterable(_NAME.findall(_TEXT.sub("", quote)) for quote in _QUOTED.findall(sketch.text))
    if not known.union(_LANGUAGE).issuperset(quoted):
        return False
    return all(coverage.open_to(point, sketch.text) for point in sketch.expected)


def _ranked(candidates: Iterable[Sketch], brief: QuestionBrief) -> list[tuple[int, Sketch]]:
    """The candidates with their ranks, best first: the most telling, less what was asked alike before."""
    sketched = tuple(candidates)
    spoken_of = nearness.to_material(sketched, brief.passages)
    shapes = [_shape(text) for text in brief.asked]
    seed = hashlib.blake2s(brief.code.encode(errors="replace")).digest()
    targets = [frozenset(_QUOTED.findall(text)) for text in brief.asked]

    def rank(sketch: Sketch) -> int:
        repeated = _SAME_KIND * shapes.count(_shape(sketch.text))
        about = frozenset(_QUOTED.findall(sketch.text))
        again = _SAME_TARGET * sum(bool(about) and about == target for target in targets)
        return repeated + again - sketch.depth - spoken_of.get(sketch.text, 0)

    def tie(sketch: Sketch) -> bytes:
        return hashlib.blake2s(seed + sketch.text.encode(errors="replace")).digest()

    return sorted(((rank(sketch), sketch) for sketch in sketched), key=lambda one: (one[0], tie(one[1])))


def _asked_before(text: str, asked: Iterable[str]) -> bool:
    """The same question counts as asked even when its lines have moved."""
    plain = without_places(text)
    return any(plain == without_places(earlier) for earlier in asked)


def _shape(text: str) -> str:
    """A question without its names, lines and values: what all questions of one kind have in common."""
    return re.sub(r"\d+", "", _QUOTED.sub("", without_places(text)))
