"""A real Jupyter Server with the extension, started for a measurement and ended with it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.servers import free_port


@dataclass(frozen=True)
class Server:
    """Where it listens and who it is."""

    url: str
    token: str
    pid: int


@contextmanager
def jupyter_server(*, extension: bool = True, **settings: str) -> Iterator[Server]:
    """Start `jupyter server` with `settings` as CODEASSESS_* and wait until it answers."""
    with tempfile.TemporaryDirectory(prefix="codeassess-bench-") as folder:
        port, token = free_port(), secrets.token_urlsafe(16)
        with Path(folder, "server.log").open("w") as log:
            process = subprocess.Popen(
                _command(port, extension), env=_environment(folder, token, settings), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/api", process, Path(folder, "server.log"))
            yield Server(f"http://127.0.0.1:{port}", token, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _command(port: int, extension: bool) -> list[str]:
    enabled = f"--ServerApp.jpserver_extensions={{'codeassess_ext': {extension}}}"
    root = ["--allow-root"] if os.getuid() == 0 else []
    return [sys.executable, "-m", "jupyter_server", f"--port={port}", "--no-browser", enabled, *root]


def _environment(folder: str, token: str, settings: dict[str, str]) -> dict[str, str]:
    ours = {f"CODEASSESS_{name.upper()}": value for name, value in settings.items()}
    homes = dict.fromkeys(("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"), folder)
    return {**os.environ, **homes, "JUPYTER_TOKEN": token, **ours}


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}:\n{log.read_text()[-2000:]}")
        try:
            httpx.get(url, timeout=1)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers at {url}")
