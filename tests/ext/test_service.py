"""`jupyter codeassess` as a process of its own: our routes, and nothing that could run or read code."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import servers
from population import CODE
from rest_client import Client
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from codeassess_core.settings import Settings

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from codeassess_ext.service import main; main()"]
STARTUP = 120.0

# What a Jupyter Server answers and this one must not. `log` is a file in the folder in which it runs.
GONE = (
    "/api/kernels", "/api/kernelspecs", "/api/sessions", "/api/contents", "/api/config/x", "/api/terminals",
    "/api/nbconvert", "/api/resolvePath", "/files/x", "/files/log", "/view/x", "/terminals/1", "/nbconvert/html/x",
    "/kernelspecs/x", "/lab", "/tree", "/lsp",
)  # fmt: skip


def environment(home: Path) -> dict[str, str]:
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return {**path, "HOME": str(home), "CODEASSESS_MODEL": "offline"}


def made(home: Path, *, name: str = "root", role: str = "operator") -> str:
    """A token of ours, made by the command that the documentation names."""
    command = [sys.executable, "-m", "codeassess_core.cli", "token", "create", "--role", role, "--name", name, "--json"]
    done = subprocess.run(command, cwd=home, env=environment(home), capture_output=True, text=True, check=True)
    token: str = json.loads(done.stdout)["token"]
    return token


def arguments() -> list[str]:
    return ["--no-browser", *(["--allow-root"] if os.geteuid() == 0 else [])]


class Service:
    def __init__(self, home: Path, *more: str, **variables: str) -> None:
        self.token = made(home)
        self.port = servers.free_port()
        self.log = home / "log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*COMMAND, f"--port={self.port}", "--ip=127.0.0.1", *arguments(), *more],
                cwd=home,
                env=environment(home) | variables,
                stdout=output,
                stderr=output,
            )

    async def client(self) -> Client:
        """A client, once the service answers."""
        client = Client(AsyncHTTPClient(), port=self.port, base="", token=self.token)
        deadline = time.monotonic() + STARTUP
        while True:
            try:
                health = await client.get("/codeassess/health")
                if health.status == 200 and health.json["status"] == "ok":  # the jobs are loaded last
                    return client
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            await asyncio.sleep(0.1)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


async def test_it_serves_a_session_without_kernels_or_files_and_stops_in_order(service: Service) -> None:
    client = await service.client()
    health = (await client.get("/codeassess/health")).json
    assert (health["mode"], health["examiner"]) == ("service", "offline")
    for path in GONE:
        assert (await client.get(path)).status == 404, path
        assert (await client.post(path)).status in (403, 404, 405), path
    begun = await client.post("/sessions/")
    assert (begun.status, begun.json["mode"], begun.json["owner"]) == (201, "service", "root")
    talk, _ = await client.greet(begun.json["session_id"])
    await talk.ask({"message_type": "code_update", "seq": 1, "code": "a = 1\n"})
    assert (await client.holding(None).get("/sessions/")).status == 401
    service.process.send_signal(signal.SIGTERM)
    assert await talk.closed() == 4012
    assert await asyncio.to_thread(service.process.wait, 15) == 0
    assert "Traceback" not in service.log.read_text()


async def test_what_the_core_warns_of_has_its_time_and_level_in_the_log(service: Service, tmp_path: Path) -> None:
    client = await service.client()
    (tmp_path / ".local/share/jupyter/codeassess/chroma").write_text("a file where a folder should be")
    talk, _ = await client.greet(await client.begin())
    await talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
    await talk.until("question")
    warned = [line for line in service.log.read_text().splitlines() if "without retrieval" in line]
    assert warned and all(re.match(r"\[W \d{4}-\d\d-\d\d .* codeassess_core.memory\] ", line) for line in warned)


@pytest.mark.parametrize("way", ["nothing", "environment", "file", "trait", "old trait"])
async def test_jupyters_own_token_lets_nobody_in(tmp_path: Path, way: str) -> None:
    """None is made, none is printed or kept, and one that somebody sets is said to be of no use."""
    token = "a-token-for-jupyter"
    (tmp_path / "token").write_text(token)
    variables = {
        "environment": {"JUPYTER_TOKEN": token},
        "file": {"JUPYTER_TOKEN_FILE": str(tmp_path / "token")},
    }
    more = {"trait": [f"--IdentityProvider.token={token}"], "old trait": [f"--ServerApp.token={token}"]}
    service = Service(tmp_path, *more.get(way, []), **variables.get(way, {}))
    try:
        client = await service.client()
        (info,) = (tmp_path / ".local/share/jupyter/runtime").glob("jpserver-*.json")
        assert json.loads(info.read_text())["token"] == ""
        log = service.log.read_text()
        assert "token=" not in log and token not in log and ("is set and not used" in log) == (way != "nothing")
        for nobody in (client.holding(token), client.holding(None)):
            assert (await nobody.get("/sessions/")).status == 401
            assert (await nobody.get(f"/sessions/?token={token}")).status == 401
            assert (await nobody.post("/api/shutdown")).status in (403, 404)
            with pytest.raises(HTTPClientError, match="401"):
                await nobody.talk((await client.post("/sessions/")).json["session_id"])
    finally:
        service.process.kill()
        service.process.wait()


def test_its_help_lists_our_settings(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--help-all"], env=environment(tmp_path), capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0
    for setting in fields(Settings):
        assert f"--CodeAssess.{setting.name}=" in done.stdout


def test_a_wrong_setting_ends_it_with_a_sentence(tmp_path: Path) -> None:
    wrong = [*COMMAND, "--CodeAssess.cool_down=-1", f"--port={servers.free_port()}", *arguments()]
    done = subprocess.run(wrong, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=180)
    assert done.returncode == 1
    assert "codeassess is not loaded: cool_down must be a number that is not negative." in done.stderr
    assert "Traceback" not in done.stderr


def test_jupyter_finds_it_by_its_name() -> None:
    (script,) = entry_points(group="console_scripts", name="jupyter-codeassess")
    assert script.value == "codeassess_ext.service:main"
