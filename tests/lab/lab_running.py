"""A real JupyterLab with the extension, and the browser scenarios of labextension/ui-tests in front of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import servers

SCENARIOS = Path(__file__).parents[2] / "labextension" / "ui-tests"
TOKEN = "lab-test"
TIMEOUT = 90.0  #: seconds in which a server must answer
SCENARIO = 240.0  #: seconds in which a scenario must end
EAGER = {
    "CODEASSESS_MODEL": "offline",
    "CODEASSESS_IDLE_PAUSE": "0.5",
    "CODEASSESS_MIN_CODE_CHANGE_LINES": "3",
    "CODEASSESS_MIN_TIME_BETWEEN_INTERACTIONS": "2",
    "CODEASSESS_FOLLOW_UPS": "no",
}
"""Settings under which a question comes within seconds."""


@dataclass(kw_only=True)
class Lab:
    """A JupyterLab on one port and one folder, that can die and come back."""

    folder: Path
    port: int = field(default_factory=servers.free_port)
    process: subprocess.Popen[bytes] | None = None
    token: str = TOKEN
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and return when it answers."""
        with (self.folder / "lab.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command(),
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api", timeout=2.0).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise TimeoutError((self.folder / "lab.log").read_text()[-4_000:])

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers={"Authorization": f"token {TOKEN}"}, timeout=120.0)

    def _command(self) -> list[str]:
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.folder / "work",
            "IdentityProvider.token": self.token,
            "ServerApp.allow_root": True,
            "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "LabApp.expose_app_in_browser": True,
            "LabApp.extension_manager": "readonly",
        }
        return [
            sys.executable, "-m", "jupyterlab", "--no-browser",
            *(f"--{name}={value}" for name, value in options.items()),
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        homes = ("config", "runtime", "data")
        own = {f"JUPYTER_{home.upper()}_DIR": str(self.folder / home) for home in homes}
        data = {"CODEASSESS_DATA_DIR": str(self.folder / "record"), "PYTHONUNBUFFERED": "1"}
        return os.environ | EAGER | own | data | self.settings


@contextmanager
def running_lab(
    folder: Path, *, record: Path | None = None, lab: Lab | None = None, port: int | None = None, **variables: str
) -> Iterator[Lab]:
    """A JupyterLab over an empty notebook `work.ipynb`, one of 2,000 lines `long.ipynb`, and a file `work.py`.

    It begins with a copy of the data folder `record`, or with an empty one. `variables`: more of its environment.
    `lab`: one of this folder that is started in another way.
    """
    if record is not None:
        shutil.copytree(record, folder / "record")
    work = folder / "work"
    work.mkdir(parents=True)
    (work / "work.ipynb").write_text(json.dumps(notebook([""])))
    (work / "long.ipynb").write_text(json.dumps(notebook(["x = 1\n" * 20] * 100)))
    (work / "work.py").write_text("# my solution\n")
    settings = folder / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    lab = lab or Lab(folder=folder, settings=variables, port=port or servers.free_port())
    lab.start()
    try:
        yield lab
    finally:
        lab.kill()


def notebook(sources: Sequence[str]) -> dict[str, Any]:
    """A notebook with one code cell for each source."""
    empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    return {
        "cells": [empty | {"id": f"cell-{n}", "source": source} for n, source in enumerate(sources, 1)],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def play(lab: Lab, scenario: str, *, pictures: Path, wishes: dict[str, Callable[[], str | None]] | None = None) -> None:
    """Run one scenario to its end. What it asks for (`PLEASE name`) is done by `wishes[name]`, which may answer.

    Raises:
        AssertionError: it failed; the message is what it said.
    """
    command: Sequence[str] = ("node", str(SCENARIOS / f"{scenario}.mjs"), lab.url, TOKEN, str(pictures))
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    alarm = threading.Timer(SCENARIO, process.kill)
    alarm.start()
    said = []
    try:
        assert process.stdin is not None and process.stdout is not None
        for line in process.stdout:
            said.append(line)
            verb, _, wish = line.strip().partition(" ")
            if verb == "PLEASE":
                process.stdin.write(f"{(wishes or {})[wish]() or 'done'}\n")
                process.stdin.flush()
    finally:
        alarm.cancel()
        code = process.wait()
    assert code == 0, f"{scenario} ended with {code}:\n{''.join(said)}"


def main(scenario: str, pictures: str) -> None:
    """Play one scenario for its pictures: `PYTHONPATH=tests python tests/lab/lab_running.py screenshots FOLDER`."""
    with TemporaryDirectory(prefix="codeassess-lab-") as folder, running_lab(Path(folder)) as lab:
        play(lab, scenario, pictures=Path(pictures).resolve())


if __name__ == "__main__":
    main(*sys.argv[1:])
