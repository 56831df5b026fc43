"""What tests of the record share: an open record on a fresh database, sessions, updates, client actions, drafts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from codeassess_core.clock import Clock, new_id, utcnow
from codeassess_core.live.messages import Activity, DeferQuestion, Finish, ResponseSubmitted
from codeassess_core.model import (
    AssessmentSession,
    AssessmentSpec,
    CriterionResult,
    Decision,
    Evaluation,
    InteractionKind,
    Passage,
    Provenance,
    Verdict,
)
from codeassess_core.ports import Jobs, QuestionDraft
from codeassess_core.storage.database import Database
from codeassess_core.storage.entries import ClientAction, CodeEntry
from codeassess_core.storage.record import Record
from codeassess_core.system.deadlines import DatabaseLimits
from codeassess_core.testing import InlineJobs

PROVENANCE = Provenance(examiner="offline", model="offline", version="1")
ASKED = Decision(asked=True, rule="changed_lines", reason="6 lines changed.", changed_lines=6, start_line=1, end_line=2)
MESSAGES: dict[InteractionKind, type[Any]] = {
    InteractionKind.ACTIVITY: Activity,
    InteractionKind.FINISH: Finish,
    InteractionKind.QUESTION_DEFERRED: DeferQuestion,
    InteractionKind.RESPONSE_RECEIVED: ResponseSubmitted,
}
SUPPRESSED = Decision(asked=False, rule="too_few_lines", reason="2 lines changed.", changed_lines=2)


@asynccontextmanager
async def opened(
    url: str, *, jobs: Jobs | None = None, clock: Clock = utcnow, limits: DatabaseLimits | None = None
) -> AsyncIterator[Record]:
    """A record on the database; without `jobs`, enqueued jobs are only noted."""
    record = Record(Database(url, limits=limits), jobs=jobs or InlineJobs(), clock=clock)
    try:
        await record.open()
        yield record
    finally:
        await record.aclose()


async def begin(record: Record, **changes: Any) -> AssessmentSession:
    """A new session of Ada."""
    return await record.sessions.begin(new_session(**changes))


@contextmanager
def statements(record: Record) -> Iterator[list[str]]:
    """The SELECTs that are sent to the database inside the block."""
    engine, seen = record.database._engine.sync_engine, []

    def see(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", see)


def new_session(**changes: Any) -> AssessmentSession:
    session = AssessmentSession(id=new_id(), owner="ada", created_at=utcnow(), epoch=new_id())
    return replace(session, **changes)


def new_assessment(**changes: Any) -> AssessmentSpec:
    return replace(AssessmentSpec(id=new_id(), title="Sort", created_at=utcnow()), **changes)


def update(
    session: AssessmentSession, code: str, seq: int | None = None, *, document: str = "main", **more: Any
) -> CodeEntry:
    more.setdefault("received_at", utcnow())
    return CodeEntry(session_id=session.id, document=document, code=code, client_seq=seq, **more)


def rename(session: AssessmentSession, before: str, after: str, seq: int | None = None) -> ClientAction[Any]:
    payload = {"kind": "document_renamed", "detail": {"from": before, "to": after}}
    return action(session, InteractionKind.ACTIVITY, payload, seq=seq)


def response(
    session: AssessmentSession, question_id: str, text: str = "It sorts.", seq: int | None = None
) -> ClientAction[Any]:
    payload = {"interaction_id": question_id, "response": text}
    return action(session, InteractionKind.RESPONSE_RECEIVED, payload, seq=seq)


def action(
    session: AssessmentSession, kind: InteractionKind, payload: dict[str, Any] | None = None, *, seq: int | None = None
) -> ClientAction[Any]:
    message = MESSAGES[kind].model_construct(seq=seq, **(payload or {}))  # without the bounds of the websocket
    return ClientAction(session_id=session.id, message=message)


def finish(session: AssessmentSession, seq: int | None = None) -> ClientAction[Any]:
    return action(session, InteractionKind.FINISH, seq=seq)


def draft(text: str = "Why a set?") -> QuestionDraft:
    return QuestionDraft(text=text, kind="purpose", start_line=1, end_line=2, expected=(), provenance=PROVENANCE)


def evaluation(score: float = 7.5, *, waits: bool = False) -> Evaluation:
    """An evaluation; `waits`: all of it is open."""
    criterion = CriterionResult(criterion="depth", verdict=Verdict.MET, reason="It says why.", quote="It sorts.")
    return Evaluation(
        text="Good.",
        score=score,
        score_min=0.0 if waits else score,
        score_max=10.0 if waits else score,
        confidence=0.9,
        criteria=(criterion,),
        provenance=PROVENANCE,
        evaluated_at=utcnow(),
    )


async def decided(record: Record, session: AssessmentSession, code: str = "a = 1\n", *, upto: int = 1) -> str:
    """Store an update and the decision to ask about it; returns the id of the question."""
    if (await record.sessions.get(session.id)).snapshot_count < upto:
        await record.recorder.record(update(session, code))
    decision = await record.questions.decide(session.id, ASKED, upto=upto, snapshot=upto, document="main")
    assert decision is not None and decision.question_id is not None
    return decision.question_id


async def published(record: Record, question_id: str, retrieved: tuple[Passage, ...] = ()) -> bool:
    return await record.questions.publish(
        question_id, draft(), excerpt="a = 1", retrieved=retrieved, message={"message_type": "question"}
    )


async def asked(record: Record, session: AssessmentSession, *, upto: int = 1) -> str:
    """A question that is open."""
    question_id = await decided(record, session, upto=upto)
    assert await published(record, question_id)
    return question_id


async def replay(record: Record, session: AssessmentSession, *, page: int = 100) -> list[tuple[str, str]]:
    """The document and its text after each step of the session's history, applied as JavaScript would."""
    texts: dict[str, bytes] = {}
    told, after = [], 0
    while steps := await record.snapshots.replay(session.id, after=after, limit=page):
        for step in steps:
            before = texts.get(step.document, b"")
            end = 2 * (step.start + step.deleted)
            assert end <= len(before) and step.n == len(told) + 1
            texts[step.document] = before[: 2 * step.start] + step.inserted.encode("utf-16-le") + before[end:]
            told.append((step.document, texts[step.document].decode("utf-16-le")))
        after = steps[-1].n
    return told
