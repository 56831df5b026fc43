"""The websocket: passes Tornado's frames to a `Connection` of the core, and its messages back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.ioloop import PeriodicCallback
from tornado.websocket import WebSocketHandler

from codeassess_core.client.service_errors import HubUnavailable
from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError, Forbidden, NotFound
from codeassess_core.identity import Action, Admission
from codeassess_core.limits import TooManySockets
from codeassess_core.live.close_codes import CloseCode

from .accesses import WRITE_SESSION
from .guarded_socket import GuardedSocket
from .noting import line_of
from .principals import admission_of, identified, offered_ticket, require_credential, still_admitted
from .refusals import Refusal

if TYPE_CHECKING:
    from codeassess_core.live.connection import Connection

RECHECK_MILLISECONDS = 5_000
PONG_SECONDS = 3.0  # in which a client must answer when another one wants to write
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FAILED = {
    "message_type": "error",
    "code": "internal_error",
    "message": "Something went wrong; the server's log has more.",
}


class SessionSocket(GuardedSocket):
    """`/ws/session/{session_id}`, for the session's owner and the operator."""

    way_in = "socket"

    _admission: Admission
    _connection: Connection | None = None
    _recheck: PeriodicCallback | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        try:
            if self.request.method != "GET":  # there is nothing to open: a wrong credential is refused all the same
                self.asking = (await identified(self, await self.app.core())).principal
            elif offered_ticket(self) is None:
                require_credential(self)
        except CodeAssessError as problem:
            raise Refusal(problem) from problem

    @allow_unauthenticated  # by Jupyter; a principal of ours is needed before the socket opens
    async def get(self, session_id: str) -> None:
        """Refuse the handshake without a principal; else open, and tell by a close code what is wrong."""
        if not self.check_origin():  # before Tornado's own check, which fails at an Origin that is not a URL
            raise Refusal(Forbidden("A page of this origin may not open the websocket."))
        self._refused = 0
        self._id = new_id()
        try:
            self._core = await self.app.core()
            self._admission = await admission_of(self, self._core, session_id)
            self.asking = self._admission.principal
            operations = await self.app.operations()
            found = await operations.session_for(self._admission.principal, Action.WRITE_SESSION, session_id)
            await self._core.doors.enter(self._id, self._admission.principal)
            session_id = found.session.id  # as it is stored, whatever the spelling in the address
            self._head = found.session.head_event_seq
        except Forbidden as problem:
            self._refuse(CloseCode.FORBIDDEN, problem)
        except NotFound as problem:
            self._refuse(CloseCode.UNKNOWN, problem)
        except TooManySockets as problem:
            self._refuse(CloseCode.RATE, problem)
        except CodeAssessError as problem:
            raise Refusal(problem) from problem
        await WebSocketHandler.get(self, session_id)

    def _refuse(self, code: CloseCode, problem: CodeAssessError) -> None:
        """Close with this code once the connection is open, for a browser hears nothing of a refused handshake."""
        self._refused = code
        self._problem = problem
        self._core.access_log.note(line_of(self, self.accesses["GET"], outcome=problem.code))

    async def _send_away(self) -> None:
        """Say which limit it is; of what is not theirs nobody is told more than the code."""
        if self._refused == CloseCode.RATE:
            await self._send({"message_type": "error", **self._problem.as_dict()})
        self.close(self._refused, "refused")

    def open(self, session_id: str) -> None:
        super().open(session_id)
        if self._refused:
            self._closing = asyncio.ensure_future(self._send_away())
            return
        note = self._core.access_log.note
        note(line_of(self, self.accesses["GET"]))
        self._connection = self._core.connect(
            session_id,
            send=self._send,
            write=self.write_now,
            close=self.close,
            alive=self._answers,
            on_write=lambda: note(line_of(self, WRITE_SESSION)),
            principal=self._admission.principal,
        )
        self._connection.open(self._head)
        self.attend(self._handle, take_now=self._take)
        self._recheck = PeriodicCallback(self._check_credential, RECHECK_MILLISECONDS)
        self._recheck.start()

    def _take(self, message: str | bytes, done: Callable[[], None]) -> bool:
        assert self._connection is not None
        try:
            return self._connection.take(message, done)
        except Exception:  # as in `_handle`
            self.log.exception("a message was not taken at once")
            return False

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
        self.unwatch()
        self._closing = asyncio.ensure_future(self._leave())
        super().on_close()

    async def _leave(self) -> None:
        """The connection has ended: handle what was received, then close the core's connection."""
        try:
            if self._connection is not None:
                await self.settled()
                await self._connection.aclose()
        finally:
            self.app.sockets.discard(self)
            await self._core.doors.leave(self._id)

    async def drain(self) -> None:
        """Tell the client to connect again later, and handle what was read from it."""
        await super().drain()
        if self._connection is not None:
            await self._connection.aclose()

    async def _answers(self) -> bool:
        """Does the client answer?"""
        return await self._liveness.answers(PONG_SECONDS)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.write_text(_ENCODER.encode(message))

    async def _check_credential(self) -> None:
        if self.ws_connection is None:
            return
        try:
            if not await still_admitted(self, self._core, self._admission):
                self.close(CloseCode.CREDENTIAL, "the credential is no longer valid")
        except HubUnavailable:
            self.close(CloseCode.DRAINING, "JupyterHub has not answered for too long")
        except CodeAssessError as problem:
            self.log.warning("the credential of an open socket was not checked: %s", problem.for_the_log)
