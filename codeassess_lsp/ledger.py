"""What survives this process: a SQLite file in the user's data directory, one for all windows.

It holds, for each sitting (a session as this editor knows it): the messages that the
server has not acknowledged, which documents are in the session, the events that came,
answers and drafts. The newest process that opens a sitting writes in it; one that was
superseded learns so at its next write, because every write first claims the row.

Not `codeassess_core.cli.client`: that keeps its messages in memory, which is right for a
command that ends with its session, and gives up after a minute, which an editor must not.
"""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .claim import Claim
from .sitting_ledger import SittingLedger

KEEP_SECONDS: Final = 30 * 24 * 3600.0

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sittings (
    session TEXT PRIMARY KEY, place TEXT NOT NULL, folder TEXT NOT NULL, consented_at REAL,
    acked INTEGER NOT NULL, epoch TEXT, ended INTEGER NOT NULL DEFAULT 0, departed INTEGER NOT NULL DEFAULT 0,
    opened_at REAL NOT NULL, writer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    session TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, delta TEXT, document TEXT, typing INTEGER NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (session, seq));
CREATE TABLE IF NOT EXISTS documents (
    session TEXT NOT NULL, uri TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (session, uri));
CREATE TABLE IF NOT EXISTS events (
    session TEXT NOT NULL, event_seq INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (session, event_seq));
CREATE TABLE IF NOT EXISTS answers (
    session TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (session, question));
"""
_TABLES: Final = ("entries", "documents", "events", "answers", "sittings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A sitting that this machine has seen. `place`: the server's URL, or "embedded"."""

    session: str
    place: str
    ended: bool


class Ledger:
    """The file. Every method raises sqlite3.Error when the disk is full or away."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # it holds code: nobody else's business
        self._db = sqlite3.connect(path, timeout=10.0)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._forget_old()

    def close(self) -> None:
        self._db.close()

    def latest(self, folder: str, place: str) -> Known | None:
        """The sitting of a folder that was neither left nor ended, the newest."""
        row = self._db.execute(
            "SELECT session, place, ended FROM sittings WHERE folder = ? AND place = ? AND NOT ended AND NOT departed "
            "ORDER BY opened_at DESC LIMIT 1",
            (folder, place),
        ).fetchone()
        return Known(session=row[0], place=row[1], ended=bool(row[2])) if row else None

    def consented(self, session: str) -> bool:
        """Has the candidate agreed to this session on this machine?"""
        row = self._db.execute("SELECT consented_at FROM sittings WHERE session = ?", (session,)).fetchone()
        return row is not None and row[0] is not None

    def begin(self, session: str, *, place: str, folder: str, acked: int) -> None:
        """Note a sitting to which the candidate has agreed; nothing changes when it is known."""
        now = time.time()
        with self._db:
            self._db.execute(
                "INSERT INTO sittings (session, place, folder, consented_at, acked, opened_at, writer) "
                "VALUES (?, ?, ?, ?, ?, ?, '') "
                "ON CONFLICT (session) DO UPDATE SET folder = excluded.folder, departed = 0",
                (session, place, folder, now, acked, now),
            )

    def sitting(self, session: str, writer: str) -> SittingLedger:
        """Take the sitting over: `writer` is who writes from now on."""
        with self._db:
            self._db.execute(
                "UPDATE sittings SET writer = ?, opened_at = ? WHERE session = ?", (writer, time.time(), session)
            )
        return SittingLedger(Claim(self._db, session, writer))

    def _forget_old(self) -> None:
        """What ended long ago is on the server; what was never delivered stays for whoever comes back for it."""
        with self._db:
            old = self._db.execute(
                "SELECT session FROM sittings s WHERE opened_at < ? AND (ended OR departed) "
                "AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.session = s.session)",
                (time.time() - KEEP_SECONDS,),
            ).fetchall()
            for table in _TABLES:
                self._db.executemany(f"DELETE FROM {table} WHERE session = ?", old)
