"""A real Jupyter Server with the extension in a process of its own, which tests may stop, kill and start again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import servers

QUICK = {
    "CODEASSESS_MODEL": "offline",
    "CODEASSESS_IDLE_PAUSE": "0.3",
    "CODEASSESS_MIN_TIME_BETWEEN_INTERACTIONS": "0",
    "CODEASSESS_FOLLOW_UPS": "no",
    "CODEASSESS_RATE_LIMIT": "0",
}
"""Settings under which a test need not wait."""


class Jupyter:
    """The server of one folder: its data, its port and its token stay the same over restarts."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.token = "jupyter-token-of-a-test"
        self.port = servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {**QUICK, **settings}  #: further variables of its environment
        self._process: subprocess.Popen[bytes] | None = None
        self.probe = "/codeassess/health"  #: the address that answers when the server is ready

    @property
    def pid(self) -> int:
        """The running process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", f"--port={self.port}"]
        command += ["--ServerApp.port_retries=0", f"--ServerApp.jpserver_extensions={servers.ONLY_OURS}"]
        command += ["--allow-root"] if os.geteuid() == 0 else []
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, env=self._environment(), stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + servers.STARTUP
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()[-3000:]
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.1)

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Stop it, or with SIGKILL let it die."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """REST, as whoever started the server."""
        headers = {"Authorization": f"token {self.token}"}
        return httpx.request(method, self.url + path, headers=headers, timeout=120, trust_env=False, **options)

    def snapshots(self, session: str) -> list[dict[str, Any]]:
        """All snapshots of a session, without their code."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
            page = self.call("GET", f"/sessions/{session}/snapshots/", params=query).json()
            found += page["items"]
            cursor = page["next"]
        return found

    def code(self, session: str, n: int) -> str:
        """The code of a snapshot."""
        return str(self.call("GET", f"/sessions/{session}/snapshots/{n}").json()["code"])

    def issue(self, name: str) -> tuple[str, str]:
        """A candidate's token, and the id by which it is revoked."""
        made = json.loads(self._codeassess("token", "create", "--role", "candidate", "--name", name, "--json"))
        return made["token"], made["id"]

    def revoke(self, credential: str) -> None:
        """End a token's life."""
        self._codeassess("token", "revoke", credential)

    def _codeassess(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "codeassess_core.cli", *arguments]
        return subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=True).stdout

    def _answers(self) -> bool:
        try:
            return self.call("GET", self.probe).is_success
        except httpx.HTTPError:
            return False

    def _environment(self) -> dict[str, str]:
        names = {name: str(self.folder / name.lower()) for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
        config = {"JUPYTER_NO_CONFIG": "1", "JUPYTER_CONFIG_DIR": str(self.folder / "config")}
        data = {"CODEASSESS_DATA_DIR": str(self.folder / "data"), "JUPYTER_TOKEN": self.token}
        return {**os.environ, **names, **config, **data, **self.settings}
