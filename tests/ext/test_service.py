"""`jupyter codeassess` as a process of its own: our routes, and nothing that could run or read code."""

from __future__ import annotations

import asyncio
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
from door import Door
from tornado.httpclient import AsyncHTTPClient
from town import CODE

from codeassess_core.settings import Settings

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from codeassess_ext.service import main; main()"]
TOKEN = "only-for-this-test"
STARTUP = 30.0

# What a Jupyter Server answers and this one must not.
GONE = (
    "/api/kernels", "/api/kernelspecs", "/api/sessions", "/api/contents", "/api/config/x", "/api/terminals",
    "/api/nbconvert", "/api/resolvePath", "/files/x", "/view/x", "/terminals/1", "/nbconvert/html/x", "/kernelspecs/x",
    "/lab", "/tree", "/lsp",
)  # fmt: skip


def environment(home: Path) -> dict[str, str]:
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return {**path, "HOME": str(home), "JUPYTER_TOKEN": TOKEN, "CODEASSESS_MODEL": "offline"}


def arguments() -> list[str]:
    return ["--no-browser", *(["--allow-root"] if os.geteuid() == 0 else [])]


class Service:
    def __init__(self, home: Path) -> None:
        self.port = servers.free_port()
        self.log = home / "log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*COMMAND, f"--port={self.port}", "--ip=127.0.0.1", *arguments()],
                cwd=home,
                env=environment(home),
                stdout=output,
                stderr=output,
            )

    async def door(self) -> Door:
        """A door once the service is all there."""
        door = Door(AsyncHTTPClient(), port=self.port, base="", token=TOKEN)
        deadline = time.monotonic() + STARTUP
        while True:
            try:
                health = await door.get("/codeassess/health")
                if health.status == 200 and health.json["status"] == "ok":  # the jobs are loaded last
                    return door
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


async def test_it_serves_a_sitting_without_kernels_or_files_and_stops_in_order(service: Service) -> None:
    door = await service.door()
    health = (await door.get("/codeassess/health")).json
    assert (health["mode"], health["examiner"]) == ("service", "offline")
    for path in GONE:
        assert (await door.get(path)).status == 404, path
        assert (await door.post(path)).status in (403, 404, 405), path
    begun = await door.post("/sessions/")
    assert (begun.status, begun.json["mode"], begun.json["owner"]) == (201, "service", "operator")
    talk, _ = await door.greet(begun.json["session_id"])
    await talk.ask({"message_type": "code_update", "seq": 1, "code": "a = 1\n"})
    assert (await door.holding(None).get("/sessions/")).status == 401
    service.process.send_signal(signal.SIGTERM)
    assert await talk.closed() == 4012
    assert await asyncio.to_thread(service.process.wait, 15) == 0
    assert "Traceback" not in service.log.read_text()


async def test_what_the_core_warns_of_has_its_time_and_level_in_the_log(service: Service, tmp_path: Path) -> None:
    door = await service.door()
    (tmp_path / ".local/share/jupyter/codeassess/chroma").write_text("a file where a folder should be")
    talk, _ = await door.greet(await door.begin())
    await talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
    await talk.until("question")
    warned = [line for line in service.log.read_text().splitlines() if "without retrieval" in line]
    assert warned and all(re.match(r"\[W \d{4}-\d\d-\d\d .* codeassess_core.memory\] ", line) for line in warned)


def test_its_help_lists_our_settings(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--help-all"], env=environment(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    for setting in fields(Settings):
        assert f"--CodeAssess.{setting.name}=" in done.stdout


def test_a_wrong_setting_ends_it_with_a_sentence(tmp_path: Path) -> None:
    wrong = [*COMMAND, "--CodeAssess.cool_down=-1", f"--port={servers.free_port()}", *arguments()]
    done = subprocess.run(wrong, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "codeassess is not loaded: cool_down must be a number that is not negative." in done.stderr
    assert "Traceback" not in done.stderr


def test_jupyter_finds_it_by_its_name() -> None:
    (script,) = entry_points(group="console_scripts", name="jupyter-codeassess")
    assert script.value == "codeassess_ext.service:main"
