"""A TCP proxy on a thread of its own: between codeassess and one of its servers, to be taken away or made silent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy.engine import URL, make_url

_CHUNK = 65_536


class Proxy:
    """Passes bytes on. `silence` lets nothing through on the connections that exist; new ones are fine."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._generation = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.opened = 0

    def silence(self) -> None:
        """What is sent on the present connections is taken and kept: the other end never sees it, nor an end."""
        self._generation += 1

    def lead_to(self, target: tuple[str, int]) -> None:
        """New connections lead elsewhere; those that exist are cut."""
        self._target = target
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        generation = self._generation
        if isinstance(self._target, str):
            there, back = await asyncio.open_unix_connection(self._target)
        else:
            there, back = await asyncio.open_connection(*self._target)
        self._writers |= {writer, back}
        with suppress(asyncio.CancelledError):  # at the end
            await asyncio.gather(self._pass(reader, back, generation), self._pass(there, writer, generation))

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, generation: int) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                if generation == self._generation:
                    sink.write(data)
                    await sink.drain()
            if generation == self._generation:
                sink.close()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    @contextmanager
    def running(self) -> Iterator[Proxy]:
        """Accept connections until the block ends; then all are closed."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(60)
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(60)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(60)
            self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def in_front_of(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy in front of the server of a URL (http, redis, postgresql), and the URL that leads through it."""
    if url.startswith("postgresql"):
        parsed = make_url(url)
        with Proxy(_postgres(parsed)).running() as proxy:
            through = parsed.set(host="127.0.0.1", port=proxy.port, query={})
            yield proxy, through.render_as_string(hide_password=False)
    else:
        parts = urlsplit(url)
        with Proxy((parts.hostname or "", parts.port or 80)).running() as proxy:
            yield proxy, urlunsplit(parts._replace(netloc=f"127.0.0.1:{proxy.port}"))


def _postgres(url: URL) -> tuple[str, int] | str:
    folder = url.query.get("host")  # the one from the wheel listens on a Unix socket only
    port = url.port or 5432
    return f"{folder}/.s.PGSQL.{port}" if folder else (url.host or "127.0.0.1", port)
