"""Pairs of answers to a question about code: a good one, and a wrong one in a confident tone.

They show what a judge is worth: does it prefer the good answer, and does a wrong one pass
without a person (six points or more and no flag)? The halves are split by the code, not by
the pair, because questions about the same code are not independent.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .. import scoring
from ..documents.lines import split_lines
from ..errors import ExaminerError, InvalidInput
from ..examiner.model.second_look import PRAISE, with_second_look
from ..model import ExpectedPoint
from ..ports import EvaluationBrief, Examiner
from .answers import lines_of, wrong_line
from .judging import Judged, failed, judged
from .parts import Part

OURS: Final = "pairs.jsonl"
"""The file that is part of the package, next to this module."""

_Text = Annotated[str, Field(min_length=1, max_length=20_000)]
_Line = Annotated[int, Field(ge=1)]
_ROUNDS: Final = 1_000
_TAIL: Final = 0.025
_SEED: Final = 20_261


class AnswerPair(BaseModel):
    """Two answers to one question."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    kind: _Text
    lines: Annotated[list[_Line], Field(min_length=2, max_length=2)]  #: first and last, of the code
    question: _Text
    expected: Annotated[list[_Text], Field(min_length=1)]  #: points that a good answer makes
    good: _Text
    wrong: _Text


class CodeItem(BaseModel):
    """One line of the file: a piece of code and the pairs about it."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    language: _Text
    code: _Text
    pairs: Annotated[list[AnswerPair], Field(min_length=1)]

    @model_validator(mode="after")
    def _within(self) -> CodeItem:
        last = len(split_lines(self.code))
        if wrong := [pair.lines for pair in self.pairs if not pair.lines[0] <= pair.lines[1] <= last]:
            raise ValueError(f"lines {wrong[0]} are not within the code, lines 1 to {last}")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """The outcome for one answer, from a model that has not been measured and from a trusted one."""

    measured: Judged
    trusted: Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class PairResult:
    """The outcome for the two answers of one pair."""

    item: str  #: the code
    pair: AnswerPair
    good: Twice
    wrong: Twice

    @property
    def failed(self) -> bool:
        """Did the evaluations of both answers fail?"""
        return self.good.measured.provisional is None and self.wrong.measured.provisional is None

    @property
    def preferred(self) -> float | None:
        """1 when the good answer has more points, ½ for a tie, 0 when the wrong one has; None when one failed."""
        ours, theirs = self.good.measured.provisional, self.wrong.measured.provisional
        if ours is None or theirs is None:
            return None
        return 0.5 if ours == theirs else float(ours > theirs)


Results = Sequence[PairResult]
Share = Callable[[PairResult], float | None]


def praised(judged: Judged) -> bool:
    """Six points or more, whether or not a person looks at it."""
    return (judged.provisional or 0.0) >= PRAISE


def passed(judged: Judged) -> bool:
    """Praised, and no person looks."""
    return praised(judged) and not judged.abstained


SHARES: Final[Mapping[str, Share]] = {
    "pairwise": lambda r: r.preferred,
    "wrong_praised": lambda r: float(praised(r.wrong.measured)),
    "wrong_passed": lambda r: float(passed(r.wrong.measured)),
    "wrong_passed_trusted": lambda r: float(passed(r.wrong.trusted)),
    "good_praised": lambda r: float(praised(r.good.measured)),
    "good_passed": lambda r: float(passed(r.good.measured)),
    "good_passed_trusted": lambda r: float(passed(r.good.trusted)),
    "good_to_person": lambda r: float(r.good.measured.abstained),
    "failed": lambda r: ((r.good.measured.provisional is None) + (r.wrong.measured.provisional is None)) / 2,
}
"""The figures, each a mean over pairs: *praised* is 6 of 10 or more, *passed* is that without a person."""


def read_pairs(path: Path | None = None) -> tuple[CodeItem, ...]:
    """The lines of a JSONL file, or of the package's own one. Raises InvalidInput as `answers.read_answers`."""
    if path is None:
        with resources.as_file(resources.files(__package__).joinpath(OURS)) as ours:
            return read_pairs(ours)
    items = tuple(_item(number, value, path) for number, value in lines_of(path))
    if not items:
        raise InvalidInput(f"{path} holds no pairs.")
    return items


def items_of(items: Sequence[CodeItem], part: Part) -> tuple[CodeItem, ...]:
    """The first or the second half of the pieces of code, by the SHA-256 of their text; or all."""
    if part is Part.ALL:
        return tuple(items)
    codes = sorted({item.code for item in items}, key=lambda code: hashlib.sha256(code.encode()).digest())
    tuned = frozenset(codes[: (len(codes) + 1) // 2])
    return tuple(item for item in items if (item.code in tuned) is (part is Part.TUNED))


def brief_of(item: CodeItem, pair: AnswerPair, answer: str) -> EvaluationBrief:
    """The brief for an examiner, as in a session."""
    first, last = pair.lines
    return EvaluationBrief(
        question=pair.question,
        kind=pair.kind,
        answer=answer,
        code=item.code,
        excerpt="\n".join(split_lines(item.code)[first - 1 : last]),
        language=item.language,
        rubric=scoring.DEFAULT_RUBRIC,
        expected=tuple(ExpectedPoint(text=text) for text in pair.expected),
    )


async def judge_pairs(
    examiner: Examiner,
    chosen: Sequence[tuple[CodeItem, AnswerPair]],
    *,
    parallel: int,
    done: Callable[[], None],
) -> tuple[PairResult, ...]:
    """Have both answers of every pair evaluated, `parallel` at a time; `done` is called after each pair."""
    gate = asyncio.Semaphore(parallel)

    async def one(item: CodeItem, pair: AnswerPair) -> PairResult:
        async with gate:
            good = await _judge(examiner, brief_of(item, pair, pair.good))
            wrong = await _judge(examiner, brief_of(item, pair, pair.wrong))
        done()
        return PairResult(item=item.code, pair=pair, good=good, wrong=wrong)

    return tuple(await asyncio.gather(*(one(*both) for both in chosen)))


async def _judge(examiner: Examiner, brief: EvaluationBrief) -> Twice:
    try:
        draft = await examiner.evaluate(brief)
    except ExaminerError as problem:
        return Twice(measured=failed(problem), trusted=failed(problem))
    return Twice(measured=judged(draft, brief), trusted=judged(with_second_look(draft, brief, trusted=True), brief))


def pairs_of(items: Sequence[CodeItem]) -> tuple[tuple[CodeItem, AnswerPair], ...]:
    """Every pair with its code."""
    return tuple((item, pair) for item in items for pair in item.pairs)


def figures(results: Results) -> dict[str, dict[str, Any]]:
    """Each share with its 95 % interval, by drawing whole pieces of code; None where nothing could be compared."""
    return {
        name: {"value": _share(share, results), "interval": _interval(share, results)} for name, share in SHARES.items()
    }


def as_dict(result: PairResult) -> dict[str, Any]:
    """One pair, for JSON."""
    both = {"good": result.good.measured, "wrong": result.wrong.measured}
    return {
        "question": result.pair.question,
        "kind": result.pair.kind,
        **{
            which: {"score": one.provisional, "confidence": one.confidence, "person": one.abstained, "flags": one.flags}
            for which, one in both.items()
        },
    }


def _share(share: Share, results: Results) -> float | None:
    found = [value for value in map(share, results) if value is not None]
    return round(sum(found) / len(found), 4) if found else None


def _interval(share: Share, results: Results) -> list[float] | None:
    """By bootstrap; when all pairs agree and no sample can vary, exactly, by the number of pieces of code."""
    groups: dict[str, list[PairResult]] = {}
    for result in results:
        groups.setdefault(result.item, []).append(result)
    names, chance = sorted(groups), random.Random(_SEED)
    if len(names) < 2:
        return None
    drawn = ([r for name in chance.choices(names, k=len(names)) for r in groups[name]] for _ in range(_ROUNDS))
    found = sorted(value for value in (_share(share, sample) for sample in drawn) if value is not None)
    if not found:
        return None
    if set(found) in ({0.0}, {1.0}):
        edge = round(_TAIL ** (1 / len(names)), 4)
        return [edge, 1.0] if found[0] else [0.0, round(1 - edge, 4)]
    return [found[int(_TAIL * len(found))], found[int((1 - _TAIL) * len(found))]]


def _item(number: int, value: dict[str, Any], path: Path) -> CodeItem:
    try:
        return CodeItem.model_validate(value)
    except ValidationError as problem:
        raise wrong_line(path, number, problem) from problem
