"""One live connection of a candidate, without its transport: what comes in, what goes out, in which dialect.

Two dialects share it. A client whose first message is `hello` speaks protocol 1:
numbered events, replayed from where it was. Any other client is plain: it gets the
four messages of the original contract and no more. A plain client may keep silent, so
after `GRACE` seconds it is taken for one and is sent the question that is open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import IntEnum
from typing import Any

from .assessment import Assessment
from .clock import isoformat, utcnow
from .delivery import Delivery
from .entries import Receipt
from .errors import BadFrame, CodeAssessError, InvalidInput, RateLimited, SequenceGap, UnsupportedProtocol
from .messages import (
    MAX_DEPTH,
    MAX_DOCUMENT_BYTES,
    MAX_FRAME_BYTES,
    PROTOCOL_VERSION,
    Ack,
    ClientMessage,
    ErrorMessage,
    Hello,
    Nack,
    QuestionMessage,
    ReportReady,
    Resync,
    ServerMessage,
    Welcome,
    dump,
    parse,
)
from .model import AssessmentSession, Event, Question, QuestionStatus, SessionStatus
from .pacing import Pacer

log = logging.getLogger(__name__)

GRACE = 1.0
MAX_BAD_FRAMES = 3
_PLAIN_EVENTS = frozenset({"question", "evaluation_result", "report_ready"})

Send = Callable[[dict[str, Any]], Awaitable[None]]
Close = Callable[[int, str], None]


class CloseCode(IntEnum):
    """Why the server closes a socket. Up to 4399 a client connects again; from 4400 on it does not."""

    SUPERSEDED = 4001
    SLOW = 4008
    DRAINING = 4012
    RATE = 4029
    BAD_FRAMES = 4400
    CREDENTIAL = 4401
    FORBIDDEN = 4403
    UNKNOWN = 4404
    CONFLICT = 4409
    ENDED = 4410


class Connection:
    """`open` it, feed it frames with `receive`, and `aclose` it. `send` and `close` are the transport's."""

    def __init__(
        self,
        *,
        assessment: Assessment,
        delivery: Delivery,
        session_id: str,
        send: Send,
        close: Close,
        rate_limit: float,
    ) -> None:
        self._assessment = assessment
        self._delivery = delivery
        self._session_id = session_id
        self._send_frame = send
        self._close = close
        self._pacer = Pacer(rate_limit)
        self._rate_limit = rate_limit
        self._greeted = False  # protocol 1
        self._first = asyncio.Event()
        self._bad_frames = 0
        self._shown: set[str] = set()  # questions that were sent because they were open, not as events
        self._outgoing: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to deliver."""
        self._outgoing = asyncio.create_task(self._deliver_plain(), name="codeassess-delivery")

    async def aclose(self) -> None:
        """Stop delivering."""
        if self._outgoing is not None:
            self._outgoing.cancel()
            await asyncio.gather(self._outgoing, return_exceptions=True)

    # ── in

    async def receive(self, frame: str | bytes) -> None:
        """Take one frame: record it, then acknowledge it; or answer what was wrong with it."""
        try:
            await self._pacer.pace()
            message = parse(frame)
            self._bad_frames = 0
            await self._take(message)
        except RateLimited as problem:
            await self._refuse(problem)
            self._close(CloseCode.RATE, "rate")
        except BadFrame as problem:
            await self._refuse(problem)
            self._bad_frames += 1
            if self._bad_frames >= MAX_BAD_FRAMES:
                self._close(CloseCode.BAD_FRAMES, "bad frames")
        except CodeAssessError as problem:
            await self._refuse(problem)

    async def _take(self, message: ClientMessage) -> None:
        self._first.set()
        if isinstance(message, Hello):
            if self._greeted:
                raise InvalidInput("hello was sent already.", field="message_type")
            await self._greet(message)
            return
        seq = message.seq
        try:
            receipt = await self._assessment.receive(self._session_id, message)
        except SequenceGap as gap:
            await self._send(Nack(expected=gap.expected))
        except CodeAssessError as problem:
            ref = seq if seq is not None else getattr(message, "interaction_id", None)
            await self._refuse(problem, ref=ref)
        else:
            await self._acknowledge(seq, receipt)

    async def _acknowledge(self, seq: int | None, receipt: Receipt) -> None:
        if seq is not None:
            await self._send(Ack(seq=receipt.acked_seq))

    async def _refuse(self, problem: CodeAssessError, *, ref: str | int | None = None) -> None:
        await self._send(
            ErrorMessage(code=problem.code, message=problem.message, ref=ref, detail=problem.detail or None)
        )

    async def _greet(self, hello: Hello) -> None:
        if hello.protocol != PROTOCOL_VERSION:
            raise UnsupportedProtocol(
                f"This server speaks protocol {PROTOCOL_VERSION}, not {hello.protocol}.", supported=[PROTOCOL_VERSION]
            )
        self._greeted = True
        session = await self._assessment.record.sessions.get(self._session_id)
        await self._send(
            Welcome(
                session=_outline(session),
                acked_seq=session.acked_seq,
                head_event_seq=session.head_event_seq,
                epoch=session.epoch,
                limits=self._limits(),
                server_time=isoformat(utcnow()),
                open_questions=[dump(_as_message(q)) for q in await self._open_questions()],
            )
        )
        cursor = hello.last_event_seq
        if (hello.epoch is not None and hello.epoch != session.epoch) or cursor > session.head_event_seq:
            cursor = session.head_event_seq
            await self._send(Resync(head_event_seq=cursor, epoch=session.epoch))
        await self.aclose()
        self._outgoing = asyncio.create_task(self._deliver_from(cursor), name="codeassess-delivery")

    def _limits(self) -> dict[str, float]:
        return {
            "frame_bytes": MAX_FRAME_BYTES,
            "document_bytes": MAX_DOCUMENT_BYTES,
            "depth": MAX_DEPTH,
            "messages_per_second": self._rate_limit,
        }

    # ── out

    async def _deliver_plain(self) -> None:
        """The original contract: the question that is open, then what comes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._first.wait(), GRACE)
        session = await self._assessment.record.sessions.get(self._session_id)
        for question in await self._open_questions():
            self._shown.add(question.id)
            await self._send(_as_message(question))
        if session.status is SessionStatus.ENDED:
            await self._send(ReportReady(session_id=session.id))
            self._close(CloseCode.ENDED, "the session has ended")
            return
        await self._deliver_from(session.head_event_seq)

    async def _deliver_from(self, cursor: int) -> None:
        with self._delivery.subscribe(self._session_id, cursor) as subscription:
            async for event in subscription.follow():
                await self._tell(event)
                if event.message["message_type"] == "report_ready":
                    self._close(CloseCode.ENDED, "the session has ended")
                    return

    async def _tell(self, event: Event) -> None:
        kind = event.message["message_type"]
        if self._greeted:
            await self._send_frame({**event.message, "event_seq": event.event_seq})
        elif kind in _PLAIN_EVENTS and not (kind == "question" and event.message["interaction_id"] in self._shown):
            await self._send_frame(event.message)
        elif kind == "evaluation_failed":
            ref, reason = event.message["interaction_id"], event.message["reason"]
            await self._send(ErrorMessage(code=kind, message=reason, ref=ref))

    async def _send(self, message: ServerMessage) -> None:
        await self._send_frame(dump(message))

    async def _open_questions(self) -> list[Question]:
        questions = await self._assessment.record.questions.of_session(self._session_id)
        return [q for q in questions if q.status is QuestionStatus.OPEN]


def _outline(session: AssessmentSession) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "status": session.status,
        "language": session.language,
        "mode": session.mode,
        "created_at": isoformat(session.created_at),
    }


def _as_message(question: Question) -> QuestionMessage:
    return QuestionMessage(
        interaction_id=question.id,
        question=question.text,
        kind=question.kind,
        document=question.region.document,
        snapshot=question.region.snapshot,
        start_line=question.region.start_line,
        end_line=question.region.end_line,
    )
