"""Questions with their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .evaluation import Evaluation
from .provenance import Provenance
from .slots import Claim, Slot
from .snapshot import Region


class QuestionStatus(StrEnum):
    """The status of a question: pending → open → answered → evaluated, or another end."""

    PENDING = "pending"  #: decided; the examiner is writing it
    OPEN = "open"  #: sent to the candidate
    ANSWERED = "answered"  #: being evaluated
    EVALUATED = "evaluated"
    FAILED = "failed"  #: could not be evaluated; a person has to do it
    DEFERRED = "deferred"  #: skipped by the candidate
    UNANSWERED = "unanswered"  #: still open at the end of the session
    WITHDRAWN = "withdrawn"  #: no usable question could be written


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPoint:
    """One thing that a good answer says, and words that indicate it.

    `any_of` has groups of alternative lower-case terms; an answer covers the point when it contains at
    least one term of every group. It may be empty for an examiner that judges by meaning.
    """

    text: str
    any_of: tuple[tuple[str, ...], ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of text that retrieval found, with its source."""

    text: str
    source: str
    score: float  #: similarity; higher is more similar


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about one region of one snapshot, with its answer and evaluation. Its id is the interaction_id."""

    id: str
    session_id: str
    status: QuestionStatus
    rule: str  #: the trigger rule that asked
    region: Region
    created_at: datetime
    text: str = ""
    kind: str = ""  #: of question: purpose, value, edge_case, …
    excerpt: str = ""  #: the code of the region
    expected: tuple[ExpectedPoint, ...] = ()
    slots: tuple[Slot, ...] = ()  #: checked by code; the right answers stay on the server until the end
    claims: tuple[Claim, ...] = ()  #: facts that the question relies on
    retrieved: tuple[Passage, ...] = ()
    provenance: Provenance | None = None
    asked_at: datetime | None = None
    response: str | None = None
    slot_answers: dict[str, str] = field(default_factory=dict)  #: answers to slots, by their ids
    responded_at: datetime | None = None
    evaluation: Evaluation | None = None
    failure: str | None = None
