"""A real `jupyter codeassess` with recorded sessions, and tokens for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import servers

STARTUP = 90.0  #: seconds in which the service must answer
COMMAND = [sys.executable, "-c", "from codeassess_ext.service import main; main()"]


@dataclass(kw_only=True)
class Service:
    """`jupyter codeassess` over the data folder `record`, under a base URL."""

    record: Path
    folder: Path
    base_url: str = "/exam/"
    port: int = field(default_factory=servers.free_port)
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base_url.rstrip('/')}"

    @property
    def log(self) -> str:
        return (self.folder / "service.log").read_text()

    def start(self) -> None:
        """Start and return when it answers."""
        options = [f"--port={self.port}", "--ip=127.0.0.1", f"--ServerApp.base_url={self.base_url}", "--no-browser"]
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, *options, "--ServerApp.port_retries=0", "--allow-root"],
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTUP
        while True:
            try:
                if httpx.get(f"{self.url}/codeassess/me", timeout=5.0).status_code == 401:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.2)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def issue(self, role: str, name: str) -> tuple[str, str]:
        """A token, and the id by which it is revoked."""
        made = json.loads(self._codeassess("token", "create", "--role", role, "--name", name, "--json"))
        return made["token"], made["id"]

    def revoke(self, credential: str) -> None:
        self._codeassess("token", "revoke", credential)

    def _codeassess(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "codeassess_core.cli", *arguments]
        return subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=True).stdout

    def _environment(self) -> dict[str, str]:
        own = {f"JUPYTER_{home.upper()}_DIR": str(self.folder / home) for home in ("config", "runtime", "data")}
        data = {
            "CODEASSESS_DATA_DIR": str(self.record),
            "CODEASSESS_MODEL": "offline",
            "CODEASSESS_PUBLIC_URL": self.url,
        }
        return {**os.environ, **own, **data, "PYTHONUNBUFFERED": "1", **self.variables}


@contextmanager
def running_service(folder: Path, *, record: Path, base_url: str = "/exam/", **variables: str) -> Iterator[Service]:
    folder.mkdir(parents=True, exist_ok=True)
    service = Service(record=record, folder=folder, base_url=base_url, variables=variables)
    service.start()
    try:
        yield service
    finally:
        service.kill()
