"""The editor does not wait for us: what is loaded when, and how long `initialize` and a keystroke take."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from editor import Editor
from jupyter_process import Jupyter
from lsprotocol import types as t

NEVER = (
    "langchain",
    "langchain_core",
    "chromadb",
    "dbos",
    "sqlalchemy",
    "openai",
    "redis",
    "jupyter_server",
    "tornado",
)
"""What remote mode must not load at all."""
LATER = ("pydantic", "httpx", "websockets", "sqlite3", "jupyter_core", "uuid_utils")
"""What it loads after `initialize` is answered."""

BARE = "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '1').start_io()"
TELL = """
import sys, atexit, codeassess_lsp.server as s
from lsprotocol import types as t
server = s.make_server()
@server.feature("test/modules")
def modules(params): return sorted({name.partition('.')[0] for name in sys.modules})
wire, sys.stdout = sys.stdout.buffer, sys.stderr
server.start_io(stdout=wire)
"""


class Wire:
    """A language server's standard streams, without a client library that would cost time."""

    def __init__(self, home: Path, *command: str, **environment: str) -> None:
        self._started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "CODEASSESS_DATA_DIR": str(home), **environment},
        )

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> Any:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return json.loads(self.process.stdout.read(length))

    def answer(self, id: int) -> Any:
        while (message := self.read()).get("id") != id:
            pass
        return message["result"]

    def initialize(self) -> float:
        """Seconds from the start of the process to the answer."""
        params = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": None}
        self.send(id=1, method="initialize", params=params)
        self.answer(1)
        return time.perf_counter() - self._started

    def cpu(self) -> float:
        """Seconds of CPU that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_remote_mode_loads_nothing_heavy_and_nothing_at_all_before_initialize(tmp_path: Path) -> None:
    wire = Wire(tmp_path, "-c", TELL, CODEASSESS_TOKEN="t", CODEASSESS_SERVER_URL="http://127.0.0.1:9")
    wire.initialize()
    wire.send(id=2, method="test/modules", params={})
    before = set(wire.answer(2))
    wire.send(method="initialized", params={})
    wire.send(id=3, method="codeassess/start", params={"consent": True})  # refused, after everything is loaded
    while wire.read().get("id") != 3:
        pass
    wire.send(id=4, method="test/modules", params={})
    after = set(wire.answer(4))
    wire.end()
    assert before.isdisjoint((*NEVER, *LATER))
    assert after.isdisjoint(NEVER)
    assert {"pydantic", "httpx", "websockets"} <= after


def test_initialize_is_answered_about_as_soon_as_by_a_bare_server(tmp_path: Path) -> None:
    """CPU, not wall time, and the best of five: on a busy machine the clock measures the neighbours."""

    def measure(*command: str) -> float:
        wire = Wire(tmp_path, *command)
        wire.initialize()
        used = wire.cpu()
        wire.end()
        return used

    measure("-m", "codeassess_lsp")  # write the byte code
    ours, bare = [], []
    for _ in range(5):
        ours.append(measure("-m", "codeassess_lsp", "--stdio"))
        bare.append(measure("-c", BARE))
    assert min(ours) <= 1.15 * min(bare), (ours, bare)


async def test_a_keystroke_in_ten_thousand_lines_costs_little(jupyter: Jupyter, tmp_path: Path) -> None:
    text = "".join(f"    value_{number} = compute({number})  # some comment\n" for number in range(10_000))
    editor = Editor(tmp_path, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(serverUrl=jupyter.url)
    uri = editor.open("long.py", text)
    await editor.ask("start", consent=True, documents=[uri])
    await editor.saved()
    costs = []
    for burst in range(20):
        before = _cpu(editor.process.pid)
        for key in range(20):
            place = t.Position(9_000, 4 + key)
            span = t.Range(place, place)
            editor.change(uri, 2 + 20 * burst + key, t.TextDocumentContentChangePartial(range=span, text="x"))
        await editor.saved()  # what is gathered, stored and sent is part of the cost
        costs.append((_cpu(editor.process.pid) - before) / 20)
    assert statistics.quantiles(costs, n=20)[-1] <= 0.005, costs
    await editor.quit()


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
