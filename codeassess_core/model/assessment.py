"""Assessments: the task, its rubric and its trigger policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

DEFAULT_TENANT = "default"


class Feedback(StrEnum):
    """What a candidate is told of an evaluation before the end of the session."""

    FULL = "full"  #: what was right and what was missing
    COVERED = "covered"  #: what was right, never what was missing
    NONE = "none"  #: nothing: the evaluations are sent just before the report


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of a rubric. `weight` is relative to the other criteria, > 0."""

    name: str
    description: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPolicy:
    """When to ask (docs/triggers.md). Times in seconds."""

    min_code_change_lines: int = 5
    min_code_change_statements: int = (
        2  #: for a small program, at a pause; 0: small programs are measured in lines as well
    )
    min_time_between_interactions: float = 60.0
    idle_pause: float = 3.0
    cool_down: float = 120.0
    max_questions: int = 8
    min_questions: int = 2  #: the closing round asks the missing ones; 0: no closing round
    follow_ups: bool = True  #: ask one follow-up when an answer left one thing open


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSpec:
    """The task of a session. Immutable: a change makes a new version."""

    id: str
    tenant: str = DEFAULT_TENANT
    version: int = 1
    title: str
    instructions: str = ""
    starter_code: str = ""
    language: str = "python"
    rubric: tuple[Criterion, ...] = ()
    policy: dict[str, float] = field(default_factory=dict)  #: overrides of TriggerPolicy by name
    time_limit: float | None = None
    show_report: bool = False  #: the candidate may read the report
    graders: tuple[str, ...] = ()  #: empty: every grader of the tenant
    attempts: int | None = None  #: maximum of sessions for one candidate; None: no limit
    feedback: Feedback = Feedback.COVERED
    created_by: str = ""
    created_at: datetime
