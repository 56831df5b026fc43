"""What survives this process: a SQLite file in the user's data directory, one for all windows.

For each session it holds the messages that the server has not acknowledged, the documents
that are recorded, the events that were received, answers and drafts. The process that opened a
session last may write in it; one that was superseded finds out at its next write, because
every write first locks the row.

`codeassess_core.client.resend` is for commands: it keeps its messages in memory and gives up
after a minute, which an editor must not.
"""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .session_store import SessionStore
from .write_lock import WriteLock

KEEP_SECONDS: Final = 30 * 24 * 3600.0

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sessions (
    session TEXT PRIMARY KEY, place TEXT NOT NULL, folder TEXT NOT NULL, consented_at REAL,
    acked INTEGER NOT NULL, epoch TEXT, ended INTEGER NOT NULL DEFAULT 0, departed INTEGER NOT NULL DEFAULT 0,
    opened_at REAL NOT NULL, writer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    session TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, delta TEXT, document TEXT, typing INTEGER NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (session, seq));
CREATE TABLE IF NOT EXISTS documents (
    session TEXT NOT NULL, uri TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (session, uri));
CREATE TABLE IF NOT EXISTS renames (session TEXT NOT NULL, former TEXT NOT NULL, present TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    session TEXT NOT NULL, event_seq INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (session, event_seq));
CREATE TABLE IF NOT EXISTS answers (
    session TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (session, question));
"""
_TABLES: Final = ("entries", "documents", "renames", "events", "answers", "sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A session that this machine has seen. `backend`: the server's URL, or "embedded"."""

    session: str
    backend: str
    ended: bool


class LocalStore:
    """The file. Every method raises sqlite3.Error when the disk is full or away."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # it holds code: for this user only
        self._db = sqlite3.connect(path, timeout=10.0)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._forget_old()

    def close(self) -> None:
        self._db.close()

    def latest(self, folder: str, backend: str) -> Known | None:
        """The newest session of a folder that was neither left nor ended."""
        row = self._db.execute(
            "SELECT session, place, ended FROM sessions WHERE folder = ? AND place = ? AND NOT ended AND NOT departed "
            "ORDER BY opened_at DESC LIMIT 1",
            (folder, backend),
        ).fetchone()
        return Known(session=row[0], backend=row[1], ended=bool(row[2])) if row else None

    def consented(self, session: str) -> bool:
        """Has the candidate agreed to this session on this machine?"""
        row = self._db.execute("SELECT consented_at FROM sessions WHERE session = ?", (session,)).fetchone()
        return row is not None and row[0] is not None

    def begin(self, session: str, *, backend: str, folder: str, acked: int) -> None:
        """Note a session to which the candidate has agreed; nothing changes when it is known."""
        now = time.time()
        with self._db:
            self._db.execute(
                "INSERT INTO sessions (session, place, folder, consented_at, acked, opened_at, writer) "
                "VALUES (?, ?, ?, ?, ?, ?, '') "
                "ON CONFLICT (session) DO UPDATE SET folder = excluded.folder, departed = 0",
                (session, backend, folder, now, acked, now),
            )

    def client_session(self, session: str, writer: str, *, take: bool) -> SessionStore:
        """The session; with `take`, `writer` is who writes in it from now on."""
        if not take:
            return SessionStore(WriteLock(self._db, session, writer))
        with self._db:
            self._db.execute(
                "UPDATE sessions SET writer = ?, opened_at = ? WHERE session = ?", (writer, time.time(), session)
            )
        return SessionStore(WriteLock(self._db, session, writer))

    def _forget_old(self) -> None:
        """Delete what ended long ago and is on the server; what was never delivered stays."""
        with self._db:
            old = self._db.execute(
                "SELECT session FROM sessions s WHERE opened_at < ? AND (ended OR departed) "
                "AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.session = s.session)",
                (time.time() - KEEP_SECONDS,),
            ).fetchall()
            for table in _TABLES:
                self._db.executemany(f"DELETE FROM {table} WHERE session = ?", old)
