"""A wire between client and server that can be cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress


class Wire:
    """Forwards TCP connections to a port of this machine, and tears them apart when told to, or by itself."""

    def __init__(self, target: int, *, cut_after: int) -> None:
        """`cut_after`: bytes from the client after which a connection is cut."""
        self._target = target
        self._cut_after = cut_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0

    def serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=self._forward, args=(client, server, self._cut_after), daemon=True).start()
                threading.Thread(target=self._forward, args=(server, client, None), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if left is not None:
                    data, left = data[:left], left - len(data)
                sink.sendall(data)
                if left is not None and left <= 0:
                    self.cuts += 1
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def cutting_proxy(target: int, *, cut_after: int) -> Iterator[Wire]:
    """A wire to `target`, cut in the middle of whatever is sent, again and again."""
    with closing(Wire(target, cut_after=cut_after)) as wire:
        threading.Thread(target=wire.serve, daemon=True).start()
        yield wire
