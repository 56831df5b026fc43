"""The JSON of an assessment: for POST /assessments/, `codeassess assessment create`, and what a folder becomes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from .authoring.chunking import pieces_of
from .clock import isoformat, new_id
from .documents.relative_path import check_path, same_name
from .errors import InvalidInput
from .identity import Principal
from .live.validation import Text
from .model import AssessmentSpec, AssessmentState, Criterion, Difficulty, Feedback, TextFile
from .questions.planning import KINDS, PASTE

Language = Annotated[Text, Field(min_length=1, max_length=40)]
Seconds = Annotated[float, Field(ge=0, le=30 * 24 * 3600)]
Path = Annotated[Text, AfterValidator(check_path)]
QUESTION_KINDS: Final = tuple(kind.name for kind in KINDS if kind.name != PASTE)


def _kind(name: str) -> str:
    if name not in QUESTION_KINDS:
        raise ValueError(f"must be one of {', '.join(QUESTION_KINDS)}")
    return name


QuestionKind = Annotated[str, AfterValidator(_kind), Field(json_schema_extra={"enum": list(QUESTION_KINDS)})]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class LevelsIn(_In):
    """What an answer is like that meets a criterion, meets it partly, or does not."""

    met: Annotated[Text, Field(max_length=1_000)] = ""
    partly: Annotated[Text, Field(max_length=1_000)] = ""
    not_: Annotated[Text, Field(max_length=1_000, alias="not")] = ""

    def said(self) -> dict[str, str]:
        """The levels that are described, by verdict."""
        return {name: text for name, text in self.model_dump(by_alias=True).items() if text}


class CriterionIn(_In):
    """One line of a rubric."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    description: Annotated[Text, Field(min_length=1, max_length=2_000)]
    weight: Annotated[float, Field(gt=0, le=1_000)] = 1.0
    levels: LevelsIn = LevelsIn()
    public: bool = False


class PolicyIn(_In):
    """Overrides of the trigger policy, in the units of the settings of the same names."""

    min_code_change_lines: Annotated[int, Field(ge=0, le=100_000)] | None = None
    min_code_change_statements: Annotated[int, Field(ge=0, le=100_000)] | None = None
    min_time_between_interactions: Seconds | None = None
    cool_down: Seconds | None = None
    max_questions: Annotated[int, Field(ge=0, le=100)] | None = None
    min_questions: Annotated[int, Field(ge=0, le=100)] | None = None
    follow_ups: bool | None = None


class FileIn(_In):
    """A text file: its path below the folder, with slashes."""

    path: Path
    text: Annotated[Text, Field(max_length=1_000_000)]


def _differ(rubric: list[CriterionIn]) -> list[CriterionIn]:
    if len({criterion.name for criterion in rubric}) != len(rubric):
        raise ValueError("the criteria of a rubric must have different names")
    return rubric


def _apart(files: list[FileIn]) -> list[FileIn]:
    twice = same_name([file.path for file in files])
    if twice is not None:
        raise ValueError(f"two of them have the name {twice!r} where capital letters do not count")
    return files


def _readable(materials: list[FileIn]) -> list[FileIn]:
    for file in materials:
        try:
            pieces_of(file.path, file.text, f".{file.path.rpartition('.')[2].lower()}")
        except InvalidInput as problem:
            raise ValueError(problem.message.removesuffix(".")) from problem
    return materials


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("needs a time zone, as in 2026-09-01T09:00:00+02:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("must be a time between the years 1 and 9999 in UTC") from problem


Moment = Annotated[datetime, Field(strict=False), AfterValidator(_utc)]


class NewAssessment(_In):
    """An assessment, or its next version."""

    title: Annotated[Text, Field(min_length=1, max_length=300)]
    instructions: Annotated[Text, Field(max_length=100_000)] = ""
    starter_code: Annotated[Text, Field(max_length=1_000_000)] = ""
    language: Language = "python"
    languages: Annotated[list[Language], Field(max_length=20)] = []
    files: Annotated[list[FileIn], Field(max_length=100), AfterValidator(_apart)] = []
    materials: Annotated[list[FileIn], Field(max_length=100), AfterValidator(_apart), AfterValidator(_readable)] = []
    rubric: Annotated[list[CriterionIn], Field(max_length=30), AfterValidator(_differ)] = []
    policy: PolicyIn = PolicyIn()
    question_kinds: Annotated[list[QuestionKind], Field(max_length=20)] = []
    difficulty: Annotated[Difficulty, Field(strict=False)] | None = None
    time_limit: Annotated[Seconds, Field(gt=0)] | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    show_report: bool = False
    attempts: Annotated[int, Field(ge=1, le=1_000)] | None = 1
    feedback: Annotated[Feedback, Field(strict=False)] = Feedback.COVERED
    graders: Annotated[list[Annotated[Text, Field(min_length=1, max_length=200)]], Field(max_length=1_000)] = []
    consent: Annotated[Text, Field(max_length=20_000)] = ""
    integrity_signals: bool = True
    verified: bool = False

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.opens_at is not None and self.closes_at is not None and self.closes_at <= self.opens_at:
            raise ValueError("closes_at must be after opens_at")
        if self.languages and self.language not in self.languages:
            raise ValueError(f"languages must contain the language {self.language}")
        return self

    def spec(self, author: Principal, *, now: datetime, assessment_id: str | None = None) -> AssessmentSpec:
        """The assessment to store; without an id it is a new one."""
        values: dict[str, Any] = {name: getattr(self, name) for name in NewAssessment.model_fields}
        values |= {name: tuple(values[name]) for name in ("question_kinds", "languages", "graders")}
        values |= {name: tuple(map(_text_file, values[name])) for name in ("files", "materials")}
        rubric = (Criterion(**c.model_dump(exclude={"levels"}), levels=c.levels.said()) for c in self.rubric)
        values |= {"rubric": tuple(rubric), "policy": self.policy.model_dump(exclude_none=True)}
        return AssessmentSpec(
            id=assessment_id or new_id(),
            tenant=author.tenant,
            **values,
            created_by=author.name,
            created_at=now,
        )

    def same_as(self, other: NewAssessment) -> bool:
        """Does it say the same as `other`, whatever else is known of that?"""
        return all(getattr(self, name) == getattr(other, name) for name in NewAssessment.model_fields)


def _text_file(file: FileIn) -> TextFile:
    return TextFile(path=file.path, text=file.text)


class StoredAssessment(NewAssessment):
    """An assessment as graders see it, in one version; `status` is open or closed, of all versions."""

    model_config = ConfigDict(strict=False, extra="ignore")

    assessment_id: str
    version: int
    status: Literal["open", "closed"] = "open"
    created_by: str
    created_at: str

    @classmethod
    def of(cls, spec: AssessmentSpec, state: AssessmentState) -> Self:
        status = "closed" if state.closed else "open"
        values = asdict(spec) | {"assessment_id": spec.id, "created_at": isoformat(spec.created_at), "status": status}
        listed = {name: list(values[name]) for name in ("graders", "languages", "question_kinds")}
        return cls.model_validate({name: values[name] for name in cls.model_fields if name in values} | listed)

    @property
    def etag(self) -> str:
        """Changes with the newest version and with closing and opening."""
        return etag(self.version, self.status)


def etag(version: int, status: str) -> str:
    """The strong ETag of an assessment."""
    return f'"{version}-{status}"'
