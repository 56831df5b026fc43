"""SQLite files: durable at each commit, and readable only by their owner."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from .sqlite_time import supply_subsec

_SWITCH_ATTEMPTS = 100


def make_private(folder: Path) -> None:
    """Make the folder and its missing parents, accessible only to their owner."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for its owner only, unless it exists. SQLite gives its other files the same mode."""
    make_private(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def prepare_sqlite(engine: Engine, *, foreign_keys: bool = True, busy: float = 10.0) -> None:
    """Settings: durable at each commit, readers beside one writer, and writers that wait up to `busy` seconds."""
    switch = "ON" if foreign_keys else "OFF"
    pragmas = (
        f"busy_timeout={max(1, round(busy * 1000))}",
        "synchronous=FULL",
        f"foreign_keys={switch}",
        "secure_delete=ON",  # deleted data is overwritten
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the transactions begin below
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()
        supply_subsec(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first cannot wait for the write lock later: take the lock at once.
        reading = connection.get_execution_options().get("codeassess_read")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _write_ahead(cursor: Any) -> None:
    """Switch the file to WAL. SQLite fails at once when another process does the same, so we retry."""
    for attempt in range(1, _SWITCH_ATTEMPTS + 1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == _SWITCH_ATTEMPTS:
                raise
            time.sleep(0.02)
