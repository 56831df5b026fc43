"""The messages with which a connection begins, and the events for plain clients."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..clock import isoformat, utcnow
from ..errors import StoreUnavailable
from ..model import MAX_DOCUMENT_BYTES, AssessmentSession, Lease, Question, QuestionStatus, TriggerPolicy
from .messages import MAX_FRAME_BYTES, ErrorMessage, SessionOutline, Welcome, WriterInfo, dump, question_message
from .subscriptions import POLL_SECONDS
from .validation import MAX_DEPTH

if TYPE_CHECKING:
    from ..storage.record import Record

PLAIN_EVENTS = {
    "question": ("interaction_id", "question", "kind", "document", "snapshot", "start_line", "end_line"),
    "evaluation_result": ("interaction_id", "evaluation", "score", "needs_review"),
    "report_ready": ("session_id",),
}
"""The events for plain clients, each with its fields: those of the original contract and a few more."""


def welcome(
    session: AssessmentSession,
    questions: Sequence[Question],
    *,
    policy: TriggerPolicy,
    rate_limit: float,
    writer: WriterInfo,
) -> Welcome:
    """The answer to hello."""
    return Welcome(
        session=outline(session, policy),
        acked_seq=session.acked_seq,
        head_event_seq=session.head_event_seq,
        epoch=session.epoch,
        limits={
            "frame_bytes": MAX_FRAME_BYTES,
            "document_bytes": MAX_DOCUMENT_BYTES,
            "depth": MAX_DEPTH,
            "messages_per_second": rate_limit,
        },
        server_time=isoformat(utcnow()),
        open_questions=[question_message(question) for question in questions],
        writer=writer,
    )


async def session_now(
    record: Record, session_id: str, *, retry: bool = False
) -> tuple[AssessmentSession, list[Question]]:
    """The session and its open questions. `retry`: try again until the database answers.

    Raises:
        NotFound: the session was erased. StoreUnavailable: only without `retry`.
    """
    while True:
        try:
            session = await record.sessions.get(session_id)
            questions = await record.questions.of_session(session_id)
            return session, [q for q in questions if q.status is QuestionStatus.OPEN]
        except StoreUnavailable:
            if not retry:
                raise
            await asyncio.sleep(POLL_SECONDS)


def writer_info(lease: Lease | None, connection: str) -> WriterInfo:
    """Who writes, for the connection with this id."""
    if lease is None:
        return WriterInfo(you=False, held=False)
    since = isoformat(lease.taken_at)
    return WriterInfo(you=lease.holder == connection, held=True, client_id=lease.client_id, since=since)


def outline(session: AssessmentSession, policy: TriggerPolicy) -> SessionOutline:
    return SessionOutline(
        session_id=session.id,
        status=session.status,
        language=session.language,
        mode=session.mode,
        created_at=isoformat(session.created_at),
        questions_asked=session.question_count,
        max_questions=policy.max_questions,
        cool_down=policy.cool_down,
    )


def plain(message: dict[str, Any]) -> dict[str, Any]:
    """The message with the fields for plain clients."""
    names = ("message_type", *PLAIN_EVENTS[message["message_type"]])
    return {name: message[name] for name in names if name in message}


def plain_event(message: dict[str, Any]) -> dict[str, Any] | None:
    """An event as plain clients get it; None: they do not."""
    kind = message["message_type"]
    if kind in PLAIN_EVENTS:
        return plain(message)
    if kind == "evaluation_failed":
        return dump(ErrorMessage(code=kind, message=message["reason"], ref=message["interaction_id"]))
    return None
