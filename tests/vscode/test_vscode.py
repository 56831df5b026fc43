"""A real VS Code (code-server) in Chromium, with the packaged extension, the real language server and a real Jupyter
Server. Skipped where `scripts/setup_code_server` has not been run, because that takes a minute and 850 MB."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import servers
from jupyter_process import Jupyter
from service_process import Service

ROOT = Path(__file__).parent.parent.parent
CODE_SERVER = Path(os.environ.get("CODEASSESS_CODE_SERVER") or ROOT / ".venv" / "code-server")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SHOTS = os.environ.get("CODEASSESS_SCREENSHOTS")
START_UP = 90.0
WHOLE_SCENE = 420.0

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
class Code:
    """A VS Code on the web, with a home of its own."""

    url: str
    home: Path

    def folder(self, name: str, **settings: str) -> Path:
        """A folder to open, with one file and settings of its own."""
        folder = self.home / name
        (folder / ".vscode").mkdir(parents=True)
        ours = {f"codeassess.{setting}": value for setting, value in settings.items()}
        (folder / ".vscode" / "settings.json").write_text(json.dumps(ours))
        (folder / "main.py").write_text("# My solution\n")
        return folder

    def wait_for_backup(self, text: bytes) -> None:
        """Return when VS Code has kept an unsaved file with this text, from which a reload restores it."""
        backups, deadline = self.home / "user" / "User" / "Backups", time.monotonic() + START_UP
        while not any(text in _read(file) for file in backups.glob("**/*") if file.is_file()):
            assert time.monotonic() < deadline, "VS Code kept nothing"
            time.sleep(0.1)

    def kill_language_server(self) -> None:
        """As the system does when memory is short."""
        [pid] = [
            int(process.name)
            for process in Path("/proc").glob("[0-9]*")
            if b"codeassess_lsp" in _read(process / "cmdline") and os.fsencode(self.home) in _read(process / "environ")
        ]
        os.kill(pid, signal.SIGKILL)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has just ended
        return b""


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    server = Jupyter(tmp_path_factory.mktemp("jupyter"), CODEASSESS_IDLE_PAUSE="1", CODEASSESS_FOLLOW_UPS="no")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """codeassess as it is published, without the front end of JupyterLab."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(ROOT)]
    subprocess.run(command, env={**os.environ, "CODEASSESS_SKIP_JS": "1"}, check=True)
    [made] = target.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def vsix(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """The extension, packaged as it is published, with the wheel inside."""
    target = tmp_path_factory.mktemp("vsix") / "codeassess.vsix"
    if not (ROOT / "vscode" / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT / "vscode", check=True)
    environment = {**os.environ, "CODEASSESS_WHEELS": str(wheel.parent)}
    command = ["npm", "run", "package", "--", "--out", str(target)]
    subprocess.run(command, cwd=ROOT / "vscode", env=environment, check=True)
    return target


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory, vsix: Path) -> Iterator[Code]:
    home = tmp_path_factory.mktemp("code")
    machine = {"codeassess.python": sys.executable}
    for place, settings in (("Machine", machine), ("User", QUIET)):
        (home / "user" / place).mkdir(parents=True)
        (home / "user" / place / "settings.json").write_text(json.dumps(settings))
    port = servers.free_port()
    (home / "config.yaml").write_text(f"bind-addr: 127.0.0.1:{port}\nauth: none\ncert: false\n")
    environment = _computer_without_codeassess(home)
    _code_server(home, environment, "--install-extension", str(vsix)).wait(START_UP)
    quiet = ("--disable-telemetry", "--disable-update-check", "--disable-getting-started-override")
    process = _code_server(home, environment, *quiet, "--disable-workspace-trust", "--reconnection-grace-time", "3")
    try:
        _await(f"http://127.0.0.1:{port}/healthz", process)
        yield Code(url=f"http://127.0.0.1:{port}", home=home)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _computer_without_codeassess(home: Path) -> dict[str, str]:
    """An environment whose `python3` has no codeassess, and everything that codeassess needs, so that pip only has to
    install the wheel."""
    (home / "bin").mkdir()
    (home / "needed").mkdir()
    for name in ("python3", "python"):
        program = home / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{sys.base_prefix}/bin/python3" "$@"\n')
        program.chmod(0o755)
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if "codeassess" not in package.name and package.suffix != ".pth":
            (home / "needed" / package.name).symlink_to(package)
    ours = {"CODEASSESS_DATA_DIR": str(home / "data"), "CODEASSESS_MODEL": "offline", "CODEASSESS_IDLE_PAUSE": "1"}
    ours["CODEASSESS_FOLLOW_UPS"] = "no"
    paths = {"PATH": f"{home / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(home / "needed")}
    return {**os.environ, **ours, **paths}


def _code_server(home: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    node = CODE_SERVER / "node-bin" / "node"
    entry = CODE_SERVER / "node_modules" / "code-server" / "out" / "node" / "entry.js"
    command = [str(node), str(entry), "--config", str(home / "config.yaml"), "--user-data-dir", str(home / "user")]
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


def _drive(
    scene: str, code: Code, folder: Path, acts: dict[str, Callable[[], object]] | None = None, **given: str
) -> dict[str, Any]:
    """Do what a candidate does, and meanwhile what the scene asks for; returns what was on the screen."""
    environment = {**os.environ, **given, "CODE_SERVER": str(CODE_SERVER), "CHROMIUM": str(CHROMIUM)}
    program = [str(CODE_SERVER / "node-bin" / "node"), str(Path(__file__).parent / "drive.mjs")]
    drive = subprocess.Popen(
        [*program, scene, code.url, str(folder), SHOTS or str(folder.parent / "shots")],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    watchdog = threading.Timer(WHOLE_SCENE, drive.kill)
    watchdog.start()
    seen: dict[str, Any] = {"failure": "the drive ended before its end"}
    with drive:
        assert drive.stdin is not None and drive.stdout is not None
        for line in drive.stdout:
            message = json.loads(line)
            seen = message.get("seen", seen)
            if "do" in message:
                drive.stdin.write(f"{(acts or {})[message['do']]()}\n")
                drive.stdin.flush()
    watchdog.cancel()
    return seen


def _latest(jupyter: Jupyter, session: str, document: str = "main.py") -> bytes:
    """The text of a document as the server has it, which changed last."""
    last = jupyter.snapshots(session)[-1]
    assert last["document"] == document
    return jupyter.code(session, last["n"]).encode()


def test_the_command_puts_the_extension_into_a_real_editor(vsix: Path, tmp_path: Path) -> None:
    node, entry = CODE_SERVER / "node-bin" / "node", CODE_SERVER / "node_modules/code-server/out/node/entry.js"
    (tmp_path / "config.yaml").write_text("auth: none\n")
    own = f"--config {tmp_path}/config.yaml --user-data-dir {tmp_path}/user --extensions-dir {tmp_path}/extensions"
    editor = tmp_path / "code"
    editor.write_text(f'#!/bin/sh\nexec {node} {entry} {own} "$@"\n')
    editor.chmod(0o755)
    command = [sys.executable, "-m", "codeassess_core.cli", "vscode", "install", "--editor", editor, "--vsix", vsix]
    done = subprocess.run(command, capture_output=True, text=True, timeout=START_UP, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = subprocess.run([editor, "--list-extensions"], capture_output=True, text=True, timeout=START_UP, check=True)
    assert "codeassess.codeassess" in listed.stdout
    [installed] = (tmp_path / "extensions").glob("codeassess.codeassess-*")
    assert (installed / "python").read_text() == sys.executable
    assert list((installed / "wheel").glob("codeassess-*.whl"))


def test_a_session_with_two_questions_and_a_reload_in_between(code: Code, jupyter: Jupyter) -> None:
    token, _ = jupyter.issue("ada")
    folder = code.folder("session", mode="remote", serverUrl=jupyter.url)
    acts = {"keep what is not saved": lambda: code.wait_for_backup(b"    return best, length\n")}
    seen = _drive("session", code, folder, acts, TOKEN=token)
    assert seen["failure"] is None
    assert "Other files are never sent" in seen["consent"]
    assert "because each pass adds value to it." in seen["thread"]
    assert re.search(r"\d+ of 10|No score yet", seen["thread"]), "the score is told in words"
    assert seen["typedEarly"] > 0
    assert re.search(r" of 10|No score yet", seen["afterReload"]) and "Answer" in seen["afterReload"]
    assert "The longest word and how long it is; of two, the first." in seen["both"]
    assert "Start another session" in seen["finished"]
    assert "Show the report" not in seen["finished"], "an open session's report is for graders"
    [session] = jupyter.call("GET", "/sessions/").json()["items"]
    assert (session["status"], session["owner"]) == ("ended", "ada")
    path = f"/sessions/{session['session_id']}/interactions/?kind=response_received"
    given = [item["payload"].get("slots") for item in jupyter.call("GET", path).json()["items"]]
    assert len(list(filter(None, given))) == len(seen.get("results", ())), "what was put into slots is sent as such"
    text = _latest(jupyter, session["session_id"]).decode()
    assert "q" not in text, "what was typed while the answer box was being opened is not in the code"
    assert text.startswith("# My solution\ndef average(values):\n") and text.endswith("    return best, length\n")


def test_nothing_is_lost_when_the_server_or_the_language_server_dies(code: Code, jupyter: Jupyter) -> None:
    token, _ = jupyter.issue("grace")
    made = httpx.post(f"{jupyter.url}/sessions/", headers={"Authorization": f"token {token}"}, json={}, trust_env=False)
    session = made.json()["session_id"]
    folder = code.folder("outage")
    compared: list[bool] = []

    def compare() -> None:
        [file] = folder.glob("*.py")
        compared.append(_latest(jupyter, session, file.name) == file.read_bytes())

    acts: dict[str, Callable[[], object]] = {
        "kill the server": lambda: jupyter.stop(signal.SIGKILL),
        "start the server": jupyter.start,
        "kill the language server": code.kill_language_server,
        "move the file": lambda: (folder / "main.py").rename(folder / "moved.py"),
        "compare": compare,
    }
    seen = _drive("outage", code, folder, acts, TOKEN=token, SERVER=jupyter.url, SESSION=session)
    assert seen["failure"] is None
    assert compared == [True, True, True, True]
    assert "offline" in seen["offline"]
    assert "all the passes so far," in seen["panel"] and "because each pass adds value to it." in seen["panel"]
    assert "nothing more is recorded" in seen["dead"]


def test_practice_on_a_computer_without_codeassess(code: Code) -> None:
    seen = _drive("practice", code, code.folder("practice", python=""))
    assert seen["failure"] is None
    assert "in a database on this computer" in seen["consent"]
    [installed] = (code.home / "user").glob("**/codeassess-*.dist-info/direct_url.json")
    source = json.loads(installed.read_text())["url"]
    assert source.startswith((code.home / "extensions").as_uri()), "the wheel in the extension, and no index"
    assert re.search(r" of 10|No score yet", seen["panel"])
    assert "1 question about your code is left." in seen["closing"]
    assert "Finish without these questions" in seen["closing"]
    assert "Show the report" in seen["finished"]
    assert "Not answered." in seen["finished"] and "Answer\n" not in seen["finished"], (
        "nothing can be answered any more"
    )
    assert "A question about these lines" not in "".join(seen["thread"])


FILES = [{"path": "average.py", "text": "# My solution\n"}, {"path": "data/notes.txt", "text": "notes\n"}]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("joining") / "service", idle_pause="1")
    running.start()
    yield running
    running.kill()


def _expired(service: Service, person: str) -> str:
    """A code whose time is over."""
    service.ask("POST", "/people/", json={"csv": f"id\n{person}"})
    path = f"/assessments/{service.assessment_id}/invitations/"
    [made] = service.ask("POST", path, json={"people": [person], "expires_in": 0.001})["items"]
    return str(made["code"])


def _stored(service: Service, session: str, document: str) -> str:
    """The text of a document as the service has it."""
    items = service.ask("GET", f"/sessions/{session}/snapshots/", params={"limit": 1000})["items"]
    last = next(item["n"] for item in reversed(items) if item["document"] == document)
    return str(service.ask("GET", f"/sessions/{session}/snapshots/{last}")["code"])


def _written_below(folder: Path) -> bytes:
    """Everything that programs have written there: logs, settings, states of windows."""
    return b"".join(_read(file) for file in folder.rglob("*") if file.is_file())


def test_a_code_leads_into_the_assessment_and_wrong_ones_are_told_in_a_sentence(code: Code, service: Service) -> None:
    codes = service.invite("ada", "zed", files=FILES)
    service.withdraw("zed")
    folder = code.folder("invited")
    notes = folder / "averages" / "data" / "notes.txt"
    notes.parent.mkdir(parents=True)
    notes.write_text("mine")
    owned = lambda: [item for item in service.ask("GET", "/sessions/")["items"] if item["owner"] == "ada"]  # noqa: E731
    compared: list[bool] = []

    def compare() -> None:
        file = folder / "averages" / "average.py"
        compared.append(_stored(service, owned()[0]["session_id"], "averages/average.py") == file.read_text())

    acts: dict[str, Callable[[], object]] = {
        "nothing has begun": lambda: compared.append(owned() == []),
        "kill the server": service.kill,
        "start the server": service.start,
        "compare": compare,
        "withdraw": lambda: service.withdraw("ada"),
    }
    given = {"SERVER": service.url, "WITHDRAWN": codes["zed"], "LINK": f"{service.url}/#/join/{codes['ada']}"}
    seen = _drive("invited", code, folder, acts, EXPIRED=_expired(service, "eve"), **given)
    assert seen["failure"] is None
    assert compared == [True, True], "nothing begins before consent, and nothing is lost while the service is away"
    assert "“Averages”: You have 60 minutes." in seen["consent"] and "Other files are never sent" in seen["consent"]
    assert notes.read_text() == "mine", "a file that was there was overwritten"
    assert "averages/average.py" in seen["panel"] and "Averages" in seen["panel"]
    assert all("Try Again" in told for told in seen["refused"]) and len(seen["refused"]) == 5
    assert "Join with a code" in seen["withdrawn"]
    (session,) = owned()
    assert (session["title"], session["mode"]) == ("Averages", "service")
    everything = _written_below(code.home) + _written_below(service.home)
    for secret in (codes["ada"], codes["ada"].replace("-", "")):
        assert secret.encode() not in everything, "the code stays nowhere"


def test_a_link_asks_before_it_connects_and_goes_on_in_the_folder_that_was_chosen(code: Code, service: Service) -> None:
    joined = httpx.post(
        f"{service.url}/codeassess/join", json={"code": service.invite("bob", files=FILES)["bob"]}, trust_env=False
    ).json()["token"]
    made: list[str] = []

    def hand_over() -> str:
        headers = {"Authorization": f"token {joined}"}
        answer = httpx.post(f"{service.url}/codeassess/hand-over", headers=headers, trust_env=False)
        made.append(answer.json()["code"])
        query = urlencode({"server": service.url, "code": made[-1]})
        return f"code-oss://codeassess.codeassess/join?{query}"

    elsewhere = code.home / "elsewhere"
    elsewhere.mkdir()
    unused: list[bool] = []

    def nobody_came() -> None:
        unused.append(httpx.post(f"{service.url}/codeassess/join", json={"code": made[0]}, trust_env=False).is_success)

    acts: dict[str, Callable[[], object]] = {"hand over": hand_over, "nobody came": nobody_came}
    seen = _drive("handedOver", code, code.folder("window"), acts, ELSEWHERE=str(elsewhere))
    assert seen["failure"] is None
    assert unused == [True], "without a yes, the server that a link names is not asked"
    assert (elsewhere / "averages" / "average.py").read_text() == "# My solution\n"
    everything = _written_below(code.home) + _written_below(service.home)
    assert not [secret for secret in made if secret.encode() in everything], "the code stays nowhere"
    (session,) = [item for item in service.ask("GET", "/sessions/")["items"] if item["owner"] == "bob"]
    assert _stored(service, session["session_id"], "average.py") == "# My solution\n"
    assert f"Connect to {service.url}?" in seen["confirm"] and "7K3M" not in "".join(seen["links"])
