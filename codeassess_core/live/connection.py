"""One live connection of a candidate, independent of the transport.

A client whose first message is `hello` speaks protocol 1: it gets numbered events, replayed from
the last one that it has seen. Any other client is plain: it gets the four messages of the original
contract only. A client that sends nothing for `GRACE` seconds counts as plain, and is sent the
open question.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from ..assessment import Assessment
from ..clock import new_id
from ..errors import (
    BadFrame,
    CodeAssessError,
    InvalidInput,
    NotFound,
    NotWriter,
    RateLimited,
    SequenceGap,
    StoreUnavailable,
    UnsupportedProtocol,
)
from ..model import Event, Lease, SessionStatus
from ..system.concurrency import stop, within
from .close_codes import CloseCode
from .greeting import plain, plain_event, session_now, welcome, writer_info
from .messages import (
    PROTOCOL_VERSION,
    Ack,
    ClientMessage,
    Hello,
    Nack,
    ReportReady,
    Resync,
    ServerMessage,
    WriterChanged,
    dump,
    parse,
    question_message,
    refusal,
)
from .pipelining import Pipeline, WriteNow
from .rate_limit import CandidateRate, ConnectionRate
from .subscriptions import Subscriptions
from .writers import Writers

log = logging.getLogger(__name__)
GRACE = 1.0
MAX_BAD_FRAMES = 3
Send = Callable[[dict[str, Any]], Awaitable[None]]
Close = Callable[[int, str], None]
Alive = Callable[[], Awaitable[bool]]


class Connection:
    """`open` it, pass each frame to `receive`, and `aclose` it. `send` and `close` are given by the transport."""

    def __init__(
        self,
        *,
        assessment: Assessment,
        subscriptions: Subscriptions,
        writers: Writers,
        session_id: str,
        send: Send,
        write: WriteNow | None,
        close: Close,
        alive: Alive | None,
        on_write: Callable[[], None] | None,
        rate_limit: float,
        rate: CandidateRate | None = None,
    ) -> None:
        self.id = new_id()
        self.client_id = ""  # set by hello
        self._assessment = assessment
        self._subscriptions = subscriptions
        self._writers = writers
        self._session_id = session_id
        self._send_frame = send
        self._close = close
        self._alive = alive
        self._on_write = on_write  # None once it was called
        self._rate, self._rate_limit = ConnectionRate(rate_limit, rate), rate_limit
        self._pipeline = write and Pipeline(
            assessment.updates, session_id, rate=self._rate, write=write, otherwise=self._answer_later
        )
        self._greeted = False  # hello was received: protocol 1
        self._writes = False  # this connection has the lease
        self._first = asyncio.Event()  # set when another message than hello came first: a plain client
        self._closed = False
        self._bad_frames = 0
        self._sent_questions: set[str] = set()  # ids of questions sent as open ones: their events are skipped
        self._sending: asyncio.Task[None] | None = None
        self._notices: set[asyncio.Task[None]] = set()
        self._answering = asyncio.Lock()  # answers given later keep the order of the messages

    def open(self, after: int | None = None) -> None:
        """Begin to send events; a plain client gets those after `after` (None: from its first message on)."""
        self._start_sending(self._send_plain_events(after))

    async def aclose(self) -> None:
        """Accept no more frames and stop sending events."""
        if self._writes and not self._closed:
            self._assessment.timer.left(self._session_id)
        self._closed = True
        await self._stop_sending()
        await self._writers.leave(self._session_id, self)

    # ── who writes (`writers.Editor`)

    def superseded(self) -> None:
        """Another connection has the lease now: close this one."""
        self._writes = False
        self._end(CloseCode.SUPERSEDED, "another editor has this session")

    def writer_changed(self, lease: Lease | None) -> None:
        """Tell a client that reads who writes now."""
        notice = WriterChanged(**writer_info(lease, self.id).model_dump())
        self._in_background(self._send(notice))  # a slow client does not delay others

    def _in_background(self, sending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(sending, name="codeassess-sending")
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)
        return task

    async def alive(self) -> bool:
        """True when the client answers."""
        return not self._closed and (self._alive is None or await self._alive())

    # ── in

    def take(self, frame: str | bytes, done: Callable[[], None]) -> bool:
        """`receive` without waiting, for a code update; `done` is called when its sender has been answered.

        False: nothing happened; call `receive`.
        """
        reads_only = self._greeted and not self._writes
        if self._pipeline is None or self._closed or reads_only or not self._pipeline.take(frame, done):
            return False
        self._bad_frames = 0
        self._begins_to_write()
        return True

    async def receive(self, frame: str | bytes) -> None:
        """Handle one frame: record the message and acknowledge it, or send an error."""
        if self._closed:
            return
        try:
            await self._rate.pace(len(frame))
            message = parse(frame)
            self._bad_frames = 0
            await self._handle(message)
        except CodeAssessError as problem:
            await self._refuse(problem, frame)

    async def _refuse(self, problem: CodeAssessError, frame: str | bytes) -> None:
        if isinstance(problem, SequenceGap):
            await self._send(Nack(expected=problem.expected))
            return
        if isinstance(problem, StoreUnavailable):
            log.warning("a message was not stored: %s", problem.for_the_log)
        await self._send(refusal(problem, frame))
        self._end_after(problem)

    def _answer_later(self, frame: str, answer: Ack | CodeAssessError, done: Callable[[], None]) -> None:
        """Answer a message that `take` took and that cannot be answered at once."""
        self._in_background(self._answer(frame, answer)).add_done_callback(lambda _: done())

    async def _answer(self, frame: str, answer: Ack | CodeAssessError) -> None:
        async with self._answering:
            await (self._send(answer) if isinstance(answer, Ack) else self._refuse(answer, frame))

    def _begins_to_write(self) -> None:
        self._first.set()
        if self._on_write is not None:
            self._on_write()
            self._on_write = None

    async def _handle(self, message: ClientMessage) -> None:
        if isinstance(message, Hello):
            await self._greet(message)
            return
        if self._greeted and not self._writes:
            raise NotWriter()
        self._begins_to_write()
        receipt = await self._assessment.receive(self._session_id, message)
        if message.seq is not None:
            await self._send(Ack(seq=receipt.acked_seq))

    async def _greet(self, hello: Hello) -> None:
        if self._writes or self._first.is_set():
            raise InvalidInput("hello is only valid as the first message.", field="message_type")
        if hello.protocol != PROTOCOL_VERSION:
            raise UnsupportedProtocol(
                f"This server speaks protocol {PROTOCOL_VERSION}, not {hello.protocol}.", supported=[PROTOCOL_VERSION]
            )
        await self._stop_sending()
        self._greeted, self.client_id = True, hello.client_id
        lease = await self._writers.enter(self._session_id, self, take=hello.take)
        self._writes = lease.holder == self.id
        if self._writes:
            self._assessment.timer.returned(self._session_id)
        session, questions = await session_now(self._assessment.record, self._session_id)
        policy, writer = await self._assessment.situations.policy(session), writer_info(lease, self.id)
        await self._send(welcome(session, questions, policy=policy, rate_limit=self._rate_limit, writer=writer))
        cursor = hello.last_event_seq
        if (hello.epoch is not None and hello.epoch != session.epoch) or cursor > session.head_event_seq:
            cursor = session.head_event_seq
            await self._send(Resync(head_event_seq=cursor, epoch=session.epoch))
        if session.status is SessionStatus.ENDED and cursor == session.head_event_seq:
            self._end(CloseCode.ENDED, "the session has ended")
            return
        self._start_sending(self._send_events_from(cursor))

    # ── out

    async def _send_plain_events(self, after: int | None) -> None:
        """Send to a plain client: first the open question, then the events since it connected."""
        with suppress(TimeoutError):
            await within(GRACE, self._first.wait())
        session, questions = await session_now(self._assessment.record, self._session_id, retry=True)
        cursor = session.head_event_seq if after is None else after
        self._sent_questions.update(question.id for question in questions)
        for question in questions:
            await self._send_frame(plain(dump(question_message(question))))
        if session.status is SessionStatus.ENDED and cursor == session.head_event_seq:
            await self._send(ReportReady(session_id=session.id))
            self._end(CloseCode.ENDED, "the session has ended")
            return
        await self._send_events_from(cursor)

    async def _send_events_from(self, cursor: int) -> None:
        with self._subscriptions.subscribe(self._session_id, cursor) as subscription:
            async for event in subscription.follow():
                await self._send_event(event)
                if event.message["message_type"] == "report_ready":
                    self._end(CloseCode.ENDED, "the session has ended")
                    return

    async def _send_event(self, event: Event) -> None:
        if self._greeted:
            await self._send_frame({**event.message, "event_seq": event.event_seq})
        elif (
            event.message.get("interaction_id") not in self._sent_questions
            or event.message["message_type"] != "question"
        ):
            message = plain_event(event.message)
            if message is not None:
                await self._send_frame(message)

    async def _send(self, message: ServerMessage) -> None:
        await self._send_frame(dump(message))

    # ── beginning and end

    def _start_sending(self, sending: Coroutine[Any, Any, None]) -> None:
        self._sending = asyncio.create_task(sending, name="codeassess-delivery")
        self._sending.add_done_callback(self._sending_ended)

    def _sending_ended(self, task: asyncio.Task[None]) -> None:
        """Sending events has ended. After a failure close the connection, so that the client connects again."""
        problem = None if task.cancelled() else task.exception()
        if isinstance(problem, NotFound):
            self._end(CloseCode.UNKNOWN, "there is no such session")
        elif problem is not None:
            log.error("delivery stopped", exc_info=problem)
            self._end(CloseCode.DRAINING, "delivery stopped")

    async def _stop_sending(self) -> None:
        if self._sending is not None:
            await stop(self._sending)

    def _end_after(self, problem: CodeAssessError) -> None:
        """Close the connection after an error that cannot be corrected by the next message."""
        if isinstance(problem, RateLimited):
            self._end(CloseCode.RATE, "rate")
        elif isinstance(problem, NotFound):
            self._end(CloseCode.UNKNOWN, "there is no such session")
        elif isinstance(problem, BadFrame):
            self._bad_frames += 1
            if self._bad_frames >= MAX_BAD_FRAMES:
                self._end(CloseCode.BAD_FRAMES, "bad frames")

    def _end(self, code: CloseCode, reason: str) -> None:
        self._closed = True
        self._close(code, reason)
