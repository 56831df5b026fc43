"""The editor does not wait for us: what is loaded when. How long things take is measured by `benchmarks lsp`."""

from __future__ import annotations

from pathlib import Path

from wire import Wire

NEVER = (
    "langchain",
    "langchain_core",
    "chromadb",
    "dbos",
    "sqlalchemy",
    "openai",
    "redis",
    "typst",
    "jupyter_server",
    "tornado",
)
"""What remote mode must not load at all."""
LATER = ("pydantic", "httpx", "websockets", "sqlite3", "jupyter_core", "uuid_utils")
"""What it loads after `initialize` is answered."""

TELL = """
import sys, atexit, codeassess_lsp.server as s
from lsprotocol import types as t
server = s.make_server()
@server.feature("test/modules")
def modules(params): return sorted({name.partition('.')[0] for name in sys.modules})
wire, sys.stdout = sys.stdout.buffer, sys.stderr
server.start_io(stdout=wire)
"""


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
    assert not before.intersection((*NEVER, *LATER))
    assert not after.intersection(NEVER)
    assert {"pydantic", "httpx", "websockets"} <= after
