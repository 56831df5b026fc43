"""The JSON of an assessment, for POST /assessments/ and `codeassess assessment create`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from .clock import new_id
from .identity import Principal
from .live.validation import Text
from .model import AssessmentSpec, Criterion, Feedback

Language = Annotated[Text, Field(min_length=1, max_length=40)]
Seconds = Annotated[float, Field(ge=0, le=30 * 24 * 3600)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CriterionIn(_In):
    """One line of a rubric."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    description: Annotated[Text, Field(min_length=1, max_length=2_000)]
    weight: Annotated[float, Field(gt=0, le=1_000)] = 1.0


class PolicyIn(_In):
    """Overrides of the trigger policy, in the units of the settings of the same names."""

    min_code_change_lines: Annotated[int, Field(ge=0, le=100_000)] | None = None
    min_code_change_statements: Annotated[int, Field(ge=0, le=100_000)] | None = None
    min_time_between_interactions: Seconds | None = None
    cool_down: Seconds | None = None
    max_questions: Annotated[int, Field(ge=0, le=100)] | None = None
    min_questions: Annotated[int, Field(ge=0, le=100)] | None = None
    follow_ups: bool | None = None


def _differ(rubric: list[CriterionIn]) -> list[CriterionIn]:
    if len({criterion.name for criterion in rubric}) != len(rubric):
        raise ValueError("the criteria of a rubric must have different names")
    return rubric


class NewAssessment(_In):
    """An assessment, or its next version."""

    title: Annotated[Text, Field(min_length=1, max_length=300)]
    instructions: Annotated[Text, Field(max_length=100_000)] = ""
    starter_code: Annotated[Text, Field(max_length=1_000_000)] = ""
    language: Language = "python"
    rubric: Annotated[list[CriterionIn], Field(max_length=30), AfterValidator(_differ)] = []
    policy: PolicyIn = PolicyIn()
    time_limit: Annotated[Seconds, Field(gt=0)] | None = None
    show_report: bool = False
    attempts: Annotated[int, Field(ge=1, le=1_000)] | None = 1
    feedback: Annotated[Feedback, Field(strict=False)] = Feedback.COVERED
    graders: Annotated[list[Annotated[Text, Field(min_length=1, max_length=200)]], Field(max_length=1_000)] = []

    def spec(self, author: Principal, *, now: datetime, assessment_id: str | None = None) -> AssessmentSpec:
        """The assessment to store; without an id it is a new one."""
        return AssessmentSpec(
            id=assessment_id or new_id(),
            tenant=author.tenant,
            title=self.title,
            instructions=self.instructions,
            starter_code=self.starter_code,
            language=self.language,
            rubric=tuple(Criterion(**criterion.model_dump()) for criterion in self.rubric),
            policy=self.policy.model_dump(exclude_none=True),
            time_limit=self.time_limit,
            show_report=self.show_report,
            graders=tuple(self.graders),
            attempts=self.attempts,
            feedback=self.feedback,
            created_by=author.name,
            created_at=now,
        )
