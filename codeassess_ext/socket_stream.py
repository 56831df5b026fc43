"""A plain TCP connection under a websocket, on the event loop's own readers and writers.

Tornado's `IOStream` makes a future and two turns of the loop for each read, and a future for each write:
together more than all the rest of an acknowledged update. This does what `WebSocketProtocol13` needs of it.
Connections with TLS, and loops that watch no file descriptors, keep Tornado's stream.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from tornado.ioloop import IOLoop
from tornado.iostream import IOStream, SSLIOStream, StreamClosedError

CHUNK_BYTES = 64 * 1024  # read at once

Offer = Callable[[bytes], bytes | None]
"""Is offered what was read. Returns what it leaves to the reader, or None: it used all of it, go on reading."""


def on_the_loop(stream: IOStream) -> IOStream | SocketStream:
    """The connection of a stream whose HTTP request has been answered; the stream itself where it has to stay."""
    if sys.platform == "win32" or isinstance(stream, SSLIOStream) or stream.writing() or stream.closed():
        return stream
    ahead = asyncio.ensure_future(stream.read_bytes(CHUNK_BYTES, partial=True))  # what came with the request
    ahead.add_done_callback(lambda read: read.exception())
    if ahead.done() and ahead.exception():
        return stream
    connection = SocketStream(stream.socket.dup(), ahead.result() if ahead.done() else b"")
    stream.close()  # its own descriptor; the connection goes on
    return connection


class SocketStream:
    """Reads when somebody waits for bytes, and writes at once what the kernel takes."""

    def __init__(self, connection: socket.socket, ahead: bytes = b"") -> None:
        self.io_loop = IOLoop.current()
        self.socket = connection
        self.socket.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._ahead = ahead
        self._closed = False
        self._watched = False  # does the loop tell us of bytes to read?
        self._reading: asyncio.Future[bytes] | None = None
        self._offer: Offer | None = None
        self._out: deque[bytes] = deque()
        self._waits: deque[tuple[int, asyncio.Future[None]]] = deque()  # by the byte up to which they wait
        self._written = self._loop.create_future()
        self._written.set_result(None)
        self._total_write_index = 0  #: as in IOStream: bytes that were written,
        self._total_write_done_index = 0  #: and that the kernel has

    def fileno(self) -> int:
        return self.socket.fileno()

    def closed(self) -> bool:
        return self._closed

    def writing(self) -> bool:
        """Is there anything that the kernel has not taken?"""
        return bool(self._out)

    def set_nodelay(self, value: bool) -> None:
        if self.socket.family in (socket.AF_INET, socket.AF_INET6):
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(value))

    # ── in

    def read_bytes(self, n: int, *, partial: bool = True, offer: Offer | None = None) -> asyncio.Future[bytes]:
        """Some bytes, at least one. While this waits, everything that comes is offered to `offer` first.

        Raises:
            StreamClosedError: the connection is closed, or was while this waited.
        """
        self._check_open()
        reading = self._reading = self._loop.create_future()
        self._offer = offer
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            self._came(ahead)
        if self._reading is not None and not self._watched:
            self._watched = True
            self._loop.add_reader(self.socket, self._readable)
        return reading

    def _readable(self) -> None:
        if self._reading is None:  # nobody waits: leave the rest in the kernel, so that the client has to wait
            self._unwatch()
            return
        try:
            data = self.socket.recv(CHUNK_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as problem:
            self.close(problem)
            return
        if data:
            self._came(data)
        else:
            self.close()

    def _came(self, data: bytes) -> None:
        left = data if self._offer is None else self._offer(data)
        reading = self._reading
        if left is None or reading is None:
            return
        self._reading = self._offer = None
        if reading.cancelled():
            self._ahead = left
        else:
            reading.set_result(left)

    def _unwatch(self) -> None:
        self._watched = False
        self._loop.remove_reader(self.socket)

    # ── out

    def write(self, data: bytes) -> asyncio.Future[None]:
        """Write; the future is done when the kernel has it all.

        Raises:
            StreamClosedError: the connection is closed.
        """
        self._check_open()
        self._total_write_index += len(data)
        if not self._out:
            sent = self._send(data)
            if sent == len(data):
                return self._written
            data = data[sent:]
            self._loop.add_writer(self.socket, self._writable)
        self._out.append(data)
        written: asyncio.Future[None] = self._loop.create_future()
        written.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waits.append((self._total_write_index, written))
        return written

    def _send(self, data: bytes) -> int:
        """How many bytes the kernel took."""
        try:
            sent = self.socket.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as problem:
            self.close(problem)
            raise StreamClosedError(real_error=problem) from problem
        self._total_write_done_index += sent
        return sent

    def _writable(self) -> None:
        try:
            sent = self._send(self._out[0])
        except StreamClosedError:
            return
        if sent < len(self._out[0]):
            self._out[0] = self._out[0][sent:]
        else:
            self._out.popleft()
        if not self._out:
            self._loop.remove_writer(self.socket)
        while self._waits and self._waits[0][0] <= self._total_write_done_index:
            _settle(self._waits.popleft()[1], None)

    # ── the end

    def close(self, problem: BaseException | None = None) -> None:
        """Close the connection; whoever reads or writes gets StreamClosedError."""
        if self._closed:
            return
        self._closed = True
        self._unwatch()
        self._loop.remove_writer(self.socket)
        self.socket.close()
        self._out.clear()
        waiting: list[asyncio.Future[Any]] = [written for _, written in self._waits]
        if self._reading is not None:
            waiting.append(self._reading)
        self._waits.clear()
        self._reading = self._offer = None
        for future in waiting:
            _settle(future, StreamClosedError(real_error=problem))

    def _check_open(self) -> None:
        if self._closed:
            raise StreamClosedError()


def _settle(future: asyncio.Future[Any], problem: Exception | None) -> None:
    if future.done():
        return
    if problem is None:
        future.set_result(None)
    else:
        future.set_exception(problem)
