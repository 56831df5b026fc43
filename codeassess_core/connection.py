"""One live connection of a candidate, without its transport: what comes in, what goes out, in which dialect.

Two dialects share it. A client whose first message is `hello` speaks protocol 1:
numbered events, replayed from where it was. Any other client is plain: it gets the
four messages of the original contract and no more. A plain client may keep silent, so
after `GRACE` seconds it is taken for one and is sent the question that is open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from enum import IntEnum
from typing import Any

from .assessment import Assessment
from .clock import isoformat, utcnow
from .delivery import POLL_SECONDS, Delivery
from .errors import (
    BadFrame,
    CodeAssessError,
    InvalidInput,
    NotFound,
    RateLimited,
    SequenceGap,
    StoreUnavailable,
    UnsupportedProtocol,
)
from .inbound import MAX_DEPTH
from .messages import (
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
    SessionOutline,
    Welcome,
    dump,
    parse,
    refusal,
)
from .model import MAX_DOCUMENT_BYTES, AssessmentSession, Event, Question, QuestionStatus, SessionStatus, TriggerPolicy
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
        self._first = asyncio.Event()  # a message other than hello came: a plain client
        self._over = False
        self._bad_frames = 0
        self._shown: set[str] = set()  # questions that were sent because they were open, not as events
        self._outgoing: asyncio.Task[None] | None = None

    def open(self, after: int | None = None) -> None:
        """Begin to deliver; to a plain client the events after this one (None: from its first message on)."""
        self._begin(self._deliver_plain(after))

    async def aclose(self) -> None:
        """Take no more frames and stop delivering."""
        self._over = True
        self._delivery.leave(self._session_id, self)
        await self._stop_delivering()

    def superseded(self) -> None:
        """Another connection has greeted this session: it writes from now on."""
        self._end(CloseCode.SUPERSEDED, "another editor has this session")

    # ── in

    async def receive(self, frame: str | bytes) -> None:
        """Take one frame: record it, then acknowledge it; or answer what was wrong with it."""
        if self._over:
            return
        try:
            await self._pacer.pace()
            message = parse(frame)
            self._bad_frames = 0
            await self._take(message)
        except SequenceGap as gap:
            await self._send(Nack(expected=gap.expected))
        except CodeAssessError as problem:
            if isinstance(problem, StoreUnavailable):
                log.warning("a message was not stored: %s", problem.detail.get("reason", problem.message))
            await self._send(refusal(problem, frame))
            self._end_after(problem)

    async def _take(self, message: ClientMessage) -> None:
        if isinstance(message, Hello):
            await self._greet(message)
            return
        self._first.set()
        receipt = await self._assessment.receive(self._session_id, message)
        if message.seq is not None:
            await self._send(Ack(seq=receipt.acked_seq))

    async def _greet(self, hello: Hello) -> None:
        if self._greeted or self._first.is_set():
            raise InvalidInput("hello is only valid as the first message.", field="message_type")
        if hello.protocol != PROTOCOL_VERSION:
            raise UnsupportedProtocol(
                f"This server speaks protocol {PROTOCOL_VERSION}, not {hello.protocol}.", supported=[PROTOCOL_VERSION]
            )
        session, questions = await self._standing()
        await self._stop_delivering()
        self._greeted = True
        self._delivery.take_over(self._session_id, self)
        await self._send(self._welcome(session, questions, await self._assessment.terms(session)))
        cursor = hello.last_event_seq
        if (hello.epoch is not None and hello.epoch != session.epoch) or cursor > session.head_event_seq:
            cursor = session.head_event_seq
            await self._send(Resync(head_event_seq=cursor, epoch=session.epoch))
        if session.status is SessionStatus.ENDED and cursor == session.head_event_seq:
            self._end(CloseCode.ENDED, "the session has ended")
            return
        self._begin(self._deliver_from(cursor))

    def _welcome(self, session: AssessmentSession, questions: list[Question], terms: TriggerPolicy) -> Welcome:
        return Welcome(
            session=_outline(session, terms),
            acked_seq=session.acked_seq,
            head_event_seq=session.head_event_seq,
            epoch=session.epoch,
            limits=self._limits(),
            server_time=isoformat(utcnow()),
            open_questions=[_as_message(question) for question in questions],
        )

    def _limits(self) -> dict[str, int | float]:
        return {
            "frame_bytes": MAX_FRAME_BYTES,
            "document_bytes": MAX_DOCUMENT_BYTES,
            "depth": MAX_DEPTH,
            "messages_per_second": self._rate_limit,
        }

    # ── out

    async def _deliver_plain(self, after: int | None) -> None:
        """The original contract: the question that is open, then what has come since the client did, and comes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._first.wait(), GRACE)
        session, questions = await self._standing(patient=True)
        cursor = session.head_event_seq if after is None else after
        for question in questions:
            self._shown.add(question.id)
            await self._send(_as_message(question))
        if session.status is SessionStatus.ENDED and cursor == session.head_event_seq:
            await self._send(ReportReady(session_id=session.id))
            self._end(CloseCode.ENDED, "the session has ended")
            return
        await self._deliver_from(cursor)

    async def _deliver_from(self, cursor: int) -> None:
        with self._delivery.subscribe(self._session_id, cursor) as subscription:
            async for event in subscription.follow():
                await self._tell(event)
                if event.message["message_type"] == "report_ready":
                    self._end(CloseCode.ENDED, "the session has ended")
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

    async def _standing(self, *, patient: bool = False) -> tuple[AssessmentSession, list[Question]]:
        """The session and its open questions. Patient: wait until the database is back.

        Raises:
            NotFound: the session was erased. StoreUnavailable: unless patient.
        """
        record = self._assessment.record
        while True:
            try:
                session = await record.sessions.get(self._session_id)
                questions = await record.questions.of_session(self._session_id)
                return session, [q for q in questions if q.status is QuestionStatus.OPEN]
            except StoreUnavailable:
                if not patient:
                    raise
                await asyncio.sleep(POLL_SECONDS)

    # ── beginning and end

    def _begin(self, delivering: Coroutine[Any, Any, None]) -> None:
        self._outgoing = asyncio.create_task(delivering, name="codeassess-delivery")
        self._outgoing.add_done_callback(self._delivered)

    def _delivered(self, task: asyncio.Task[None]) -> None:
        """Delivery has ended. By failure: the client is to come back, or to learn that there is nothing here."""
        problem = None if task.cancelled() else task.exception()
        if isinstance(problem, NotFound):
            self._end(CloseCode.UNKNOWN, "there is no such session")
        elif problem is not None:
            log.error("delivery stopped", exc_info=problem)
            self._end(CloseCode.DRAINING, "delivery stopped")

    async def _stop_delivering(self) -> None:
        if self._outgoing is not None:
            self._outgoing.cancel()
            await asyncio.gather(self._outgoing, return_exceptions=True)

    def _end_after(self, problem: CodeAssessError) -> None:
        """Close, when after this refusal there is no use in going on."""
        if isinstance(problem, RateLimited):
            self._end(CloseCode.RATE, "rate")
        elif isinstance(problem, NotFound):
            self._end(CloseCode.UNKNOWN, "there is no such session")
        elif isinstance(problem, BadFrame):
            self._bad_frames += 1
            if self._bad_frames >= MAX_BAD_FRAMES:
                self._end(CloseCode.BAD_FRAMES, "bad frames")

    def _end(self, code: CloseCode, reason: str) -> None:
        self._over = True
        self._close(code, reason)


def _outline(session: AssessmentSession, terms: TriggerPolicy) -> SessionOutline:
    return SessionOutline(
        session_id=session.id,
        status=session.status,
        language=session.language,
        mode=session.mode,
        created_at=isoformat(session.created_at),
        questions_asked=session.question_count,
        max_questions=terms.max_questions,
        cool_down=terms.cool_down,
    )


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
