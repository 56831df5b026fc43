"""A client of one session that loses nothing as long as its process lives.

Each message is kept until the server has acknowledged it. When the connection breaks, the
client connects again, says which event it saw last, and sends again what is not
acknowledged; the server knows by `seq` what it has.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, NoReturn, Self

from ..clock import new_id
from ..errors import REASON, CodeAssessError, SequenceConflict, StoreUnavailable
from ..live.messages import ClientMessage, parse
from ..system.concurrency import stop, within
from .backoff import Backoff
from .channel import RETRYABLE, SEQ_USED, Channel, ChannelClosed, closing_error
from .errors import ConnectionRefused, ServerUnreachable, Superseded
from .handshake import WELCOME_SECONDS, greet, hello, read_welcome
from .socket import open_channel

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0  # between two attempts to connect
RETRY_SECONDS: Final = 1.0  # after which a message that the server could not store is sent again

Take = Callable[[Mapping[str, Any]], None]


class SessionClient:
    """One session's connection. `async with` connects; `send` never waits.

    `take` is called with each message of the server: each event once, whatever was replayed.
    """

    def __init__(self, server: str, session_id: str, *, token: str, take: Take, give_up_seconds: float = 60.0) -> None:
        """`give_up_seconds`: after so long without a connection the client raises ServerUnreachable."""
        self._server = server
        self._session_id = session_id
        self._token = token
        self._take = take
        self._give_up_seconds = give_up_seconds
        self._client_id = f"codeassess-{new_id()}"
        self._unacked: dict[int, ClientMessage] = {}  # by seq, in order
        self._acked = 0
        self._sent = 0  # the last seq that was written to the present connection
        self._nacked: int | None = None  # what was last asked for again
        self._last_event = 0
        self._epoch: str | None = None
        self._open_questions: tuple[Mapping[str, Any], ...] = ()  # at the last welcome
        self.connections = 0  #: how often the server has said welcome
        self._to_send = asyncio.Event()
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._run(), name="codeassess-client")
        self._running.add_done_callback(lambda _: self._changed.set())
        try:
            if not await self.until(lambda: self.connections > 0, seconds=self._give_up_seconds + WELCOME_SECONDS):
                raise ServerUnreachable(f"The server {self._server} does not answer on the websocket.")
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running is not None:
            await stop(self._running)

    @property
    def acked(self) -> int:
        """The highest seq that the server has stored."""
        return self._acked

    @property
    def unsaved(self) -> int:
        """How many messages are not acknowledged."""
        return len(self._unacked)

    def send(self, message: ClientMessage) -> int:
        """Number, keep and send a message; returns its seq.

        Raises:
            InvalidInput: the server would refuse it (too big, NUL, …); it was not sent and got no seq.
        """
        seq = max(self._unacked, default=self._acked) + 1
        numbered = message.model_copy(update={"seq": seq})
        parse(_frame(numbered))
        self._unacked[seq] = numbered
        self._to_send.set()
        return seq

    async def until(self, holds: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until `holds()`, which is checked after every message; False when the time is over.

        Raises:
            CodeAssessError: why the connection has ended for good.
        """
        deadline = time.monotonic() + seconds
        while not holds():
            if self._running is not None and self._running.done():
                self._running.result()
                return holds()
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._changed.clear()
            with suppress(TimeoutError):
                await within(left, self._changed.wait())
        return True

    # ── the connection

    async def _run(self) -> None:
        """Connect, and again when it breaks, until the session has ended."""
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        connected_at = time.monotonic()
        while True:
            before = self.connections
            problem = await self._attempt()
            if problem is None:
                return
            if self.connections > before:
                connected_at = time.monotonic()
                backoff.reset()
            elif time.monotonic() - connected_at > self._give_up_seconds:
                raise self._unreachable(problem)
            await asyncio.sleep(backoff.pause())

    async def _attempt(self) -> CodeAssessError | None:
        """One connection to its end: None when the session has ended, else what is worth another attempt."""
        try:
            await self._converse()
        except ChannelClosed as closed:
            problem = closing_error(closed)
            if closed.final and problem is not None:
                raise problem from closed
            return problem
        except (ServerUnreachable, StoreUnavailable) as problem:
            return problem
        raise AssertionError("a connection ends by an exception only")

    def _unreachable(self, problem: CodeAssessError) -> ServerUnreachable:
        reason = problem.detail.get(REASON, problem.message)
        return ServerUnreachable(f"The server {self._server} cannot be reached.", **{REASON: reason})

    async def _converse(self) -> None:
        """One connection, from hello until it closes (ChannelClosed)."""
        async with open_channel(self._server, self._session_id, token=self._token) as channel:
            await self._greet(channel)
            writing = asyncio.create_task(self._write(channel))
            try:
                await self._read(channel)
            finally:
                await stop(writing)

    async def _read(self, channel: Channel) -> NoReturn:
        while True:
            self._receive(await channel.receive())

    async def _greet(self, channel: Channel) -> None:
        welcome, message = await greet(channel, hello(self._client_id, last_event=self._last_event, epoch=self._epoch))
        if not welcome.writes:
            raise Superseded()
        self._receive(message)

    async def _write(self, channel: Channel) -> None:
        while True:
            while (message := self._unacked.get(self._sent + 1)) is not None:
                self._sent += 1
                await channel.send(_frame(message))
            self._to_send.clear()
            await self._to_send.wait()

    # ── what the server says

    def _receive(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"message_type": "welcome"}:
                self._welcome(message)
            case {"message_type": "ack", "seq": int(seq)}:
                self._acknowledge(seq)
            case {"message_type": "nack", "expected": int(expected)}:
                self._again(expected)
            case {"message_type": "resync"}:
                self._resync(message)
            case {"message_type": "error", "ref": int(seq), "code": str(code)}:
                self._refused(seq, code, message)
        event = message.get("event_seq")
        if event is None or event > self._last_event:
            self._last_event = event or self._last_event
            self._take(message)
        self._changed.set()

    def _resync(self, message: Mapping[str, Any]) -> None:
        """Events are lost. `take` gets the open questions of the welcome; the rest can be read over REST."""
        self._last_event, self._epoch = message["head_event_seq"], message["epoch"]
        for question in self._open_questions:
            self._take(question)

    def _welcome(self, message: Mapping[str, Any]) -> None:
        welcome = read_welcome(message)
        self._acknowledge(welcome.acked_seq)
        # A server that was restored from a backup may have less than it acknowledged: our messages get new numbers.
        self._acked = welcome.acked_seq
        self._unacked = {
            seq: kept.model_copy(update={"seq": seq})
            for seq, kept in enumerate(self._unacked.values(), start=self._acked + 1)
        }
        self._sent, self._nacked = self._acked, None
        self._epoch = self._epoch or welcome.epoch
        self._open_questions = welcome.open_questions
        self.connections += 1
        self._to_send.set()

    def _acknowledge(self, seq: int) -> None:
        self._acked = max(self._acked, seq)
        self._unacked = {n: message for n, message in self._unacked.items() if n > seq}
        self._nacked = None

    def _again(self, expected: int) -> None:
        """Send again from `expected`. Every message in flight is answered with the same nack; only the first counts."""
        if expected != self._nacked and expected in self._unacked:
            self._nacked, self._sent = expected, expected - 1
            self._to_send.set()

    def _refused(self, seq: int, code: str, message: Mapping[str, Any]) -> None:
        if code == SEQ_USED:
            self._acknowledge(seq)
        elif code in RETRYABLE:
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self._retry, seq)
        elif seq in self._unacked:
            error = SequenceConflict if code == SequenceConflict.code else ConnectionRefused
            raise error(f"The server refused message {seq}: {message.get('message', code)}")

    def _retry(self, seq: int) -> None:
        self._nacked = None
        self._again(seq)


def _frame(message: ClientMessage) -> str:
    return message.model_dump_json(exclude_none=True)
