"""The part of one session in the local store (`codeassess_lsp.sync.local_store`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .outbox import Outbox
from .write_lock import WriteLock


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the candidate wrote to a question: a `draft`, an `answer`, or `deferred`."""

    text: str
    state: str


class SessionStore:
    """Every write raises Superseded once another process has taken over."""

    def __init__(self, write_lock: WriteLock) -> None:
        self._write_lock = write_lock
        self._db = write_lock.db
        self.session = write_lock.session
        self.outbox = Outbox(write_lock)

    # ── documents

    def documents(self) -> dict[str, str]:
        """The documents in the session: their names by uri."""
        rows = self._db.execute("SELECT uri, name FROM documents WHERE session = ?", (self.session,))
        return dict(rows.fetchall())

    def add_document(self, uri: str, name: str) -> None:
        with self._write_lock.writing() as db:
            db.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (self.session, uri, name))

    def remove_document(self, uri: str) -> None:
        with self._write_lock.writing() as db:
            db.execute("DELETE FROM documents WHERE session = ? AND uri = ?", (self.session, uri))

    def rename(self, uri: str, name: str, *, former_uri: str, former: str) -> None:
        """A document of the session has another uri and another name."""
        with self._write_lock.writing() as db:
            db.execute("DELETE FROM documents WHERE session = ? AND uri = ?", (self.session, former_uri))
            db.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (self.session, uri, name))
            db.execute("INSERT INTO renames VALUES (?, ?, ?)", (self.session, former, name))

    def renames(self) -> list[tuple[str, str]]:
        """The former and the new name of each rename, in order."""
        return self._db.execute(
            "SELECT former, present FROM renames WHERE session = ? ORDER BY rowid", (self.session,)
        ).fetchall()

    # ── conversation

    def events(self) -> list[dict[str, Any]]:
        """Every event that was received, in order."""
        rows = self._db.execute(
            "SELECT message FROM events WHERE session = ? ORDER BY event_seq", (self.session,)
        ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def cursor(self) -> tuple[int, str | None]:
        """The number of the last event, and its epoch."""
        row = self._db.execute(
            "SELECT (SELECT max(event_seq) FROM events WHERE session = s.session), epoch "
            "FROM sessions s WHERE session = ?",
            (self.session,),
        ).fetchone()
        return int(row[0] or 0), row[1]

    def note_event(self, message: Mapping[str, Any]) -> None:
        with self._write_lock.writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?)",
                (self.session, message["event_seq"], json.dumps(message, ensure_ascii=False)),
            )

    def begin_epoch(self, epoch: str, *, anew: bool) -> None:
        """Events are numbered in this epoch; `anew`: delete the events of the epoch before."""
        with self._write_lock.writing() as db:
            if anew:
                db.execute("DELETE FROM events WHERE session = ?", (self.session,))
            db.execute("UPDATE sessions SET epoch = ? WHERE session = ?", (epoch, self.session))

    def written(self) -> dict[str, Written]:
        """What the candidate wrote, by question."""
        rows = self._db.execute("SELECT question, text, state FROM answers WHERE session = ?", (self.session,))
        return {question: Written(text=text, state=state) for question, text, state in rows}

    def write(self, question: str, written: Written) -> None:
        with self._write_lock.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                (self.session, question, written.text, written.state),
            )

    # ── end

    def end(self, *, left: bool = False) -> None:
        """The session has ended, or the candidate has left it: it is not resumed automatically."""
        with self._write_lock.writing() as db:
            db.execute(f"UPDATE sessions SET {'departed' if left else 'ended'} = 1 WHERE session = ?", (self.session,))
