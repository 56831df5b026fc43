"""Tornado's websocket protocol with fewer turns of the event loop for each frame.

Tornado awaits the stream for each field of a frame (header, length, mask, payload) and
makes a task of each message it writes: together most of what an acknowledged update
costs. Here the fields come out of what one read has brought, and a write is awaited as
it is. Everything else, ping and close, limits, masks and fragments, stays Tornado's.

`_read_bytes` is not part of Tornado's public interface. Where a later Tornado does not
call it, nothing changes but the speed (docs/decisions/0009-frames-read-in-chunks.md).
"""

from __future__ import annotations

import asyncio

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketProtocol13

CHUNK_BYTES = 64 * 1024  # read at once, and held at most beyond the frame at hand


class Frames(WebSocketProtocol13):
    """`WebSocketProtocol13` that reads in chunks."""

    _ahead = b""  # read from the stream and not taken yet; replaced, never changed
    _taken = 0  # how much of it

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
        if end == len(self._ahead):  # nothing is held for a connection that is silent
            self._ahead, self._taken = b"", 0
        self._wire_bytes_in += n
        return data

    async def _more(self, have: bytes, n: int) -> bytes:
        """`have` and what follows it, at least `n` bytes together."""
        missing = n - len(have)
        if missing > CHUNK_BYTES:
            return have + await self.stream.read_bytes(missing)
        while len(have) < n:
            have += await self.stream.read_bytes(CHUNK_BYTES, partial=True)
        return have

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
