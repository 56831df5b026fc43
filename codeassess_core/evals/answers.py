"""Graded answers: how they are read from a file, and the brief for an examiner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..documents.lines import editor_lines
from ..errors import InvalidInput
from ..examiner.text.sentences import sentences
from ..model import Criterion, ExpectedPoint
from ..ports import EvaluationBrief
from .parts import Part

MAX_POINTS: Final = 5.0
"""People grade from 0 to this; our 0…10 is halved before the comparison."""

RUBRIC: Final = (
    Criterion(name="correctness", description="What the answer says is true and answers the question.", weight=5),
    Criterion(
        name="completeness",
        description="It makes the expected points, in whatever words; another true point may stand for one of them.",
        weight=5,
    ),
)

_Points = Annotated[float, Field(ge=0, le=MAX_POINTS, allow_inf_nan=False)]
_Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class GradedAnswer(BaseModel):
    """One line of the file. People's scores are optional, 0…5, and never shown to an examiner."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    question: _Text
    reference: _Text
    answer: Annotated[str, Field(max_length=100_000)]
    score_a: _Points | None = None
    score_b: _Points | None = None
    score: _Points | None = None

    @property
    def human(self) -> float | None:
        """People's score: `score`, or the mean of the two, or the only one."""
        if self.score is not None:
            return self.score
        given = [points for points in (self.score_a, self.score_b) if points is not None]
        return sum(given) / len(given) if given else None


def read_answers(path: Path) -> tuple[GradedAnswer, ...]:
    """The lines of a JSONL file, in order; blank ones are skipped.

    Raises:
        InvalidInput: no such file, no line, or a wrong line; the message has its number and field.
    """
    rows = tuple(_row(number, line, path) for number, line in lines_of(path))
    if not rows:
        raise InvalidInput(f"{path} holds no answers.")
    return rows


def lines_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSONL file with their line numbers, from 1. Raises InvalidInput as `read_answers`."""
    try:
        lines = editor_lines(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise InvalidInput(f"{path} is not UTF-8 (byte {problem.start}).") from problem
    except OSError as problem:
        raise InvalidInput(f"{path} cannot be read: {problem.strerror}.") from problem
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _object(number, line, path)


def wrong_line(path: Path, number: int, problem: ValidationError) -> InvalidInput:
    """The first error of a line, with its field."""
    first = problem.errors(include_input=False, include_url=False)[0]
    field = ".".join(map(str, first["loc"])) or "line"
    return InvalidInput(f"{path} line {number}, field {field}: {first['msg']}.", line=number, field=field)


def part_of(rows: Sequence[GradedAnswer], part: Part) -> tuple[GradedAnswer, ...]:
    """The answers to one half of the questions, or to all."""
    if part is Part.ALL:
        return tuple(rows)
    questions = sorted({row.question for row in rows}, key=lambda text: hashlib.sha256(text.encode()).digest())
    tuned = frozenset(questions[: (len(questions) + 1) // 2])
    return tuple(row for row in rows if (row.question in tuned) is (part is Part.TUNED))


def brief_of(row: GradedAnswer) -> EvaluationBrief:
    """The brief for an examiner: each sentence of the reference is an expected point; there is no code."""
    return EvaluationBrief(
        question=row.question,
        kind="reference",
        answer=row.answer,
        code="",
        excerpt="",
        language="text",
        rubric=RUBRIC,
        expected=tuple(ExpectedPoint(text=text) for text in sentences(row.reference)),
    )


def _object(number: int, line: str, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise InvalidInput(f"{path} line {number} is not JSON: {problem}.", line=number) from problem
    if not isinstance(value, dict):
        raise InvalidInput(f"{path} line {number} is not a JSON object.", line=number)
    return value


def _row(number: int, value: dict[str, Any], path: Path) -> GradedAnswer:
    try:
        return GradedAnswer.model_validate(value)
    except ValidationError as problem:
        raise wrong_line(path, number, problem) from problem
