"""The answers of REST about assessments, as pydantic models: for candidates and for graders."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from codeassess_core.clock import isoformat
from codeassess_core.model import AssessmentSpec, AssessmentState, Feedback
from codeassess_core.new_assessment import FileIn, StoredAssessment

Phase = Literal["open", "not_yet_open", "closed"]


class StarterFile(BaseModel):
    """A file that the candidate begins with; the path is below a folder of the candidate's own, with slashes."""

    path: str
    text: str


class PublicCriterion(BaseModel):
    """A public line of the rubric; `levels` says by verdict (met, partly, not) what such an answer is like."""

    name: str
    description: str
    weight: float
    levels: dict[str, str]


class AssessmentPart(BaseModel):
    """What a candidate may know of the assessment. `rubric` has its public criteria."""

    assessment_id: str
    version: int
    title: str
    instructions: str
    starter_code: str
    language: str
    time_limit: float | None
    show_report: bool
    languages: list[str]
    files: list[StarterFile]
    rubric: list[PublicCriterion]
    consent: str
    feedback: Feedback
    attempts: int | None
    closes_at: str | None
    integrity_signals: bool
    verified: bool

    @classmethod
    def of(cls, spec: AssessmentSpec, *, time_limit: float | None) -> Self:
        """`time_limit` is the candidate's own, in seconds."""
        straight = ("version", "title", "instructions", "starter_code", "language", "show_report", "consent",
                    "feedback", "attempts", "integrity_signals", "verified")  # fmt: skip
        public = [asdict(criterion) for criterion in spec.rubric if criterion.public]
        return cls(
            assessment_id=spec.id,
            **{name: getattr(spec, name) for name in straight},
            time_limit=time_limit,
            languages=list(spec.languages),
            files=[StarterFile(path=file.path, text=file.text) for file in spec.files],
            rubric=[PublicCriterion(**{name: c[name] for name in PublicCriterion.model_fields}) for c in public],
            closes_at=isoformat(spec.closes_at) if spec.closes_at else None,
        )


class AssessmentOut(StoredAssessment):
    """An assessment as graders see it, in one version; `status` is open or closed, of all versions."""


class AssessmentListed(StoredAssessment):
    """An assessment in a list: without its files and materials, which are long.

    `phase` says whether a session may begin, by the server's clock: it is open, opens later, or is closed, by
    somebody or by its time.
    """

    phase: Phase = "open"
    files: SkipJsonSchema[list[FileIn]] = Field(default=[], exclude=True)
    materials: SkipJsonSchema[list[FileIn]] = Field(default=[], exclude=True)

    @classmethod
    def at(cls, now: datetime, spec: AssessmentSpec, state: AssessmentState) -> Self:
        """The assessment with its phase at this moment."""
        return cls.of(spec, state).model_copy(update={"phase": _phase(now, spec, state)})


def _phase(now: datetime, spec: AssessmentSpec, state: AssessmentState) -> Phase:
    if state.closed or (spec.closes_at is not None and now >= spec.closes_at):
        return "closed"
    return "open" if spec.opens_at is None or now >= spec.opens_at else "not_yet_open"
