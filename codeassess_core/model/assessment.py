"""Assessments: the task, its rubric and its trigger policy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .provenance import Difficulty

DEFAULT_TENANT = "default"


class Feedback(StrEnum):
    """What a candidate is told of an evaluation before the end of the session."""

    FULL = "full"  #: what was right and what was missing
    COVERED = "covered"  #: what was right, never what was missing
    NONE = "none"  #: nothing: the evaluations are sent just before the report


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of a rubric. `weight` is relative to the other criteria, > 0.

    `levels` says by verdict (met, partly, not) what an answer of that level is like; it may be empty.
    """

    name: str
    description: str
    weight: float = 1.0
    levels: dict[str, str] = field(default_factory=dict)
    public: bool = False  #: candidates may read it


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file of an assessment: its path below the folder, with slashes, and its text."""

    path: str
    text: str


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
    languages: tuple[str, ...] = ()  #: those that a session may be in; empty: any
    files: tuple[TextFile, ...] = ()  #: what a candidate begins with
    materials: tuple[TextFile, ...] = ()  #: texts that questions and evaluations may draw on
    question_kinds: tuple[str, ...] = ()  #: the kinds of questions (questions.planning); empty: all
    difficulty: Difficulty | None = None  #: of every question; None: from easy to hard
    opens_at: datetime | None = None  #: no session begins before
    closes_at: datetime | None = None  #: no session begins from then on
    consent: str = ""  #: what the candidate is asked to agree to, besides being recorded
    integrity_signals: bool = True  #: whether pastes and absences are recorded
    verified: bool = False  #: sessions must be recorded by a service
    created_by: str = ""
    created_at: datetime

    @property
    def consent_sha256(self) -> str | None:
        """The digest by which a candidate says to which text they agreed; None: there is nothing to agree to."""
        return hashlib.sha256(self.consent.encode()).hexdigest() if self.consent.strip() else None

    def start_of(self, document: str) -> str:
        """The text that the document begins with: of the starter file whose path it ends with, else `starter_code`.

        Of a notebook nothing is known: it is recorded as text of another form.
        """
        found = [file for file in self.files if f"/{document}".endswith(f"/{file.path}")]
        if not found:
            return self.starter_code
        return "" if found[0].path.lower().endswith(".ipynb") else max(found, key=lambda f: len(f.path)).text


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """Whether sessions of an assessment may begin; of all its versions."""

    closed: bool = False
    changed_by: str = ""
    changed_at: datetime | None = None
