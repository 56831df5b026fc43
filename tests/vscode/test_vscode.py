"""A real VS Code (code-server) in Chromium, with the packaged extension, the real language server and a real Jupyter
Server. Skipped where `scripts/setup_code_server` has not been run, because that takes a minute and 850 MB."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import servers
from jupyter_process import Jupyter

ROOT = Path(__file__).parent.parent.parent
CODE_SERVER = Path(os.environ.get("CODEASSESS_CODE_SERVER") or ROOT / ".venv" / "code-server")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SHOTS = os.environ.get("CODEASSESS_SCREENSHOTS")
START_UP = 90.0
WHOLE_SITTING = 420.0

pytestmark = [
    pytest.mark.skipif(
        not (CODE_SERVER / ".installed").exists(), reason="no code-server: run scripts/setup_code_server"
    ),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install the package chromium"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="no npm: install Node.js"),
]

QUIET: dict[str, Any] = {
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.enableExperiments": False,
    "telemetry.telemetryLevel": "off",
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "chat.disableAIFeatures": True,
    "git.enabled": False,
    "files.autoSave": "off",
    # What is typed must be what is written.
    "editor.autoClosingBrackets": "never",
    "editor.autoIndent": "none",
    "editor.wordBasedSuggestions": "off",
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
}


@dataclass(frozen=True)
class Window:
    """A VS Code on the web, and the folder that it opens."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    server = Jupyter(tmp_path_factory.mktemp("jupyter"), CODEASSESS_IDLE_PAUSE="1")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, packaged as it is published."""
    target = tmp_path_factory.mktemp("vsix") / "codeassess.vsix"
    if not (ROOT / "vscode" / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT / "vscode", check=True)
    subprocess.run(["npm", "run", "package", "--", "--out", str(target)], cwd=ROOT / "vscode", check=True)
    return target


@pytest.fixture
def window(tmp_path: Path, vsix: Path, jupyter: Jupyter) -> Iterator[Window]:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "main.py").write_text("# My solution\n")
    _write_settings(tmp_path, jupyter.url)
    port = servers.free_port()
    config = tmp_path / "config.yaml"
    config.write_text(f"bind-addr: 127.0.0.1:{port}\nauth: none\ncert: false\n")
    _code_server(tmp_path, "--install-extension", str(vsix)).wait(START_UP)
    process = _code_server(tmp_path, "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust",
                           "--disable-getting-started-override", "--reconnection-grace-time", "3")  # fmt: skip
    try:
        _await(f"http://127.0.0.1:{port}/healthz", process)
        yield Window(url=f"http://127.0.0.1:{port}", folder=folder)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _write_settings(home: Path, server: str) -> None:
    chosen = {"codeassess.python": sys.executable, "codeassess.mode": "remote", "codeassess.serverUrl": server}
    for place, settings in (("Machine", chosen), ("User", QUIET)):
        (home / "user" / place).mkdir(parents=True)
        (home / "user" / place / "settings.json").write_text(json.dumps(settings))


def _code_server(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    node = CODE_SERVER / "node-bin" / "node"
    entry = CODE_SERVER / "node_modules" / "code-server" / "out" / "node" / "entry.js"
    command = [str(node), str(entry), "--config", str(home / "config.yaml"), "--user-data-dir", str(home / "user")]
    environment = {**os.environ, "CODEASSESS_DATA_DIR": str(home / "lsp")}
    with (home / "log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--extensions-dir", str(home / "extensions"), *arguments],
            cwd=home, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_UP
    while time.monotonic() < deadline:
        assert process.poll() is None
        with suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2, trust_env=False).is_success:
                return
        time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


def _drive(window: Window, token: str, shots: Path) -> dict[str, Any]:
    """Do what a candidate does; returns what was on the screen."""
    environment = {**os.environ, "TOKEN": token, "CODE_SERVER": str(CODE_SERVER), "CHROMIUM": str(CHROMIUM)}
    done = subprocess.run(
        [str(CODE_SERVER / "node-bin" / "node"), str(Path(__file__).parent / "drive.mjs"), window.url,
         str(window.folder), str(shots)],
        env=environment, stdout=subprocess.PIPE, timeout=WHOLE_SITTING, check=False,
    )  # fmt: skip
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def test_a_sitting_in_vs_code(window: Window, jupyter: Jupyter, tmp_path: Path) -> None:
    token, _ = jupyter.issue("ada")
    seen = _drive(window, token, Path(SHOTS) if SHOTS else tmp_path / "shots")
    assert seen["failure"] is None
    assert "Other files are never sent" in seen["consent"]
    assert "so an empty list divides by zero." in seen["thread"]
    assert "/ 10" in seen["afterReload"]
    assert "Show the report" in seen["finished"]
    [session] = jupyter.call("GET", "/sessions/").json()["items"]
    assert (session["status"], session["owner"]) == ("ended", "ada")
    last = jupyter.snapshots(session["session_id"])[-1]
    code = jupyter.code(session["session_id"], last["n"])
    assert last["document"] == "main.py"
    assert code.startswith("# My solution\ndef average(values):\n") and code.endswith("    return total / count\n")
