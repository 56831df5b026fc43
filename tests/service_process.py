"""`jupyter codeassess` as a process of its own, and an assessment with invited people on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import servers
from jupyter_process import QUICK

ROOT = Path(__file__).parents[1]
STARTUP = 60.0  #: seconds in which a service must answer
MAIN = "from codeassess_ext.service import main; main()"


class Service:
    """`jupyter codeassess` on one port and one folder, that can die and come back."""

    def __init__(
        self, home: Path, program: str = MAIN, *, more: Mapping[str, str] | None = None, **settings: str
    ) -> None:
        """`more`: further variables of its environment."""
        home.mkdir()
        self._more = dict(more or {})
        self.home = home
        self.port = servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._program = program
        self._settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        self.teacher = self._token("tom", "teacher")

    def start(self) -> None:
        command = [sys.executable, "-c", self._program, f"--port={self.port}", "--ip=127.0.0.1", "--no-browser"]
        command += ["--ServerApp.port_retries=0", *(["--allow-root"] if os.geteuid() == 0 else [])]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.home, env=self._environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + STARTUP
        while not self._ready():
            assert self.process.poll() is None, self._log()
            assert time.monotonic() < deadline, self._log()
            time.sleep(0.1)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def invite(self, *people: str, **assessment: Any) -> dict[str, str]:
        """Codes by person, for a new assessment."""
        self.ask("POST", "/people/", json={"csv": "\n".join(["id", *people])})
        task = {"title": "Averages", "time_limit": 3600.0, **assessment}
        self.assessment_id = self.ask("POST", "/assessments/", json=task)["assessment_id"]
        made = self.ask("POST", f"/assessments/{self.assessment_id}/invitations/", json={"people": list(people)})
        return {item["person_id"]: item["code"] for item in made["items"]}

    def withdraw(self, person: str) -> None:
        """Withdraw somebody's invitation."""
        listed = self.ask("GET", f"/assessments/{self.assessment_id}/invitations/")["items"]
        (invitation,) = [item["invitation_id"] for item in listed if item["person_id"] == person]
        self.ask("DELETE", f"/assessments/{self.assessment_id}/invitations/{invitation}/")

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """REST, as the teacher."""
        answer = self._call(method, path, **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"token {self.teacher}"}
        return httpx.request(method, self.url + path, headers=headers, timeout=30, trust_env=False, **options)

    def _ready(self) -> bool:
        try:
            health = self._call("GET", "/codeassess/health")
        except httpx.HTTPError:
            return False
        return health.is_success and health.json()["status"] == "ok"  # the jobs are loaded last

    def _token(self, name: str, role: str) -> str:
        command = [sys.executable, "-m", "codeassess_core.cli", "token", "create", "--json"]
        command += ["--role", role, "--name", name]
        done = subprocess.run(
            command, cwd=self.home, env=self._environment(), capture_output=True, text=True, check=True
        )
        return str(json.loads(done.stdout)["token"])

    def _environment(self) -> dict[str, str]:
        own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(self.home)}
        quick = {"idle_pause": "0.05", "min_code_change_lines": "3", "min_questions": "0"} | self._settings
        return own | QUICK | {f"CODEASSESS_{name.upper()}": value for name, value in quick.items()} | self._more

    def _log(self) -> str:
        return (self.home / "log").read_text()[-3000:]
