"""The part of one sitting in the ledger (`codeassess_lsp.ledger`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .claim import Claim
from .outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the candidate wrote to a question: a `draft`, an `answer`, or `deferred`."""

    text: str
    state: str


class SittingLedger:
    """Every write raises Superseded once another process has taken over."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._db = claim.db
        self.session = claim.session
        self.outbox = Outbox(claim)

    # ── documents

    def documents(self) -> dict[str, str]:
        """The documents in the session: their names by uri."""
        rows = self._db.execute("SELECT uri, name FROM documents WHERE session = ?", (self.session,))
        return dict(rows.fetchall())

    def put_in(self, uri: str, name: str) -> None:
        with self._claim.writing() as db:
            db.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (self.session, uri, name))

    def take_out(self, uri: str) -> None:
        with self._claim.writing() as db:
            db.execute("DELETE FROM documents WHERE session = ? AND uri = ?", (self.session, uri))

    # ── conversation

    def events(self) -> list[dict[str, Any]]:
        """Every event that came, in order."""
        rows = self._db.execute(
            "SELECT message FROM events WHERE session = ? ORDER BY event_seq", (self.session,)
        ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def cursor(self) -> tuple[int, str | None]:
        """The last event that came, and the epoch in which it was counted."""
        row = self._db.execute(
            "SELECT (SELECT max(event_seq) FROM events WHERE session = s.session), epoch "
            "FROM sittings s WHERE session = ?",
            (self.session,),
        ).fetchone()
        return int(row[0] or 0), row[1]

    def note_event(self, message: Mapping[str, Any]) -> None:
        with self._claim.writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?)",
                (self.session, message["event_seq"], json.dumps(message, ensure_ascii=False)),
            )

    def count_from(self, epoch: str, *, anew: bool) -> None:
        """Events are counted in this epoch; `anew`: what came before is no longer of it."""
        with self._claim.writing() as db:
            if anew:
                db.execute("DELETE FROM events WHERE session = ?", (self.session,))
            db.execute("UPDATE sittings SET epoch = ? WHERE session = ?", (epoch, self.session))

    def written(self) -> dict[str, Written]:
        """What the candidate wrote, by question."""
        rows = self._db.execute("SELECT question, text, state FROM answers WHERE session = ?", (self.session,))
        return {question: Written(text=text, state=state) for question, text, state in rows}

    def write(self, question: str, written: Written) -> None:
        with self._claim.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                (self.session, question, written.text, written.state),
            )

    # ── end

    def end(self, *, left: bool = False) -> None:
        """The session has ended, or the candidate has left it: it is not taken up again by itself."""
        with self._claim.writing() as db:
            db.execute(f"UPDATE sittings SET {'departed' if left else 'ended'} = 1 WHERE session = ?", (self.session,))
