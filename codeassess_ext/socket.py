"""The websocket: passes Tornado's frames to a `Connection` of the core, and its messages back."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.ioloop import PeriodicCallback
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol13

from codeassess_core.errors import CodeAssessError, Forbidden, NotFound
from codeassess_core.identity import Action, Admission
from codeassess_core.live.close_codes import CloseCode
from codeassess_core.system.concurrency import within

from .frames import Frames
from .guard import Guarded, Verb
from .liveness import Liveness
from .principals import admission_of, cookie_token, offered_ticket, require_credential
from .receive_queue import ReceiveQueue
from .refusals import Refusal

if TYPE_CHECKING:
    from codeassess_core.live.connection import Connection

SUBPROTOCOL = "codeassess.1"
MAX_MESSAGE_BYTES = (
    5 * 1024 * 1024
)  # above the limit of the protocol, so that most frames that are too big get an answer
RECHECK_MILLISECONDS = 5_000
DRAIN_SECONDS = 30.0  # for which one write may wait for the client to read
PONG_SECONDS = 3.0  # in which a client must answer when another one wants to write
SETTLE_SECONDS = 5.0  # in which a stopping server handles what it has read
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FAILED = {
    "message_type": "error",
    "code": "internal_error",
    "message": "Something went wrong; the server's log has more.",
}


class SessionSocket(Guarded, WebSocketMixin, WebSocketHandler, JupyterHandler):
    """`/ws/session/{session_id}`, for the session's owner and the operator."""

    options: Verb = Guarded._no_such_verb
    ws_connection: Frames | None
    _admission: Admission
    _connection: Connection | None = None
    _recheck: PeriodicCallback | None = None
    _watching: asyncio.Task[None] | None = None
    ping_interval = 0  # no pings of Jupyter or Tornado: `Liveness` also counts other signs of life

    def set_default_headers(self) -> None:
        """None: a handshake has no page to protect."""

    @property
    def max_message_size(self) -> int:
        return MAX_MESSAGE_BYTES

    def get_websocket_protocol(self) -> Frames | None:
        protocol = super().get_websocket_protocol()
        return Frames(self, False, protocol.params) if isinstance(protocol, WebSocketProtocol13) else None

    def check_origin(self, origin: str | None = None) -> bool:
        """Check our own list, whatever the credential: a leaked token must not work from any page."""
        origin = (origin if origin is not None else self.get_origin() or "").lower().rstrip("/")
        if not origin:
            return cookie_token(self) is None  # not a browser
        own = {f"{scheme}://{self.request.host.lower()}" for scheme in ("http", "https")}
        return origin in own or origin in self.app.chosen.origins()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Select our subprotocol, never echo the ticket; a browser requires that one of its list is selected."""
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        try:
            if offered_ticket(self) is None:
                require_credential(self)
        except CodeAssessError as problem:
            raise Refusal(problem) from problem

    @allow_unauthenticated  # by Jupyter; a principal of ours is needed before the socket opens
    async def get(self, session_id: str) -> None:
        """Refuse the handshake without a principal; else open, and tell by a close code what is wrong."""
        if not self.check_origin():  # before Tornado's own check, which fails at an Origin that is not a URL
            raise Refusal(Forbidden("A page of this origin may not open the websocket."))
        self._refused = 0
        try:
            self._core = await self.app.core()
            self._admission = await admission_of(self, self._core, session_id)
            operations = await self.app.operations()
            found = await operations.session_for(self._admission.principal, Action.WRITE_SESSION, session_id)
            session_id = found.session.id  # as it is stored, whatever the spelling in the address
            self._head = found.session.head_event_seq
        except Forbidden:
            self._refused = CloseCode.FORBIDDEN
        except NotFound:
            self._refused = CloseCode.UNKNOWN
        except CodeAssessError as problem:
            raise Refusal(problem) from problem
        await WebSocketHandler.get(self, session_id)

    def open(self, session_id: str) -> None:
        super().open(session_id)
        if self._refused:
            self.close(self._refused, "refused")
            return
        self.set_nodelay(True)
        self.app.sockets.add(self)
        assert self.ws_connection is not None
        self._connection = self._core.connect(session_id, send=self._send, close=self.close, alive=self._answers)
        self._connection.open(self._head)
        self._receive_queue = ReceiveQueue(self._handle)
        self.ws_connection.settled = self._receive_queue.settled
        self._liveness = Liveness(self.ws_connection, full=lambda: self._receive_queue.full)
        self._watching = asyncio.ensure_future(self._liveness.watch(self._gone))
        self._recheck = PeriodicCallback(self._check_credential, RECHECK_MILLISECONDS)
        self._recheck.start()

    def on_message(self, message: str | bytes) -> asyncio.Future[None] | None:
        return self._receive_queue.take(message) if self._connection is not None else None

    async def _handle(self, message: str | bytes) -> None:
        assert self._connection is not None
        try:
            await self._connection.receive(message)
        except Exception:  # nothing above handles it: our fault must not close the connection
            self.log.exception("a message was not handled")
            await self._send(_FAILED)

    def on_close(self) -> None:
        if self._recheck is not None:
            self._recheck.stop()
        if self._watching is not None:
            self._watching.cancel()
        self._closing = asyncio.ensure_future(self._leave())
        super().on_close()

    async def _leave(self) -> None:
        """The connection has ended: handle what was received, then close the core's connection."""
        try:
            if self._connection is not None:
                await self._receive_queue.settled()
                await self._connection.aclose()
        finally:
            self.app.sockets.discard(self)

    async def drain(self) -> None:
        """Tell the client to connect again later, and handle what was read from it."""
        self.close(CloseCode.DRAINING, "the server is restarting")
        if self._connection is not None:
            with suppress(TimeoutError):
                await within(SETTLE_SECONDS, self._receive_queue.settled())
            await self._connection.aclose()

    async def _answers(self) -> bool:
        """Does the client answer?"""
        return await self._liveness.answers(PONG_SECONDS)

    def _gone(self) -> None:
        self.log.info("a client showed no sign of life; its connection is closed")
        self.close(CloseCode.SLOW, "no sign of life")

    async def _send(self, message: dict[str, Any]) -> None:
        """Write, and wait until it is written: a slow reader costs no memory, one that never reads is closed."""
        try:
            frames = self.ws_connection
            if frames is None or frames.is_closing():
                return
            written = frames.write_text(_ENCODER.encode(message))
            # Nearly always the kernel has accepted it by now; a deadline costs a task, so it is for the rest.
            await (written if written.done() else within(DRAIN_SECONDS, written))
        except TimeoutError:
            self.close(CloseCode.SLOW, "too slow")
        except (StreamClosedError, WebSocketClosedError):
            pass  # events are stored, and sent again when the client connects again

    async def _check_credential(self) -> None:
        token_sha256 = self._admission.token_sha256
        if token_sha256 is None or self.ws_connection is None:
            return
        try:
            if await self._core.record.credentials.holder(token_sha256) is None:
                self.close(CloseCode.CREDENTIAL, "the credential is no longer valid")
        except CodeAssessError as problem:
            self.log.warning("the credential of an open socket was not checked: %s", problem.message)
