"""The websocket: Tornado's frames in, a `Connection` of the core behind, nothing of its own in between."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.ioloop import PeriodicCallback
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol13

from codeassess_core.errors import CodeAssessError, Forbidden, NotFound
from codeassess_core.identity import Action, Admission

from .frames import Frames
from .guard import Guarded, Verb
from .principals import admission_of, offered_ticket, require_credential
from .refusals import Refusal

if TYPE_CHECKING:
    from codeassess_core.connection import Connection

    from .extension import CodeAssess

SUBPROTOCOL = "codeassess.1"
MAX_MESSAGE_BYTES = 5 * 1024 * 1024  # above the protocol's own limit, so that most frames too big get an answer
RECHECK_MILLISECONDS = 5_000
DRAIN_SECONDS = 30.0  # for which one write may wait on a reader
# Of `codeassess_core.connection.CloseCode`, which is not loaded before the first socket opens.
_SLOW, _DRAINING, _CREDENTIAL, _FORBIDDEN, _UNKNOWN = 4008, 4012, 4401, 4403, 4404
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

    def initialize(self, *, app: CodeAssess) -> None:
        self.app = app

    def set_default_headers(self) -> None:
        """A handshake has no page to protect."""

    @property
    def max_message_size(self) -> int:
        return MAX_MESSAGE_BYTES

    def get_websocket_protocol(self) -> Frames | None:
        protocol = super().get_websocket_protocol()
        return Frames(self, False, protocol.params) if isinstance(protocol, WebSocketProtocol13) else None

    def check_origin(self, origin: str | None = None) -> bool:
        """Our own list, whatever credential was sent: a leaked token must not work from any page."""
        origin = (origin if origin is not None else self.get_origin() or "").lower().rstrip("/")
        if not origin:
            return True  # no browser
        own = {f"{scheme}://{self.request.host.lower()}" for scheme in ("http", "https")}
        return origin in own or origin in self.app.chosen.origins()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Ours, when it is offered: the ticket beside it is not said back, and a browser wants one of its own named."""
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
        """Refuse strangers before there is a socket; tell known clients by close code what is wrong."""
        if not self.check_origin():  # before Tornado's own check, which trips over an Origin that is no URL
            raise Refusal(Forbidden("A page of this origin may not open the websocket."))
        self._refused = 0
        try:
            self._core = await self.app.core()
            self._admission = await admission_of(self, self._core, session_id)
            desk = await self.app.desk()
            found = await desk.session_for(self._admission.principal, Action.WRITE_SESSION, session_id)
            session_id = found.session.id  # as it is stored, however it was spelled
            self._head = found.session.head_event_seq
        except Forbidden:
            self._refused = _FORBIDDEN
        except NotFound:
            self._refused = _UNKNOWN
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
        self._connection = self._core.connect(session_id, send=self._send, close=self.close)
        self._connection.open(self._head)
        self._recheck = PeriodicCallback(self._check_credential, RECHECK_MILLISECONDS)
        self._recheck.start()

    async def on_message(self, message: str | bytes) -> None:
        # Tornado reads the next frame when this has ended: order and back-pressure come for free.
        if self._connection is None:
            return
        try:
            await self._connection.receive(message)
        except Exception:  # the outermost door: a fault of ours must not cost the candidate the connection
            self.log.exception("a message was not handled")
            await self._send(_FAILED)

    def on_close(self) -> None:
        self.app.sockets.discard(self)
        if self._recheck is not None:
            self._recheck.stop()
        self._closing = asyncio.ensure_future(self.aclose())
        super().on_close()

    async def aclose(self) -> None:
        """Stop delivering."""
        if self._connection is not None:
            await self._connection.aclose()

    async def drain(self) -> None:
        """The server stops: the client is to come back."""
        self.close(_DRAINING, "the server is restarting")
        await self.aclose()

    async def _send(self, message: dict[str, Any]) -> None:
        """Write and wait until it is written: a slow reader costs no memory, and one that never reads is let go."""
        try:
            frames = self.ws_connection
            if frames is None or frames.is_closing():
                return
            written = frames.write_text(_ENCODER.encode(message))
            # Nearly always the kernel has taken it by now: the clock is for the rest, it costs a task.
            await (written if written.done() else asyncio.wait_for(written, DRAIN_SECONDS))
        except TimeoutError:
            self.close(_SLOW, "too slow")
        except (StreamClosedError, WebSocketClosedError):
            pass  # what has state is stored and sent again when the client comes back

    async def _check_credential(self) -> None:
        token_sha256 = self._admission.token_sha256
        if token_sha256 is None or self.ws_connection is None:
            return
        try:
            if await self._core.record.credentials.holder(token_sha256) is None:
                self.close(_CREDENTIAL, "the credential is no longer valid")
        except CodeAssessError as problem:
            self.log.warning("the credential of an open socket was not checked: %s", problem.message)
