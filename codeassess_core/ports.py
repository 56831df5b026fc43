"""What the story needs from the outside, each with a real and an in-memory implementation.

==============  =================================  ==============================
port            real                               in-memory / embedded
==============  =================================  ==============================
Examiner        examiner.chains (LangChain)        examiner.offline
History         storage.redis_history              storage.history
Retrieval       storage.chroma (server or local)   testing.InMemoryRetrieval
Jobs            jobs.DurableJobs (DBOS)            testing.InlineJobs
==============  =================================  ==============================

The record itself (storage.record) is no port: SQLite and Postgres are one
implementation behind SQLAlchemy and pass the same tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .costs import ANY, Allowance
from .model import (
    Criterion,
    CriterionResult,
    ExpectedPoint,
    Passage,
    Plan,
    Provenance,
    Question,
    Region,
    Turn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an answer left open, for a follow-up: exactly one thing, which the follow-up must not name."""

    question: str
    answer: str
    missing: ExpectedPoint  #: an expected point, or a criterion of the rubric
    expected: tuple[ExpectedPoint, ...] = ()  #: all points of the question


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBrief:
    """All that an examiner is told when it writes a question. It carries no name of any person."""

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
    opening: Opening | None = None  #: what a follow-up is to give another chance to say
    allowance: Allowance = ANY  #: what the session may still use


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """A question as an examiner proposes it. Lines are of `QuestionBrief.code`, from 1, both ends included."""

    text: str
    kind: str
    start_line: int
    end_line: int
    expected: tuple[ExpectedPoint, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationBrief:
    """All that an examiner is told when it evaluates an answer. It carries no name of any person."""

    question: str
    kind: str
    answer: str
    code: str  #: the document as it was when the question was asked
    excerpt: str  #: the lines that the question is about
    language: str
    rubric: tuple[Criterion, ...]
    expected: tuple[ExpectedPoint, ...] = ()
    instructions: str = ""
    history: tuple[Turn, ...] = ()
    passages: tuple[Passage, ...] = ()
    allowance: Allowance = ANY  #: what the session may still use


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationDraft:
    """Verdicts with quotes and reasons; the score is computed by `scoring`, never by the examiner."""

    text: str
    criteria: tuple[CriterionResult, ...]
    confidence: float  #: 0 to 1
    provenance: Provenance
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBrief:
    """All that an examiner is told when it sums a session up. It carries no name of any person."""

    final_code: str
    language: str
    instructions: str
    questions: tuple[Question, ...]
    allowance: Allowance = ANY  #: what the session may still use


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """The prose of a report. Numbers are not its business: `reports.build` computes them."""

    summary: str
    strengths: tuple[str, ...]
    concerns: tuple[str, ...]
    provenance: Provenance


class Examiner(Protocol):
    """Writes questions, judges answers and sums up. Stateless; may be slow.

    Every method raises `ExaminerUnavailable` when another attempt may help and
    `ExaminerRefused` when it will not; no other exception.
    """

    name: str

    async def ask(self, brief: QuestionBrief) -> QuestionDraft: ...

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft: ...

    async def summarize(self, brief: ReportBrief) -> Narrative: ...


class History(Protocol):
    """The chat history of each session: a cache of what SQL holds, which may vanish at any moment.

    Every method raises `StoreUnavailable` when the store cannot be reached.
    """

    async def recent(self, session_id: str, limit: int) -> tuple[Turn, ...] | None:
        """The last `limit` turns, oldest first; None when nothing is known of the session."""

    async def append(self, session_id: str, turn: Turn) -> None:
        """Add one turn to a history that is known; nothing happens when it is not (it is rebuilt when read)."""

    async def replace(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Set the whole history, as rebuilt from SQL."""

    async def forget(self, session_id: str) -> None:
        """Erase the history of the session."""

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises."""

    async def aclose(self) -> None: ...


class Retrieval(Protocol):
    """Finds passages near a text. A *shelf* keeps passages apart: one for each assessment, one for each session.

    Every method raises `StoreUnavailable` when the store cannot be reached.
    """

    async def add(self, shelf: str, passages: Sequence[tuple[str, str, str]]) -> None:
        """Put `(id, text, source)` on the shelf; an id that is there is replaced."""

    async def search(self, shelf: str, query: str, limit: int) -> tuple[Passage, ...]:
        """The nearest passages, best first; empty when the shelf is not there."""

    async def forget(self, shelf: str) -> None:
        """Erase the shelf."""

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises."""

    async def aclose(self) -> None: ...


class Jobs(Protocol):
    """Durable work, enqueued in the transaction that causes it.

    `kind` is one of "ask", "evaluate", "report"; `subject` the id it is about. The
    same (kind, subject) is one job however often it is enqueued.
    """

    async def ready(self) -> None:
        """Return once `enqueue` works; the engine may still be loading just after start-up."""

    def enqueue(self, connection: Any, kind: str, subject: str) -> None:
        """Enqueue on a synchronous SQLAlchemy connection, in its present transaction."""

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises."""

    async def aclose(self) -> None: ...
