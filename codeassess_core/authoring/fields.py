"""Every field of assessment.yaml and rubric.yaml. The JSON schemas and docs/assessments.md follow from here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from ..live.validation import Text
from ..model import Difficulty, Feedback, TriggerPolicy
from ..new_assessment import CriterionIn, Language, NewAssessment, QuestionKind
from .times import moment, seconds

_LENGTH: Final = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}, {"type": "null"}]}
_COUNT: Final = {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "unlimited"}]}
Duration = Annotated[
    Annotated[float, Field(ge=0, le=30 * 24 * 3600)] | None, BeforeValidator(seconds), WithJsonSchema(_LENGTH)
]
When = Annotated[
    datetime | None,
    BeforeValidator(moment),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]}),
]


def _attempts(value: Any) -> Any:
    if value == "unlimited":
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number from 1, or unlimited")
    return value


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class TriggerFields(_Fields):
    """When questions are asked (docs/triggers.md); what is left out comes from the server's settings."""

    min_code_change_lines: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="Lines that must change before a question.", examples=[5]
    )
    min_code_change_statements: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None,
        description="Statements that must change in a small program; 0: it is measured in lines.",
        examples=[2],
    )
    min_time_between_interactions: Duration = Field(
        default=None, description="Time between two questions.", examples=["60s"]
    )
    cool_down: Duration = Field(
        default=None, description="Time without questions after a skipped one.", examples=["2m"]
    )


class QuestionFields(_Fields):
    """How many questions are asked, and which."""

    max_questions: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Maximum of questions in a session.", examples=[6]
    )
    min_questions: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Minimum: the closing round asks what is missing; 0: there is none.", examples=[3]
    )
    follow_ups: bool | None = Field(
        default=None, description="Whether an answer that left one thing open gets one follow-up.", examples=[True]
    )
    kinds: list[QuestionKind] = Field(
        default=[], description="Kinds that are preferred; others only where the code has nothing for these.",
        examples=[["value", "trace", "edge_case"]],
    )  # fmt: skip
    difficulty: Annotated[Difficulty, Field(strict=False)] | None = Field(
        default=None,
        description="easy, medium or hard for every question; left out: from easy to hard.",
        examples=["medium"],
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        usual = TriggerPolicy()
        most = usual.max_questions if self.max_questions is None else self.max_questions
        least = usual.min_questions if self.min_questions is None else self.min_questions
        if least > most:
            raise ValueError(f"min_questions ({least}) must not be more than max_questions ({most})")
        return self


class AssessmentFields(_Fields):
    """The task, and what holds for its sessions."""

    title: Annotated[Text, Field(min_length=1, max_length=300)] = Field(
        description="What candidates and graders see in lists.", examples=["First functions"]
    )
    instructions: Text = Field(
        default="instructions.md", description="The file with the task, in Markdown.", examples=["instructions.md"]
    )
    languages: Annotated[list[Language], Field(min_length=1, max_length=20)] = Field(
        default=["python"], description="The languages that a session may be in; the first is the usual one.",
        examples=[["python"]],
    )  # fmt: skip
    questions: QuestionFields = Field(default=QuestionFields(), description="How many questions, and which.")
    triggers: TriggerFields = Field(default=TriggerFields(), description="When questions are asked.")
    feedback: Annotated[Feedback, Field(strict=False)] = Field(
        default=Feedback.COVERED,
        description="What a candidate is told of an answer before the end: full, covered (what was right) or none.",
        examples=["covered"],
    )
    attempts: Annotated[
        Annotated[int, Field(ge=1, le=1_000)] | None, BeforeValidator(_attempts), WithJsonSchema(_COUNT)
    ] = Field(default=1, description="How often one candidate may begin; `unlimited`: any number.", examples=[1])
    time_limit: Duration = Field(default=None, description="How long a session may take.", examples=["90m"])
    opens_at: When = Field(
        default=None, description="No session begins before.", examples=["2026-09-01 09:00 Europe/Berlin"]
    )
    closes_at: When = Field(
        default=None, description="No session begins from then on.", examples=["2026-09-08T18:00:00+02:00"]
    )
    graders: list[Annotated[Text, Field(min_length=1, max_length=200)]] = Field(
        default=[], description="Who may read and grade; empty: every grader of the organisation.", examples=[["grace"]]
    )
    show_report: bool = Field(default=False, description="Whether candidates may read their report.", examples=[True])
    consent: Annotated[Text, Field(max_length=20_000)] = Field(
        default="", description="What candidates are asked to agree to before the session.",
        examples=["My work is used to grade this course."],
    )  # fmt: skip
    integrity_signals: bool = Field(
        default=True, description="Whether pastes and absences from the editor are recorded and shown.", examples=[True]
    )
    verified: bool = Field(
        default=False, description="Whether sessions must be recorded by a service, not on the candidate's machine.",
        examples=[False],
    )  # fmt: skip

    @model_validator(mode="after")
    def _closes_later(self) -> Self:
        if self.opens_at is not None and self.closes_at is not None and self.closes_at <= self.opens_at:
            raise ValueError("closes_at must be after opens_at")
        return self


class RubricFields(_Fields):
    """The criteria by which answers are judged."""

    criteria: Annotated[list[CriterionIn], Field(min_length=1, max_length=30)] = Field(
        description="The criteria: name, description, weight, levels (met, partly, not), public.",
        examples=[[{"name": "values", "description": "Says what a call gives, and by which steps.", "weight": 2}]],
    )


SCHEMAS: Final[dict[str, type[BaseModel]]] = {"assessment": AssessmentFields, "rubric": RubricFields}
"""The files and their fields."""


def schema(name: str) -> dict[str, Any]:
    """The JSON schema of one of the files, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{name}.yaml of codeassess",
        **{key: value for key, value in SCHEMAS[name].model_json_schema().items() if key != "title"},
    }


_STRAIGHT: Final = (
    "title", "feedback", "attempts", "time_limit", "opens_at", "closes_at", "graders", "show_report", "consent",
    "integrity_signals", "verified",
)  # fmt: skip


def body(fields: AssessmentFields) -> dict[str, Any]:
    """The fields of `NewAssessment` that assessment.yaml says."""
    asked = fields.questions.model_dump(exclude_none=True, exclude={"kinds", "difficulty"})
    return {name: getattr(fields, name) for name in _STRAIGHT} | {
        "language": fields.languages[0],
        "languages": list(dict.fromkeys(fields.languages)),
        "policy": {**fields.triggers.model_dump(exclude_none=True), **asked},
        "question_kinds": fields.questions.kinds,
        "difficulty": fields.questions.difficulty,
    }


assert set(_STRAIGHT) <= set(NewAssessment.model_fields)
