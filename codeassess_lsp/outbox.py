"""The messages of a sitting that the server has not acknowledged, in order, each with its number."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Final

from .claim import Claim

MERGE_SECONDS: Final = 2.0
MERGE_CHARACTERS: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message that is not acknowledged. `frame` is its JSON with its number."""

    seq: int
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A message before it has a number, as JSON. `document`: the one it is about, when it is a text.

    `delta`: the same text as a change to the one before it, which is what is sent as long as the server agrees.
    """

    json: str
    delta: str | None = None
    document: str | None = None
    typing: bool = False  #: may be replaced by a later state of the same document, while nobody has seen it


class Outbox:
    """Numbers are contiguous; the first of a session is 1. Every write raises Superseded (`Claim`)."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._db = claim.db
        self.session = claim.session

    def add(self, body: Body, *, sent_up_to: int) -> int:
        """Put a message at the end; returns its seq.

        A text that nobody has seen gives way to its next state, when the two lie near each
        other or a long time offline has piled up many.
        """
        with self._claim.writing() as db:
            row = db.execute(
                "SELECT seq, document, typing, at FROM entries WHERE session = ? ORDER BY seq DESC LIMIT 1",
                (self.session,),
            ).fetchone()
            seq, at, delta = (row[0] if row else self._acked()) + 1, time.time(), body.delta
            if row and row[0] > sent_up_to and self._gives_way(row, body):
                seq, at, delta = row[0], row[3], None  # it was made from the text that gives way
            db.execute(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.session, seq, body.json, delta, body.document, body.typing, at),
            )
            return int(seq)

    def _gives_way(self, row: tuple[int, str | None, int, float], body: Body) -> bool:
        if body.document is None or row[1] != body.document or not (row[2] and body.typing):
            return False
        return time.time() - row[3] < MERGE_SECONDS or self._piled_up() > MERGE_CHARACTERS

    def _piled_up(self) -> int:
        row = self._db.execute("SELECT sum(length(body)) FROM entries WHERE session = ?", (self.session,)).fetchone()
        return int(row[0] or 0)

    def next(self, seq: int) -> Entry | None:
        """The first message from `seq` on."""
        row = self._db.execute(
            "SELECT seq, coalesce(delta, body) FROM entries WHERE session = ? AND seq >= ? ORDER BY seq LIMIT 1",
            (self.session, seq),
        ).fetchone()
        return Entry(seq=row[0], frame=f'{{"seq":{row[0]},{row[1][1:]}') if row else None

    def waiting(self) -> tuple[int, float | None]:
        """How many messages are not acknowledged, and since when (seconds since 1970) the oldest of them waits."""
        row = self._db.execute("SELECT count(*), min(at) FROM entries WHERE session = ?", (self.session,)).fetchone()
        return int(row[0]), row[1]

    def last(self) -> int:
        """The seq of the last message that waits; 0 when none does."""
        row = self._db.execute("SELECT max(seq) FROM entries WHERE session = ?", (self.session,)).fetchone()
        return int(row[0] or 0)

    def acknowledge(self, seq: int) -> None:
        """The server has everything up to `seq`."""
        with self._claim.writing() as db:
            db.execute("DELETE FROM entries WHERE session = ? AND seq <= ?", (self.session, seq))
            db.execute("UPDATE sittings SET acked = max(acked, ?) WHERE session = ?", (seq, self.session))

    def renumber(self, seq: int, expected: int) -> None:
        """The server stands elsewhere than we thought: what is from `seq` on is numbered from `expected` on."""
        with self._claim.writing() as db:
            rows = db.execute(
                "SELECT body, delta, document, typing, at FROM entries WHERE session = ? AND seq >= ? ORDER BY seq",
                (self.session, seq),
            ).fetchall()
            db.execute("DELETE FROM entries WHERE session = ? AND seq >= ?", (self.session, seq))
            if not db.execute("SELECT 1 FROM entries WHERE session = ?", (self.session,)).fetchone():
                db.execute("UPDATE sittings SET acked = ? WHERE session = ?", (expected - 1, self.session))
            db.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(self.session, expected + n, *row) for n, row in enumerate(rows)],
            )

    def drop(self, seq: int) -> None:
        """The server will never take this message, and its number is free."""
        with self._claim.writing() as db:
            db.execute("DELETE FROM entries WHERE session = ? AND seq = ?", (self.session, seq))
        self.renumber(seq, seq)

    def make_whole(self, seq: int) -> bool:
        """Send the whole text instead of a change; False when that is what was sent."""
        with self._claim.writing() as db:
            changed = db.execute(
                "UPDATE entries SET delta = NULL WHERE session = ? AND seq = ? AND delta IS NOT NULL",
                (self.session, seq),
            )
            return changed.rowcount > 0

    def without_hash(self, seq: int) -> None:
        """Send this text without the hash that the server does not agree with."""
        with self._claim.writing() as db:
            row = db.execute("SELECT body FROM entries WHERE session = ? AND seq = ?", (self.session, seq)).fetchone()
            if row:
                body = {name: value for name, value in json.loads(row[0]).items() if name != "sha256"}
                db.execute(
                    "UPDATE entries SET body = ? WHERE session = ? AND seq = ?",
                    (json.dumps(body, ensure_ascii=False), self.session, seq),
                )

    def _acked(self) -> int:
        row = self._db.execute("SELECT acked FROM sittings WHERE session = ?", (self.session,)).fetchone()
        return int(row[0])
