"""A session's websocket in mode upstream: frames of the browser to the service, and the service's to the browser.

Nothing is kept and nothing is acknowledged here. Whoever is slow stops the reading of the other side: at most what
`ReceiveQueue` and the socket to the service hold waits in memory. When the service goes away, the browser is told to
connect again; it then sends again what the service has not acknowledged.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.websocket import WebSocketHandler
from websockets.exceptions import ConnectionClosed

from codeassess_core.errors import CodeAssessError, Forbidden, Unauthenticated
from codeassess_core.live.close_codes import CloseCode
from codeassess_core.system.concurrency import stop, within

from ..guarded_socket import SETTLE_SECONDS, GuardedSocket
from ..refusals import Refusal

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

_OURS = range(4000, 5000)
_LEFT = 1001  # the browser went away without a code that can be passed on


class RelaySocket(GuardedSocket):
    """`/ws/session/{session_id}`, for whoever Jupyter knows."""

    _service: ClientConnection | None = None
    _hearing: asyncio.Task[None] | None = None
    _left = False

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        if self.current_user is None:
            raise Refusal(Unauthenticated())

    @allow_unauthenticated  # by Jupyter; `prepare` asks for more
    async def get(self, session_id: str) -> None:
        """Refuse the handshake when the service refuses it; else open, until either side closes."""
        if not self.check_origin():
            raise Refusal(Forbidden("A page of this origin may not open the websocket."))
        try:
            if self.request.headers.get("Upgrade", "").lower() == "websocket":
                self._service = await (await self.app.service()).open_socket(session_id)
        except CodeAssessError as problem:
            raise Refusal(problem) from problem
        try:
            await WebSocketHandler.get(self, session_id)
        finally:
            await self._leave()

    def open(self, session_id: str) -> None:
        super().open(session_id)
        self.attend(self._pass_on)
        self._hearing = asyncio.ensure_future(self._hear())

    async def _pass_on(self, message: str | bytes) -> None:
        assert self._service is not None
        with suppress(ConnectionClosed):  # `_hear` tells the browser
            await self._service.send(message)

    async def _hear(self) -> None:
        assert self._service is not None
        try:
            while True:
                await self.write_text(await self._service.recv(decode=True))
        except ConnectionClosed as closed:
            self._end(closed)
        except UnicodeDecodeError:
            self.close(CloseCode.DRAINING, "the service sent what is no text")

    def _end(self, closed: ConnectionClosed) -> None:
        """Close as the service did; when it is simply gone, so that the browser connects again."""
        if closed.rcvd is not None and closed.rcvd.code in _OURS:
            self.close(closed.rcvd.code, closed.rcvd.reason)
        else:
            self.close(CloseCode.DRAINING, "the service is away")

    def on_close(self) -> None:
        self.unwatch()
        self._leaving = asyncio.ensure_future(self._leave())
        super().on_close()

    async def _leave(self) -> None:
        """Pass on what was received, then close the connection to the service."""
        self.app.sockets.discard(self)
        if self._service is None or self._left:
            return
        self._left = True
        with suppress(TimeoutError):
            await within(SETTLE_SECONDS, self.settled())
        if self._hearing is not None:
            await stop(self._hearing)
        code = self.close_code
        await self._service.close(code if code is not None and (code == 1000 or code in _OURS) else _LEFT)

    async def drain(self) -> None:
        await super().drain()
        await self._leave()
