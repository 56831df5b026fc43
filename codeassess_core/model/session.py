"""Sessions, their leases and their grading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .assessment import DEFAULT_TENANT, AssessmentSpec

CLOSING_SILENCE = timedelta(minutes=10)
"""A closing round without a message for so long ends: the candidate has left."""


class Mode(StrEnum):
    """Where the server runs. It is named in every report, because it decides what the record can prove."""

    EMBEDDED = "embedded"  #: on the candidate's own machine: practice, unverified
    SERVICE = "service"  #: on a server that candidates cannot change
    UPSTREAM = "upstream"  #: in the candidate's editor, as a relay to a service


class SessionStatus(StrEnum):
    """The life of a session."""

    ACTIVE = "active"
    CLOSING = "closing"  #: the candidate is done, and gets the questions that are missing to `min_questions`
    FINISHING = "finishing"  #: finished; evaluations and the report are being written
    ENDED = "ended"  #: the report is stored


class Flag(StrEnum):
    """What a list of sessions shows a grader of each."""

    PASTE = "paste"  #: a large block came in with one update
    INSTRUCTIONS = "instructions_to_examiner"  #: an answer or the code contains instructions to the examiner
    EVALUATION_FAILED = "evaluation_failed"  #: an answer could not be evaluated


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSession:
    """One candidate's work on one task."""

    id: str
    tenant: str = DEFAULT_TENANT
    owner: str  #: the candidate's principal name
    assessment_id: str | None = None
    assessment_version: int | None = None
    language: str = "python"
    status: SessionStatus = SessionStatus.ACTIVE
    mode: Mode = Mode.EMBEDDED
    created_at: datetime
    ended_at: datetime | None = None
    epoch: str  #: changes when recorded events were lost; then clients resync
    acked_seq: int = 0  #: the highest client seq that is stored
    head_event_seq: int = 0
    interaction_count: int = 0
    snapshot_count: int = 0
    question_count: int = 0
    closing_until: datetime | None = None  #: in the closing round: when it ends without a message
    extra_time: float = 0.0  #: seconds that this candidate has beyond the assessment's time limit

    def time_limit(self, spec: AssessmentSpec | None) -> float | None:
        """The seconds that this candidate has for the assessment; None without a limit."""
        if spec is None or spec.time_limit is None:
            return None
        return spec.time_limit + self.extra_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to write in a session: the connection `holder` of the client `client_id` has it since `taken_at`."""

    holder: str
    client_id: str
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """How far a session is graded."""

    score: float | None  #: of the newest report version; None without one, or when no answer has an estimate
    provisional: bool | None  #: of the same; None without a report
    score_min: float | None = None  #: of the same
    score_max: float | None = None
    answered: int
    waiting_for_review: int  #: answers that need a review and have none, or whose contested score is undecided
    contested: int = 0  #: of these, the contested ones
    reviewed_by_candidate: int = 0  #: answers that the candidate has reviewed themself, which counts for nothing
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier session of the same candidate and assessment; `score` is the estimate of its newest report."""

    session_id: str
    created_at: datetime
    status: str
    score: float | None
