"""The ports: what `assessment` needs from outside, each with a real and an in-memory implementation.

==============  =================================  ==============================
port            real                               in-memory / embedded
==============  =================================  ==============================
Examiner        examiner.model (LangChain)         examiner.offline
History         storage.redis_history              storage.history
Retrieval       storage.chroma (server or local)   testing.InMemoryRetrieval
Jobs            jobs.DurableJobs (DBOS)            testing.InlineJobs
==============  =================================  ==============================

The record itself (storage.record) is not a port: SQLite and Postgres share one
implementation on SQLAlchemy and pass the same tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from .costs.budget import ANY, Allowance
from .documents.lines import unified
from .model import (
    MAIN_DOCUMENT,
    Claim,
    Criterion,
    CriterionResult,
    ExpectedPoint,
    Moment,
    Passage,
    Plan,
    Provenance,
    Question,
    Region,
    Slot,
    Turn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The one thing that an answer left open, for a follow-up, which must not name it."""

    question: str
    answer: str
    missing: ExpectedPoint  #: an expected point, or a criterion of the rubric
    expected: tuple[ExpectedPoint, ...] = ()  #: all points of the question


class _Unified:
    """Stores code with each line end as `\\n`, so that all users count lines the same way."""

    __slots__ = ()
    _code: ClassVar[tuple[str, ...]]  #: the fields that hold code

    def __post_init__(self) -> None:
        for name in self._code:
            object.__setattr__(self, name, unified(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBrief(_Unified):
    """What an examiner is told when it writes a question. Without names of persons."""

    _code = ("code", "previous")

    code: str  #: the document as it is now
    previous: str  #: the document as it was when last asked about (at first the starter code, or empty)
    document: str  #: the uri, for the file type only
    language: str
    region: Region  #: the changed lines that the question should be about
    rule: str  #: the trigger rule that asked, e.g. "paste"
    instructions: str = ""  #: the assessment's task
    history: tuple[Turn, ...] = ()
    passages: tuple[Passage, ...] = ()
    asked: tuple[str, ...] = ()  #: the texts of this session's earlier questions
    plan: Plan | None = None  #: the kind and the difficulty that the question is to have
    opening: Opening | None = None  #: of a follow-up: what the answer left open
    allowance: Allowance = ANY  #: what the session may still use


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """A question from an examiner. Lines are those of `QuestionBrief.code`, from 1, both ends included."""

    text: str
    kind: str
    start_line: int
    end_line: int
    expected: tuple[ExpectedPoint, ...]
    provenance: Provenance
    slots: tuple[Slot, ...] = ()  #: the parts whose answers code checks; `expected` is then about the "why"
    claims: tuple[Claim, ...] = ()  #: facts that the question relies on, found by running code


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A reviewed answer of the same assessment. Without names of persons."""

    question: str
    answer: str
    score: float  #: 0 to 10, of the review
    reason: str  #: empty when none was given


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationBrief(_Unified):
    """What an examiner is told when it evaluates an answer. Without names of persons."""

    _code = ("code", "excerpt")

    question: str
    kind: str
    answer: str
    code: str  #: the document as it was when the question was asked
    excerpt: str  #: the lines that the question is about
    language: str
    rubric: tuple[Criterion, ...]
    document: str = MAIN_DOCUMENT  #: the uri, for the file type only
    expected: tuple[ExpectedPoint, ...] = ()
    slots: tuple[Slot, ...] = ()  #: checked by code, not by the examiner
    instructions: str = ""
    history: tuple[Turn, ...] = ()
    passages: tuple[Passage, ...] = ()
    examples: tuple[Example, ...] = ()  #: similar answers with a review
    allowance: Allowance = ANY  #: what the session may still use


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationDraft:
    """Verdicts with quotes and reasons; the score is computed by `scoring`, never by the examiner.

    A criterion that is already `settled` was confirmed by rules, independent of confidence and flags.
    """

    text: str
    criteria: tuple[CriterionResult, ...]
    confidence: float  #: 0 to 1
    provenance: Provenance
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBrief(_Unified):
    """What an examiner is told when it sums up a session. Without names of persons."""

    _code = ("final_code",)

    final_code: str
    language: str
    instructions: str
    questions: tuple[Question, ...]
    document: str = MAIN_DOCUMENT  #: the uri of the final code, for the file type only
    allowance: Allowance = ANY  #: what the session may still use


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """The text of a report. All numbers are computed by `reports.build`."""

    summary: str
    strengths: tuple[str, ...]
    concerns: tuple[str, ...]
    provenance: Provenance


class Examiner(Protocol):
    """Writes questions, judges answers and sums up. Stateless; may be slow.

    Every method raises `ExaminerUnavailable` when another attempt may help, else
    `ExaminerRefused`; no other exception.
    """

    name: str

    async def ask(self, brief: QuestionBrief) -> QuestionDraft: ...

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft: ...

    async def summarize(self, brief: ReportBrief) -> Narrative: ...


class Recheck(Protocol):
    """Checks the claims of a question again on the present code, when it is answered. Raises nothing."""

    async def __call__(self, question: Question, brief: EvaluationBrief, code_now: str) -> Question: ...


class DecisionTimer(Protocol):
    """Calls `Assessment.decide` when a decision is due (`triggers.debounce`)."""

    def touch(self, session_id: str, at: datetime, moment: Moment) -> None:
        """Something was stored at `at` after which a decision is due: after a pause, or at once."""

    def returned(self, session_id: str) -> None:
        """The client that writes has connected and may send what it kept: wait for the next pause."""

    def left(self, session_id: str) -> None:
        """The client that writes has gone, perhaps for a moment, and with text that it has not sent."""


class History(Protocol):
    """The chat history of each session: a cache of SQL, which may be lost at any moment.

    Every method raises `StoreUnavailable` when the store cannot be reached.
    """

    async def recent(self, session_id: str, limit: int) -> tuple[Turn, ...] | None:
        """The last `limit` turns, oldest first; None when nothing is known of the session."""

    async def append(self, session_id: str, turn: Turn) -> None:
        """Add one turn to a known history; an unknown one stays unknown and is rebuilt when it is read."""

    async def replace(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Set the whole history, as rebuilt from SQL."""

    async def forget(self, session_id: str) -> None:
        """Erase the history of the session."""

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises."""

    async def aclose(self) -> None: ...


class Retrieval(Protocol):
    """Finds passages that are similar to a text. Passages are on a *shelf*: one for each assessment and each session.

    Every method raises `StoreUnavailable` when the store cannot be reached.
    """

    async def add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        """Add passages `(id, text, source)` to the shelf; an existing id is replaced."""

    async def search(self, shelf: str, query: str, limit: int) -> tuple[Passage, ...]:
        """The most similar passages, best first; empty without such a shelf."""

    async def remove(self, shelf: str, ids: Sequence[str]) -> None:
        """Remove passages; unknown ids are no error."""

    async def forget(self, shelf: str) -> None:
        """Erase the shelf."""

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises."""

    async def aclose(self) -> None: ...


class Jobs(Protocol):
    """Durable work, enqueued in the transaction that causes it.

    `kind` is "ask", "evaluate" or "report"; `subject` is the id of the question or report. The same
    (kind, subject) is one job, however often it is enqueued.
    """

    async def ready(self) -> None:
        """Wait until `enqueue` works; after the start the engine may still be loading."""

    def enqueue(self, connection: Any, kind: str, subject: str) -> None:
        """Enqueue in the current transaction of a synchronous SQLAlchemy connection."""

    async def guard(self, connection: Any) -> None:
        """Called in the transaction that stores the result of a job.

        Raises when another process has taken over the job, so that nothing is stored. Outside a job it
        does nothing.
        """

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises."""

    async def aclose(self) -> None: ...
