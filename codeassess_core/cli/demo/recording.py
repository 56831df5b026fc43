"""A recording: a session as examples/README.md describes it, read and checked."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ...documents.lines import split_lines
from ...errors import InvalidInput
from ...live.validation import Text, invalid_field
from ...model import Cause

FILE_NAME: Final = "recording.jsonl"


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class _Head(_Line):
    """A line that stands before all steps."""


class About(_Head):
    """What the recording is. `assessment`, when there, is the body of POST /assessments/ for it.

    `document` is the name of the file that is written.
    """

    kind: Literal["about"]
    title: Text
    language: Annotated[Text, Field(min_length=1, max_length=40)]
    license: Text
    description: Text = ""
    assessment: dict[str, Any] | None = None
    document: Annotated[Text, Field(min_length=1, max_length=200)] = "solution.py"


class Answers(_Head):
    """The candidate's answers by topic, the most specific first."""

    kind: Literal["answers"]
    about: dict[Text, Text]
    otherwise: Text


class _Step(_Line):
    at: Annotated[float, Field(ge=0, strict=False)]  #: seconds since the start


class CodeStep(_Step):
    """The whole text of the document at that moment."""

    kind: Literal["code_update"]
    code: Text
    cause: Annotated[Cause, Field(strict=False)] = Cause.TYPING


class AnswerStep(_Step):
    """The candidate answers the question that is open."""

    kind: Literal["answer_next_question"]
    response: Text


class FinishStep(_Step):
    """The candidate is done."""

    kind: Literal["finish"]


Step = CodeStep | AnswerStep | FinishStep
_LINE: TypeAdapter[About | Answers | Step] = TypeAdapter(Annotated[About | Answers | Step, Field(discriminator="kind")])


class Recording(BaseModel):
    """A whole recording; its last step, and no other, is a FinishStep."""

    model_config = ConfigDict(frozen=True)

    about: About
    answers: Answers
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.steps or not isinstance(self.steps[-1], FinishStep):
            raise ValueError("the last line must be a finish")
        if sum(isinstance(step, FinishStep) for step in self.steps) > 1:
            raise ValueError("there may be only one finish")
        if not self.code:
            raise ValueError("there must be a code_update")
        for before, after in pairwise(self.steps):
            if after.at < before.at:
                raise ValueError(f"time goes back from {before.at:g} to {after.at:g}")
        return self

    @property
    def code(self) -> tuple[CodeStep, ...]:
        """The states of the document."""
        return tuple(step for step in self.steps if isinstance(step, CodeStep))

    def answer_to(self, question: str, step: AnswerStep | None) -> str:
        """The answer to `question`: by its topic, else of `step`, else the general one."""
        for topic, answer in self.answers.about.items():
            if topic in question:
                return answer
        return step.response if step is not None else self.answers.otherwise


def bundled_recording() -> Path:
    """The recording that comes with codeassess: beside this module when installed, in examples/ of a checkout."""
    beside = Path(__file__).with_name(FILE_NAME)
    return beside if beside.exists() else Path(__file__).parents[3] / "examples/first-functions" / FILE_NAME


def read_recording(path: Path) -> Recording:
    """The recording in a file.

    Raises:
        InvalidInput: it cannot be read or is not of the documented form; the message names file and line.
    """
    try:
        lines = split_lines(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8"
        raise InvalidInput(f"{path} cannot be read: {reason}.") from problem
    parsed = [_read_line(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    match parsed:
        case [About() as about, Answers() as answers, *rest] if not any(isinstance(line, _Head) for line in rest):
            steps = tuple(line for line in rest if isinstance(line, CodeStep | AnswerStep | FinishStep))
        case _:
            raise InvalidInput(f"{path}: a recording begins with one about line and one answers line.")
    try:
        return Recording(about=about, answers=answers, steps=steps)
    except ValidationError as problem:
        raise _wrong(path, problem) from None


def _read_line(path: Path, number: int, line: str) -> About | Answers | Step:
    try:
        return _LINE.validate_json(line)
    except ValidationError as problem:
        raise _wrong(f"{path}:{number}", problem) from None


def _wrong(where: object, problem: ValidationError) -> InvalidInput:
    return InvalidInput(f"{where}: {invalid_field(problem).message.removeprefix('message: ')}")
