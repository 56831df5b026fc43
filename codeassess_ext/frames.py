"""Tornado's websocket protocol with fewer turns of the event loop for each frame.

Tornado awaits the stream for each field of a frame (header, length, mask, payload) and
makes a task for each message it writes: together this is most of the cost of an acknowledged
update. Here one read brings many frames; texts that are whole in it are handled at once, without
a turn of the loop (`SocketStream`), and a write is awaited without a task. Everything else
(ping and close, limits, masks, fragments) is Tornado's.

`_read_bytes`, `_receive_frame`, `_handle_message`, `_fragmented_message_buffer`, `_websocket_mask`
and the counters of a stream are not part of Tornado's public interface
(docs/decisions/0009-frames-read-in-chunks.md, 0020-updates-without-a-task.md).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.iostream import IOStream, StreamClosedError
from tornado.util import _websocket_mask
from tornado.websocket import WebSocketClosedError, WebSocketProtocol13, _WebSocketParams

from .socket_stream import CHUNK_BYTES, SocketStream

try:
    import fcntl
    import termios
except ImportError:  # Windows
    fcntl = termios = None  # type: ignore[assignment]

TEXT = 0x1
CLOSE = 0x8
_FINAL_TEXT = 0x80 | TEXT  # the first byte of a text that is one frame, not compressed
_HEADER = 2


class Frames(WebSocketProtocol13):
    """`WebSocketProtocol13` that reads in chunks."""

    _ahead = b""  # read from the stream and not used yet; replaced, never changed
    _taken = 0  # how many bytes of it are used

    def __init__(self, handler: Any, mask_outgoing: bool, params: _WebSocketParams) -> None:
        super().__init__(handler, mask_outgoing, params)
        self.heard = asyncio.Event()  #: set when anything is received; whoever waits for it clears it
        self._handled: asyncio.Future[None] | None = None  # to await before the next frame is read
        self.settled: Callable[[], Awaitable[None]] | None = None  #: returns when every earlier message is handled

    async def _read_bytes(self, n: int) -> bytes:
        """The next `n` bytes.

        Raises:
            StreamClosedError: the stream ended before them.
        """
        end = self._taken + n
        if end > len(self._ahead):
            end = n
            self._ahead = await self._more(self._ahead[self._taken :], n)
            self._taken = 0
        data = self._ahead[self._taken : end]
        self._taken = end
        if end == len(self._ahead):  # keep no memory for a silent connection
            self._ahead, self._taken = b"", 0
        self._wire_bytes_in += n
        return data

    async def _receive_frame(self) -> None:
        """Handle the next frame: a whole unfragmented text from what was read already, any other as Tornado does."""
        if not self._ahead:
            self._ahead = await self._first_bytes()
        if self._handled is None and (text := self._whole_text()) is not None:
            self._handled = self._handle_message(TEXT, text)
        elif self._handled is None and self._ahead:
            await super()._receive_frame()
            return
        handled, self._handled = self._handled, None
        if handled is not None:
            await handled

    def _take_whole_texts(self, data: bytes) -> bytes | None:
        """Handle the texts that are whole in what was just read, between two frames. Returns the rest, None for none.

        When a message has to be awaited, the rest is returned too, even if it is empty.
        """
        self.heard.set()
        self._ahead = data
        while self._handled is None and (text := self._whole_text()) is not None:
            self._handled = self._handle_message(TEXT, text)
        rest = self._ahead[self._taken :]
        self._ahead, self._taken = b"", 0
        return rest if rest or self._handled is not None else None

    def _whole_text(self) -> bytes | None:
        """The text of the next frame, taken; None when it is not whole, or is no masked text frame of its own."""
        ahead, at = self._ahead, self._taken
        if self._fragmented_message_buffer is not None or len(ahead) - at < _HEADER or ahead[at] != _FINAL_TEXT:
            return None
        length, at = ahead[at + 1] - 0x80, at + 2  # without the bit of the mask, which a client sets
        if length == 126 and len(ahead) >= at + 2:
            length, at = int.from_bytes(ahead[at : at + 2]), at + 2
        elif not 0 <= length < 126:
            return None
        end = at + 4 + length
        if end > len(ahead) or length > self.params.max_message_size:
            return None
        self._wire_bytes_in += end - self._taken
        self._ahead, self._taken = (b"", 0) if end == len(ahead) else (ahead, end)
        self._frame_compressed = False
        return _websocket_mask(ahead[at : at + 4], ahead[at + 4 : end])

    async def _first_bytes(self) -> bytes:
        """The first bytes of a frame; where the stream can offer them, `_take_whole_texts` has used those before."""
        stream: object = self.stream
        if isinstance(stream, SocketStream):
            return await stream.read_bytes(CHUNK_BYTES, offer=self._take_whole_texts)
        return await self._more(b"", _HEADER)

    async def _more(self, have: bytes, n: int) -> bytes:
        """`have` and what follows it, at least `n` bytes together."""
        while len(have) < n:
            have += await self.stream.read_bytes(max(CHUNK_BYTES, n - len(have)), partial=True)
            self.heard.set()
        return have

    def _handle_message(self, opcode: int, data: bytes) -> asyncio.Future[None] | None:
        """A close is handled after the messages before it; pings and pongs are handled at once."""
        if opcode == CLOSE and self.settled is not None and not self.client_terminated:
            return asyncio.ensure_future(self._close_behind(self.settled(), data))
        return super()._handle_message(opcode, data)

    async def _close_behind(self, settled: Awaitable[None], data: bytes) -> None:
        await settled
        super()._handle_message(CLOSE, data)

    def write_text(self, text: str) -> asyncio.Future[None]:
        """Send one text message; the future is done when the kernel has it, or fails with StreamClosedError.

        Raises:
            WebSocketClosedError: the connection is closed already.
        """
        message = text.encode()
        self._message_bytes_out += len(message)
        try:
            return self._write_frame(True, 0x1, message)
        except StreamClosedError as problem:
            raise WebSocketClosedError from problem

    def ask(self) -> int:
        """Clear `heard` and send a ping; returns how many bytes were written in all, the ping included.

        Raises:
            StreamClosedError: the connection is closed.
        """
        self.heard.clear()
        if not self.is_closing():
            self.write_ping(b"")
        return getattr(self.stream, "_total_write_index", 0)

    def bytes_taken(self) -> int:
        """How many of the written bytes have reached the other machine, as far as the system tells."""
        return getattr(self.stream, "_total_write_done_index", 0) - _unconfirmed(self.stream)


def _unconfirmed(stream: IOStream) -> int:
    """How many bytes the kernel still keeps, because the other machine has not confirmed them."""
    if fcntl is None or stream.closed():
        return 0
    try:
        answer = fcntl.ioctl(stream.fileno(), termios.TIOCOUTQ, bytes(4))
    except OSError:  # this system does not tell
        return 0
    return int.from_bytes(answer, sys.byteorder)
