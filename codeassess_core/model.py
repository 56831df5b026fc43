"""The things codeassess talks about, as frozen values (docs/glossary.md).

Nothing here knows how it is stored, sent or shown. Lines are counted from 1
and ranges include both ends; times are aware UTC; scores run from 0 to 10.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

MAIN_DOCUMENT = "main"
"""The uri of the document when a client sends none."""

MAX_DOCUMENT_BYTES = 1_048_576
"""UTF-8 of one document."""

DEFAULT_TENANT = "default"


class Mode(StrEnum):
    """Where the server runs, stamped on every report: what the record can prove."""

    EMBEDDED = "embedded"  #: the candidate's own machine: practice, unverified
    SERVICE = "service"  #: a service that candidates cannot alter
    UPSTREAM = "upstream"  #: a relay in the candidate's editor to a service


class SessionStatus(StrEnum):
    """The life of a session."""

    ACTIVE = "active"
    FINISHING = "finishing"  #: finish was asked for; evaluations and the report are under way
    ENDED = "ended"  #: the report is stored


class QuestionStatus(StrEnum):
    """The life of a question: pending → open → answered → evaluated, or one of the ends."""

    PENDING = "pending"  #: decided, being written by the examiner
    OPEN = "open"  #: sent to the candidate
    ANSWERED = "answered"  #: being evaluated
    EVALUATED = "evaluated"
    FAILED = "failed"  #: could not be evaluated: a task for a person, never a score
    DEFERRED = "deferred"  #: the candidate said "not now"
    UNANSWERED = "unanswered"  #: still open when the session was finished
    WITHDRAWN = "withdrawn"  #: no question worth asking could be written


class Cause(StrEnum):
    """What made the code change, as the editor reports it (a hint, never trusted for a score)."""

    TYPING = "typing"
    PASTE = "paste"
    CUT = "cut"
    UNDO = "undo"
    RUN = "run"
    SAVE = "save"
    OPEN = "open"
    OTHER = "other"


class InteractionKind(StrEnum):
    """The kinds of recorded things."""

    CODE_UPDATE = "code_update"
    ACTIVITY = "activity"
    QUESTION_ASKED = "question_asked"
    QUESTION_DEFERRED = "question_deferred"
    QUESTION_WITHDRAWN = "question_withdrawn"
    RESPONSE_RECEIVED = "response_received"
    EVALUATION = "evaluation"
    EVALUATION_FAILED = "evaluation_failed"
    FINISH = "finish"
    REPORT = "report"
    REVIEW = "review"


class Flag(StrEnum):
    """What a grader should know of a session before they open it."""

    PASTE = "paste"  #: a large block came in with one update
    INSTRUCTIONS = "instructions_to_examiner"  #: an answer or the code spoke to the examiner
    EVALUATION_FAILED = "evaluation_failed"  #: an answer could not be evaluated


class ReviewVerdict(StrEnum):
    """What a person makes of an examiner's score."""

    CONFIRM = "confirm"
    OVERRIDE = "override"


class Difficulty(StrEnum):
    """How much of the code a question takes in; a sitting goes from easy to hard."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Verdict(StrEnum):
    """How far an answer meets one criterion."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"


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
    min_time_between_interactions: float = 60.0
    idle_pause: float = 3.0
    cool_down: float = 120.0
    max_questions: int = 8
    follow_ups: bool = True  #: may an answer that left one thing open be followed up, once?


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSpec:
    """The task that a session is about; immutable: a change is a new version."""

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
    show_report: bool = False  #: may the candidate read the report?
    graders: tuple[str, ...] = ()  #: empty: every grader of the tenant
    created_by: str = ""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSession:
    """One candidate's sitting."""

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
    epoch: str  #: changes when recorded events were lost; clients then resync
    acked_seq: int = 0  #: the highest client seq that is stored
    head_event_seq: int = 0
    interaction_count: int = 0
    snapshot_count: int = 0
    question_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """How far a session is graded."""

    score: float | None  #: of the newest report version; None without one, or when no evaluation stands
    provisional: bool | None  #: of the same; None without a report
    answered: int
    waiting_for_review: int  #: answers that need a person, and that nobody has reviewed
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotInfo:
    """A snapshot without its code: enough to verify what is stored."""

    n: int  #: from 1, one for each applied code_update of the session
    seq: int | None  #: the client's seq, when it sent one
    document: str
    sha256: str  #: hex, of the UTF-8 text
    bytes: int  #: length of the UTF-8 text
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(SnapshotInfo):
    """The candidate's code at one moment, rebuilt exactly."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A snapshot as an edit of the one before it of the same document (the first: of nothing).

    At `start`, `deleted` UTF-16 code units give way to `inserted`; never half of a surrogate pair.
    """

    n: int  #: of the snapshot
    seq: int | None  #: the client's seq, when it sent one
    document: str
    created_at: datetime
    start: int
    deleted: int
    inserted: str
    cause: Cause | None  #: None: typing, or nothing was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One recorded thing that happened in a session. `seq` is its place in the session's record, from 1."""

    id: str
    seq: int
    kind: InteractionKind
    client_seq: int | None
    created_at: datetime
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Lines of one document at one snapshot."""

    document: str
    snapshot: int
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPoint:
    """One thing that a good answer says, with the words by which it may be recognised.

    `any_of` holds groups of alternatives, each a tuple of lower-case terms; the point
    is covered when, of every group, at least one term occurs in the answer. An
    examiner that judges by meaning may leave it empty.
    """

    text: str
    any_of: tuple[tuple[str, ...], ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of text that retrieval found, with where it comes from."""

    text: str
    source: str
    score: float  #: similarity, higher is nearer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What code chose for a question before an examiner wrote it (planning.py)."""

    kind: str  #: one of `planning.KINDS`
    difficulty: Difficulty
    reason: str  #: one sentence for the report
    others: tuple[str, ...] = ()  #: the other kinds that the region carries, the next best first
    follows: str | None = None  #: the question whose answer this one follows up


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who wrote a question, an evaluation or a report, so that every score can be explained."""

    examiner: str  #: "offline" or "model"
    model: str  #: "offline" or provider:name
    version: str  #: of the examiner's rules or of codeassess
    prompt_sha256: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    fallback_reason: str | None = None  #: why the offline examiner stood in for the model
    plan: Plan | None = None  #: of a question: what it was to be
    spent_on: str | None = None  #: the model that the tokens went to, where another one wrote the text
    estimated: bool = False  #: are the tokens estimated, because the provider reported none?
    samples: int | None = None  #: of an evaluation that was made more than once: how often


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """The verdict on one criterion, with its evidence.

    `quote` is verbatim from the answer or the code; `verified` says that code found
    it there. An unverified quote counts for nothing (scoring.py).
    """

    criterion: str
    verdict: Verdict
    reason: str
    quote: str = ""
    weight: float = 1.0
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What an answer was worth, and why. `needs_review`: the score is provisional until a person decides."""

    text: str
    score: float
    confidence: float  #: 0 to 1
    needs_review: bool
    criteria: tuple[CriterionResult, ...]
    flags: tuple[str, ...] = ()
    provenance: Provenance
    evaluated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about one region of one snapshot, and all that became of it. Its id is the interaction_id."""

    id: str
    session_id: str
    status: QuestionStatus
    rule: str  #: the trigger rule that asked
    region: Region
    created_at: datetime
    text: str = ""
    kind: str = ""  #: of question: purpose, value, edge_case, …
    excerpt: str = ""  #: the code of the region, as it was
    expected: tuple[ExpectedPoint, ...] = ()
    retrieved: tuple[Passage, ...] = ()
    provenance: Provenance | None = None
    asked_at: datetime | None = None
    response: str | None = None
    responded_at: datetime | None = None
    evaluation: Evaluation | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's decision on the score of one response. The newest of a question counts; nothing is overwritten."""

    id: str
    session_id: str
    question_id: str
    number: int  #: from 1, in the session
    verdict: ReviewVerdict
    score: float  #: 0 to 10: the score that was confirmed, or the one that takes its place
    reason: str | None
    reviewer: str  #: the grader's principal name
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether to ask, and why: stored for every decision, asked or suppressed."""

    asked: bool
    rule: str  #: the rule that settled it, a name in docs/triggers.md
    reason: str  #: one sentence with the numbers
    changed_lines: int | None = None
    start_line: int | None = None  #: the changed lines that a question should be about
    end_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision as it was stored."""

    snapshot: int
    decision: Decision
    question_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One line of the conversation with the examiner, as kept in the chat history."""

    role: str  #: "ai" or "human"
    kind: str  #: "question", "response" or "evaluation"
    interaction_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something with state that clients are told, numbered per session from 1."""

    event_seq: int
    created_at: datetime
    message: dict[str, Any]  #: the wire message, without event_seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One immutable version of a session's report. `body` is its JSON (docs/protocol.md, reports)."""

    id: str
    session_id: str
    version: int
    created_at: datetime
    body: dict[str, Any]
