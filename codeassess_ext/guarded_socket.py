"""What a session's websocket has in common wherever its messages go: its own origin list, frames, signs of life."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol13

from codeassess_core.live.close_codes import CloseCode
from codeassess_core.system.concurrency import within

from .frames import Frames
from .guard import Guarded, Verb
from .liveness import Liveness
from .principals import by_cookie
from .receive_queue import ReceiveQueue, TakeNow
from .socket_stream import on_the_loop

SUBPROTOCOL = "codeassess.1"
MAX_MESSAGE_BYTES = (
    5 * 1024 * 1024
)  # above the limit of the protocol, so that most frames that are too big get an answer
DRAIN_SECONDS = 30.0  # for which one write may wait for the client to read
SETTLE_SECONDS = 5.0  # in which a stopping server handles what it has read


class GuardedSocket(Guarded, WebSocketMixin, WebSocketHandler, JupyterHandler):
    """One connection to a session. A subclass calls `attend` when it is open, and `unwatch` at its end."""

    get: Verb = Guarded._no_such_verb  # type: ignore[assignment]  # a subclass opens the connection
    options: Verb = Guarded._no_such_verb
    ws_connection: Frames | None
    ping_interval = 0  # no pings of Jupyter or Tornado: `Liveness` also counts other signs of life
    _receive_queue: ReceiveQueue | None = None
    _watching: asyncio.Task[None] | None = None

    def set_default_headers(self) -> None:
        """None: a handshake has no page to protect."""

    @property
    def max_message_size(self) -> int:
        return MAX_MESSAGE_BYTES

    def _detach_stream(self) -> IOStream:
        return cast(IOStream, on_the_loop(super()._detach_stream()))

    def get_websocket_protocol(self) -> Frames | None:
        protocol = super().get_websocket_protocol()
        return Frames(self, False, protocol.params) if isinstance(protocol, WebSocketProtocol13) else None

    def check_origin(self, origin: str | None = None) -> bool:
        """Check our own list, whatever the credential: a leaked token must not work from any page."""
        origin = (origin if origin is not None else self.get_origin() or "").lower().rstrip("/")
        if not origin:
            return not by_cookie(self)  # not a browser
        own = {f"{scheme}://{self.request.host.lower()}" for scheme in ("http", "https")}
        return origin in own or origin in self.app.chosen.origins()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Select our subprotocol, never echo the ticket; a browser requires that one of its list is selected."""
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    def attend(self, handle: Callable[[str | bytes], Awaitable[None]], *, take_now: TakeNow | None = None) -> None:
        """From now on pass each message to `take_now` or `handle`, in order, and watch for signs of life."""
        assert self.ws_connection is not None
        self.set_nodelay(True)
        queue = self._receive_queue = ReceiveQueue(handle, take_now=take_now)
        self.ws_connection.settled = queue.settled
        self._liveness = Liveness(self.ws_connection, full=lambda: queue.full)
        self._watching = asyncio.ensure_future(self._liveness.watch(self._gone))
        self.app.sockets.add(self)

    def on_message(self, message: str | bytes) -> asyncio.Future[None] | None:
        return self._receive_queue.take(message) if self._receive_queue is not None else None

    def unwatch(self) -> None:
        """No signs of life are expected any more."""
        if self._watching is not None:
            self._watching.cancel()

    async def settled(self) -> None:
        """Return when every message that was received is handled."""
        if self._receive_queue is not None:
            await self._receive_queue.settled()

    async def drain(self) -> None:
        """Tell the client to connect again later, and handle what was read from it."""
        self.close(CloseCode.DRAINING, "the server is restarting")
        with suppress(TimeoutError):
            await within(SETTLE_SECONDS, self.settled())

    def _gone(self) -> None:
        self.log.info("a client showed no sign of life; its connection is closed")
        self.close(CloseCode.SLOW, "no sign of life")

    def write_now(self, text: str) -> bool:
        """Write without waiting. False: nothing was written, because the client has not read what was before."""
        frames = self.ws_connection
        if frames is None or frames.is_closing():
            return True  # as in `write_text`: what is stored is sent again when the client connects again
        if frames.stream.writing():
            return False
        with suppress(StreamClosedError, WebSocketClosedError):
            frames.write_text(text)
        return True

    async def write_text(self, text: str) -> None:
        """Write, and wait until it is written: a slow reader costs no memory, one that never reads is closed."""
        try:
            frames = self.ws_connection
            if frames is None or frames.is_closing():
                return
            written = frames.write_text(text)
            # Nearly always the kernel has accepted it by now; a deadline costs a task, so it is for the rest.
            await (written if written.done() else within(DRAIN_SECONDS, written))
        except TimeoutError:
            self.close(CloseCode.SLOW, "too slow")
        except (StreamClosedError, WebSocketClosedError):
            pass  # events are stored, and sent again when the client connects again
