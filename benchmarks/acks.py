"""Acked updates a second and their latency, through the whole server, on Postgres.

    python -m benchmarks acks --load DIR [--sessions 50 500] [--seconds 6]
    python -m benchmarks acks --load DIR --compare PYTHON

`DIR` holds the load client `load.py`, which replays typing, measures acks and proves from
the server's own list of snapshots that no acked update is missing. With `--compare`, its
`compare.py` runs under that Python and measures, in the same rounds, a reference peer (also with its
blocking work in threads), a bare Tornado socket that stores nothing, and a prototype of the
record path alone; so the ratios hold whatever else the machine is doing. The CPU time of an ack is that
of the server and of all processes of Postgres.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg

from tests.servers import fresh_database, postgres_server

from .server import Server, jupyter_server

_OTHERS = ("peer", "Tornado sink", "raw frames")  # by parts of their names in compare.py
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
        client = _client(server, _postmaster(url))
        if options.compare:
            _compare(server, client, options)
        else:
            for sessions in options.sessions:
                _load(server, client, options, sessions)


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


def _client(server: Server, postgres: int | None) -> list[str]:
    """How the load client speaks to us, and whose CPU time it counts."""
    counted = [server.pid] if postgres is None else [server.pid, postgres]
    return [
        *("--header", f"Authorization: token {server.token}"),
        *("--create-path", "/sessions/", "--create-body", "{}", "--id-field", "session_id", "--cumulative"),
        *("--ws-path", "/ws/session/{id}", "--verify-path", "/sessions/{id}/snapshots/"),
        *("--pids", ",".join(map(str, counted))),
    ]


def _postmaster(url: str) -> int | None:
    """The process of which all of Postgres are children; None where it is on another machine."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        status = Path(f"/proc/{connection.info.backend_pid}/status")
        found = re.search(r"^PPid:\s+(\d+)", status.read_text(), re.MULTILINE) if status.exists() else None
    return int(found[1]) if found else None


def _load(server: Server, client: list[str], options: argparse.Namespace, sessions: int) -> None:
    command = [sys.executable, "load.py", "--base-url", server.url, *client]
    how = ["--sessions", str(sessions), "--duration", str(options.seconds)]
    subprocess.run(command + how, cwd=options.load, check=True)


def _compare(server: Server, client: list[str], options: argparse.Namespace) -> None:
    command = [str(options.compare.absolute()), "compare.py", "closed", "--only", *_OTHERS]
    command += ["--sessions", *map(str, options.sessions), "--rounds", str(options.rounds)]
    command += ["--seconds", str(options.seconds), "--also", f"codeassess={server.url}"]
    subprocess.run([*command, "--also-args", shlex.join(client)], cwd=options.load, check=True)
