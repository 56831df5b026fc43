"""Acked updates a second and their latency, through the whole server, on Postgres.

    python -m benchmarks acks --load DIR [--sessions 50 500] [--seconds 6]
    python -m benchmarks acks --load DIR --compare PYTHON

`DIR` holds the load client `load.py`, which replays typing, measures acks and proves from
the server's own list of snapshots that no acked update is missing. With `--compare`, its
`compare.py` runs under that Python and measures a reference peer in the same rounds,
so that the ratio holds whatever else the machine is doing.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.servers import fresh_database, postgres_server

from .server import Server, jupyter_server

WARM_UP_SECONDS = 6.0  # until DBOS and the rest have been loaded in the background


def main(arguments: list[str]) -> None:
    """Measure, and print what the load client prints."""
    options = _options(arguments)
    with (
        postgres_server() as postgres,
        fresh_database(postgres) as url,
        jupyter_server(database_url=url, rate_limit="0") as server,
    ):
        _warm_up(server)
        if options.compare:
            _compare(server, options)
        else:
            for sessions in options.sessions:
                _load(server, options, sessions)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks acks", description=__doc__.splitlines()[0])
    parser.add_argument("--load", type=Path, required=True, help="the folder with load.py")
    parser.add_argument("--compare", type=Path, help="a Python with what compare.py needs")
    parser.add_argument("--sessions", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


def _warm_up(server: Server) -> None:
    httpx.post(f"{server.url}/sessions/", headers={"Authorization": f"token {server.token}"}, timeout=60)
    time.sleep(WARM_UP_SECONDS)


def _client(server: Server) -> list[str]:
    """How the load client speaks to us."""
    return [
        *("--header", f"Authorization: token {server.token}"),
        *("--create-path", "/sessions/", "--create-body", "{}", "--id-field", "session_id", "--cumulative"),
        *("--ws-path", "/ws/session/{id}", "--verify-path", "/sessions/{id}/snapshots/"),
        *("--pids", str(server.pid)),
    ]


def _load(server: Server, options: argparse.Namespace, sessions: int) -> None:
    command = [sys.executable, "load.py", "--base-url", server.url, *_client(server)]
    how = ["--sessions", str(sessions), "--duration", str(options.seconds)]
    subprocess.run(command + how, cwd=options.load, check=True)


def _compare(server: Server, options: argparse.Namespace) -> None:
    command = [str(options.compare.absolute()), "compare.py", "closed", "--only", "peer"]
    command += ["--sessions", *map(str, options.sessions), "--rounds", str(options.rounds)]
    command += ["--seconds", str(options.seconds), "--also", f"codeassess={server.url}"]
    subprocess.run([*command, "--also-args", shlex.join(_client(server))], cwd=options.load, check=True)
