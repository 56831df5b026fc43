"""A real Jupyter Server with the extension, started for one command and stopped after it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import httpx

from ...client.errors import refusal
from ...documents.lines import split_lines
from ...errors import CodeAssessError
from ...settings import PREFIX, Settings
from ..output import LOG_TAIL

STARTUP_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0
LOG_LINES: Final = 15
_NOT_INHERITED: Final = ("JUPYTER", "JPY_", PREFIX)
"""Prefixes of variables that are set here, or that would change the server."""


class ServerDidNotStart(CodeAssessError):
    """The Jupyter Server did not come up."""

    code = "server_did_not_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """Its URL, the operator's token, and its log file."""

    url: str
    token: str
    log: Path


@contextmanager
def jupyter_server(folder: Path, settings: Settings) -> Iterator[RunningServer]:
    """Start a server on a free port of this machine, with all its files in `folder`; it is stopped at the end.

    It has its own process group, so that Ctrl-C in the terminal does not reach it directly.

    Raises:
        ServerDidNotStart: it died, did not answer, or cannot reach its database; with the last lines of its log.
    """
    token, log = secrets.token_urlsafe(32), folder / "server.log"
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(),
            cwd=work,
            env=_environment(folder, settings, token),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield RunningServer(url=_await(process, folder, token), token=token, log=log)
    finally:
        _stop(process)


def _command() -> list[str]:
    command = [sys.executable, "-P", "-m", "jupyter", "server", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    command.append('--ServerApp.jpserver_extensions={"codeassess_ext": True}')
    return command + (["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])


def _environment(folder: Path, settings: Settings, token: str) -> dict[str, str]:
    """Our environment, without the settings of another Jupyter. The token is here, because everybody may read argv."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    chosen = {
        PREFIX + setting.name.upper(): str(value)
        for setting in fields(settings)
        if (value := getattr(settings, setting.name)) != ""
    }
    return {
        **inherited,
        **chosen,
        "JUPYTER_TOKEN": token,
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter" / "config"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter" / "data"),
        "JUPYTER_RUNTIME_DIR": str(_runtime(folder)),
    }


def _runtime(folder: Path) -> Path:
    return folder / "jupyter" / "runtime"


def _await(process: subprocess.Popen[bytes], folder: Path, token: str) -> str:
    """The server's URL, once codeassess answers there."""
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _not_started(f"The Jupyter Server ended with {process.returncode}.", folder)
        url = _listening(process.pid, folder)
        if url is not None and _answers(url, token, folder):
            return url
        time.sleep(0.05)
    raise _not_started(f"The Jupyter Server did not answer within {STARTUP_SECONDS:g} s.", folder)


def _listening(pid: int, folder: Path) -> str | None:
    """The URL that the server wrote to its runtime file (it chose its port itself)."""
    with suppress(OSError, ValueError):  # it does not exist yet, or is incomplete
        written: Mapping[str, object] = json.loads((_runtime(folder) / f"jpserver-{pid}.json").read_bytes())
        return str(written["url"]).rstrip("/")
    return None


def _answers(url: str, token: str, folder: Path) -> bool:
    try:
        response = httpx.get(
            f"{url}/codeassess/health", headers={"Authorization": f"token {token}"}, timeout=30.0, trust_env=False
        )
    except httpx.TransportError:
        return False
    if not response.is_success:
        raise _not_started(f"codeassess cannot work: {refusal(response, url).message}", folder)
    return True


def _not_started(message: str, folder: Path) -> ServerDidNotStart:
    lines = split_lines((folder / "server.log").read_text(errors="replace"))
    return ServerDidNotStart(message, **{LOG_TAIL: lines[-LOG_LINES:]})


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, then kill the rest of its process group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
