"""Which question to ask: gather what could be asked, drop what may not be, take the most telling.

Deterministic: the same brief gives the same draft; ties are broken by a hash of the
question and the code, so that the kinds vary from candidate to candidate.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from ...errors import ExaminerUnavailable
from ...model import Region
from ...ports import QuestionBrief, QuestionDraft
from . import coverage, scene, tokens
from .kinds import changes, table
from .provenance import OFFLINE
from .sketch import Sketch

MAX_LENGTH: Final = 300  #: characters of a question
_SAME_KIND: Final = 2  #: depth that is taken off for each earlier question of the same shape
_SAME_TARGET: Final = 1  #: and for each earlier question about the same names
_PYTHON: Final = frozenset({"python", "python3", "py", "ipython", "ipython3", ""})

_QUOTED = re.compile(r"`([^`]*)`")
_NAME = re.compile(r"[^\W\d]\w*")
_LINES = re.compile(r"\blines? \d+(?:-\d+)?", re.IGNORECASE)


def ask(brief: QuestionBrief) -> QuestionDraft:
    """The best admissible question; raises `ExaminerUnavailable` when there is nothing at all to ask about."""
    known = frozenset(_NAME.findall(brief.code)) | frozenset(_NAME.findall(brief.previous))
    for candidates in _stages(brief):
        for sketch in _ranked(candidates, brief):
            if _admissible(sketch, brief.asked, known):
                return _draft(sketch)
    raise ExaminerUnavailable("The changed region holds nothing that a new question could be asked about.")


def _draft(sketch: Sketch) -> QuestionDraft:
    return QuestionDraft(
        text=sketch.text,
        kind=sketch.kind,
        start_line=sketch.start_line,
        end_line=sketch.end_line,
        expected=sketch.expected,
        provenance=OFFLINE,
    )


def _stages(brief: QuestionBrief) -> Iterator[Iterable[Sketch]]:
    """Ever wider nets: the tree, the text of the changed lines, what was taken out, the code around it."""
    python = brief.language.lower() in _PYTHON
    seen = scene.build(brief) if python else None
    if not scene.fresh_lines(brief):
        yield changes.removed(brief)
    yield chain(changes.pasted(brief, seen), table.sketches(seen) if seen else (), changes.rewritten(brief))
    yield tokens.sketches(brief)
    yield changes.removed(brief)
    yield tokens.whole_line(brief)
    wide = _widened(brief)
    around = scene.build(wide) if python else None
    yield chain(table.sketches(around) if around else (), tokens.sketches(wide))
    yield tokens.whole_line(wide, comments=True)


def _widened(brief: QuestionBrief) -> QuestionBrief:
    """The brief about all of the code, for a change that holds no code itself."""
    region: Region = replace(brief.region, start_line=1, end_line=len(brief.code.splitlines()))
    return replace(brief, region=region, previous="")


def _admissible(sketch: Sketch, asked: Sequence[str], known: frozenset[str]) -> bool:
    """The rules for every question: short, of this code, not asked before, not answered by itself."""
    if len(sketch.text) > MAX_LENGTH or _asked_before(sketch.text, asked) or not sketch.expected:
        return False
    quoted = chain.from_iterable(_NAME.findall(quote) for quote in _QUOTED.findall(sketch.text))
    if not known.issuperset(quoted):
        return False
    return all(coverage.open_to(point, sketch.text) for point in sketch.expected)


def _ranked(candidates: Iterable[Sketch], brief: QuestionBrief) -> list[Sketch]:
    """The candidates, best first: the most telling, less what was asked alike before."""
    shapes = [_shape(text) for text in brief.asked]
    seed = hashlib.blake2s(brief.code.encode(errors="replace")).digest()
    targets = [frozenset(_QUOTED.findall(text)) for text in brief.asked]

    def rank(sketch: Sketch) -> tuple[int, bytes]:
        repeated = _SAME_KIND * shapes.count(_shape(sketch.text))
        about = frozenset(_QUOTED.findall(sketch.text))
        again = _SAME_TARGET * sum(bool(about) and about == target for target in targets)
        tie = hashlib.blake2s(seed + sketch.text.encode(errors="replace")).digest()
        return repeated + again - sketch.depth, tie

    return sorted(candidates, key=rank)


def _asked_before(text: str, asked: Iterable[str]) -> bool:
    """The same question counts as asked even when its lines have moved."""
    plain = _LINES.sub("", text)
    return any(plain == _LINES.sub("", earlier) for earlier in asked)


def _shape(text: str) -> str:
    """A question without its names, lines and values: what all questions of one kind have in common."""
    return re.sub(r"\d+", "", _QUOTED.sub("", _LINES.sub("", text)))
