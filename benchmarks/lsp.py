"""The language server: how soon it answers, what a keystroke costs, how soon what was typed leaves the process.

    python -m benchmarks lsp

`initialize` stands beside a bare pygls server, in turns in one run: trust the ratio. A
keystroke is measured twice: alone (the didChange until the server reads on) and in a
burst, with all that follows (gathering, hashing, the ledger, sending, the answer). When
an update leaves is seen by a relay between the process and a real Jupyter Server.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types as t

from tests.lsp.editor import Editor
from tests.lsp.wire import Wire

from .server import jupyter_server

ROUNDS = 9
LINES = 10_000
KEYS = 20
BURSTS = 20
KEY_PAUSE = 0.03
SMALLEST_UPDATE = 150  # bytes on the wire: a websocket's own frames are smaller
BARE = "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '1').start_io()"


def main(_arguments: list[str]) -> None:
    """Print the three figures beside what they are to be."""
    _print_initialize()
    asyncio.run(_print_typing())


def _print_initialize() -> None:
    commands = {"ours": ("-m", "codeassess_lsp", "--stdio"), "bare": ("-c", BARE)}
    with tempfile.TemporaryDirectory() as folder:
        rounds = [[_initialized(Path(folder), command) for command in commands.values()] for _ in range(ROUNDS + 1)]
    measured = rounds[1:]  # the first writes the byte code
    for at, what in enumerate(("CPU", "wall")):
        took = [(ours[at], bare[at]) for ours, bare in measured]
        ours, bare = map(statistics.median, zip(*took, strict=True))
        ratio = statistics.median(a / b for a, b in took)
        print(f"initialize, {what}: {ours:.2f} s, bare pygls {bare:.2f} s, {ratio:.2f}x (1.15 wanted)")


def _initialized(folder: Path, command: tuple[str, ...]) -> tuple[float, float]:
    """The seconds until a new process answers `initialize`: of CPU, and on the clock."""
    wire = Wire(folder, *command)
    seconds, used = wire.initialize(), _cpu(wire.process.pid)
    wire.end()
    return used, seconds


async def _print_typing() -> None:
    text = "".join(f"    value_{number} = compute({number})  # some comment\n" for number in range(LINES))
    with jupyter_server(rate_limit="0") as server, tempfile.TemporaryDirectory() as folder:
        async with _relay(server.url) as relay:
            editor = Editor(Path(folder), CODEASSESS_TOKEN=server.token)
            await editor.start(serverUrl=relay.url)
            typist = Typist(editor, editor.open("long.py", text))
            await editor.ask("start", consent=True, documents=[typist.uri])
            await editor.saved()
            alone = [await typist.key_alone() for _ in range(KEYS * 5)]
            bursts, delays = [], []
            for _ in range(BURSTS):
                before = _cpu(editor.process.pid)
                last = await typist.burst()
                await editor.saved()
                bursts.append((_cpu(editor.process.pid) - before) / KEYS)
                delays.append(relay.left_after(last))
            await editor.quit()
    print(f"didChange in {LINES:,} lines, CPU: {_spread(alone)} (5 wanted at p95)")
    print(f"the same with all that follows, a key: {_spread(bursts)} (5 wanted at p95)")
    print(f"last key of a burst until its update leaves: {_spread(delays)} (300 wanted)")


def _spread(seconds: list[float]) -> str:
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return f"median {1000 * statistics.median(seconds):.1f} ms, p95 {1000 * p95:.1f} ms"


@dataclass
class Typist:
    """Somebody who types near the end of a long file."""

    editor: Editor
    uri: str
    _version: int = 1

    def key(self) -> None:
        self._version += 1
        place = t.Position(LINES - 1_000, 4)
        change = t.TextDocumentContentChangePartial(range=t.Range(place, place), text="x")
        self.editor.change(self.uri, self._version, change)

    async def key_alone(self) -> float:
        """CPU seconds of one didChange: what it adds to a request that follows it."""
        plain = await self._until_read()
        self.key()
        return max(0.0, await self._until_read() - plain)

    async def _until_read(self) -> float:
        """CPU seconds of a request that needs nothing, answered when all before it was read."""
        before = _cpu(self.editor.process.pid)
        whole = t.Range(t.Position(0, 0), t.Position(0, 0))
        context = t.CodeActionContext(diagnostics=[])
        params = t.CodeActionParams(t.TextDocumentIdentifier(self.uri), whole, context)
        await self.editor.client.text_document_code_action_async(params)
        return _cpu(self.editor.process.pid) - before

    async def burst(self) -> float:
        """Type fast; returns when the last key was pressed."""
        for _ in range(KEYS):
            await asyncio.sleep(KEY_PAUSE)
            self.key()
        return time.monotonic()


@dataclass
class _Relay:
    """Sees when bytes go to the server."""

    url: str = ""
    sent: list[tuple[float, int]] = field(default_factory=list)

    def left_after(self, moment: float) -> float:
        """Seconds from `moment` until the last update left."""
        return max(at for at, size in self.sent if size >= SMALLEST_UPDATE) - moment


@asynccontextmanager
async def _relay(target: str) -> AsyncIterator[_Relay]:
    relay, port = _Relay(), int(target.rpartition(":")[2])

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, note: bool) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if note:
                    relay.sent.append((time.monotonic(), len(data)))
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, to_server, note=True), pump(from_server, writer, note=False))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    relay.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        server.close()


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, all its threads, to the nanosecond (Linux)."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
