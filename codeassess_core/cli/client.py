"""One session's websocket as an editor holds it: protocol 1, and nothing is lost.

What is sent is kept until the server has acknowledged it. When the connection breaks, the
client connects again, says which event it saw last, and sends again what is not
acknowledged; the server knows by `seq` what it has.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, NoReturn, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from ..clients import ConnectionRefused, ServerUnreachable, Superseded, is_loopback
from ..clock import new_id
from ..errors import CodeAssessError, Forbidden, NotFound, SequenceConflict, Unauthenticated
from ..messages import PROTOCOL_VERSION, ClientMessage, Hello, parse
from .speech import REASON

WELCOME_SECONDS: Final = 10.0
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0  # between two attempts to connect
RETRY_SECONDS: Final = 1.0  # after which a message that the server could not store is sent again
SUPERSEDED: Final = 4001  # two clients that both come back would take the session from each other for ever
TERMINAL: Final = 4400  # from this close code on a client does not come back
ENDED: Final = 4410
MAX_SERVER_MESSAGE: Final = 8 * 1024 * 1024
_AGAIN: Final = frozenset({"store_unavailable", "wrong_revision", "error"})
"""Error codes of messages that were not stored and are worth sending again."""
_USED_UP: Final = "question_not_open"
"""The error code of a message that was stored although it was refused."""

Take = Callable[[Mapping[str, Any]], None]


class _NotReady(Exception):
    """The server answers, and cannot work at the moment."""


class SessionClient:
    """The socket of one session. `async with` connects it; `send` never waits.

    `take` is called with each message of the server: each event once, whatever was replayed.
    """

    def __init__(self, server: str, session_id: str, *, token: str, take: Take, patience: float = 60.0) -> None:
        """`patience`: seconds without a connection after which the client gives up (ServerUnreachable)."""
        self._server = server
        self._url = f"ws{server.removeprefix('http')}/ws/session/{session_id}"
        self._token = token
        self._take = take
        self._patience = patience
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
            if not await self.until(lambda: self.connections > 0, seconds=self._patience + WELCOME_SECONDS):
                raise ServerUnreachable(f"The server {self._server} does not answer on the websocket.")
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

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
            InvalidInput: the server would refuse it (too big, NUL, …); it was not sent and has no seq.
        """
        seq = max(self._unacked, default=self._acked) + 1
        numbered = message.model_copy(update={"seq": seq})
        parse(_frame(numbered))
        self._unacked[seq] = numbered
        self._to_send.set()
        return seq

    async def until(self, holds: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until `holds()`, looked at after every message; False when it does not in time.

        Raises:
            CodeAssessError: the connection has ended for good, and why.
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
                await asyncio.wait_for(self._changed.wait(), left)
        return True

    # ── the connection

    async def _run(self) -> None:
        """Connect, and again when it breaks, until the session has ended."""
        seen, pause = time.monotonic(), FIRST_PAUSE
        while True:
            before = self.connections
            problem = await self._attempt()
            if problem is None:
                return
            if self.connections > before:
                seen, pause = time.monotonic(), FIRST_PAUSE
            elif time.monotonic() - seen > self._patience:
                reason = str(problem) or type(problem).__name__
                raise ServerUnreachable(
                    f"The server {self._server} cannot be reached.", **{REASON: reason}
                ) from problem
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _attempt(self) -> Exception | None:
        """One connection to its end: None when the session has ended, else what is worth another attempt."""
        try:
            await self._converse()
        except ConnectionClosed as closed:
            code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
            if code == SUPERSEDED:
                raise Superseded from closed
            if code >= TERMINAL and code != ENDED:
                raise ConnectionRefused(f"The server closed the connection: {reason} ({code}).") from closed
            return None if code == ENDED else closed
        except InvalidStatus as refused:
            _refuse(refused.response.status_code, refused)
            return refused
        except (OSError, TimeoutError, InvalidHandshake, _NotReady) as problem:
            return problem

    async def _converse(self) -> NoReturn:
        """One connection, from hello until it closes (ConnectionClosed)."""
        async with connect(
            self._url,
            additional_headers={"Authorization": f"token {self._token}"},
            proxy=None if is_loopback(self._server) else True,
            compression=None,
            max_size=MAX_SERVER_MESSAGE,
        ) as socket:
            await self._greet(socket)
            writing = asyncio.create_task(self._write(socket))
            try:
                while True:
                    self._receive(json.loads(await socket.recv()))
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)

    async def _greet(self, socket: ClientConnection) -> None:
        hello = Hello(
            message_type="hello",
            protocol=PROTOCOL_VERSION,
            client_id=self._client_id,
            last_event_seq=self._last_event,
            epoch=self._epoch,
        )
        await socket.send(_frame(hello))
        answer = json.loads(await asyncio.wait_for(socket.recv(), WELCOME_SECONDS))
        if answer.get("code") in _AGAIN:
            raise _NotReady(answer.get("message"))
        if answer["message_type"] != "welcome":
            raise ConnectionRefused(f"The server did not welcome us: {answer.get('message', answer)}")
        self._receive(answer)

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            while (message := self._unacked.get(self._sent + 1)) is not None:
                self._sent += 1
                await socket.send(_frame(message))
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
        """Events are lost. What is open is known from the welcome; the rest is for `take` to read over REST."""
        self._last_event, self._epoch = message["head_event_seq"], message["epoch"]
        for question in self._open_questions:
            self._take(question)

    def _welcome(self, message: Mapping[str, Any]) -> None:
        self._acknowledge(message["acked_seq"])
        # A server that was restored from a backup may know less than it acknowledged: what is left gets new numbers.
        self._acked = message["acked_seq"]
        self._unacked = {
            seq: kept.model_copy(update={"seq": seq})
            for seq, kept in enumerate(self._unacked.values(), start=self._acked + 1)
        }
        self._sent, self._nacked = self._acked, None
        self._epoch = self._epoch or message["epoch"]
        self._open_questions = tuple(message["open_questions"])
        self.connections += 1
        self._to_send.set()

    def _acknowledge(self, seq: int) -> None:
        self._acked = max(self._acked, seq)
        self._unacked = {n: message for n, message in self._unacked.items() if n > seq}
        self._nacked = None

    def _again(self, expected: int) -> None:
        """Send again from `expected`. Each message in flight was answered so: once is enough."""
        if expected != self._nacked and expected in self._unacked:
            self._nacked, self._sent = expected, expected - 1
            self._to_send.set()

    def _refused(self, seq: int, code: str, message: Mapping[str, Any]) -> None:
        if code == _USED_UP:
            self._acknowledge(seq)
        elif code in _AGAIN:
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self._retry, seq)
        elif seq in self._unacked:
            error = SequenceConflict if code == SequenceConflict.code else ConnectionRefused
            raise error(f"The server refused message {seq}: {message.get('message', code)}")

    def _retry(self, seq: int) -> None:
        self._nacked = None
        self._again(seq)


def _frame(message: ClientMessage) -> str:
    return message.model_dump_json(exclude_none=True)


_HANDSHAKE: Final[Mapping[int, tuple[type[CodeAssessError], str]]] = {
    401: (Unauthenticated, "The server does not know this token."),
    403: (Forbidden, "This token does not open the session's websocket."),
    404: (NotFound, "The server has no such websocket; is codeassess installed there?"),
}


def _refuse(status: int, refused: InvalidStatus) -> None:
    """Raise what a refused handshake means; a server that is only not ready is asked again."""
    if status < 500:
        other = (ConnectionRefused, f"The server refused the websocket with {status}.")
        error, sentence = _HANDSHAKE.get(status, other)
        raise error(sentence) from refused
