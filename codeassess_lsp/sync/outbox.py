"""The messages of a session that the server has not acknowledged, in order, each with its number."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import Final

from .write_lock import WriteLock

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
    typing: bool = False  #: may be replaced by a later text of the same document, as long as it was not sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message that waits. `question`: the one that it answers or defers."""

    message_type: str
    question: str | None


class Outbox:
    """Numbers are contiguous; the first of a session is 1. Every write raises Superseded (`WriteLock`)."""

    def __init__(self, write_lock: WriteLock) -> None:
        self._write_lock = write_lock
        self._db = write_lock.db
        self.session = write_lock.session
        self._opened = time.monotonic()
        self._put: dict[int, float] = {}  # by seq: when it was added, on the monotonic clock, which nobody can set

    def add(self, body: Body, *, sent_up_to: int) -> int:
        """Add a message at the end; returns its seq.

        A text that was not sent is replaced by the next one of its document, when it is less than
        two seconds old, or when many have piled up offline.
        """
        with self._write_lock.writing() as db:
            row = db.execute(
                "SELECT seq, document, typing, at FROM entries WHERE session = ? ORDER BY seq DESC LIMIT 1",
                (self.session,),
            ).fetchone()
            seq, at, delta = (row[0] if row else self._acked()) + 1, time.time(), body.delta
            if row and row[0] > sent_up_to and self._is_replaced(row, body):
                seq, at, delta = row[0], row[3], None  # the change was made from the text that is replaced
            db.execute(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.session, seq, body.json, delta, body.document, body.typing, at),
            )
            self._put.setdefault(int(seq), time.monotonic())
            return int(seq)

    def _is_replaced(self, row: tuple[int, str | None, int, float], body: Body) -> bool:
        if body.document is None or row[1] != body.document or not (row[2] and body.typing):
            return False
        age = time.monotonic() - self._put.get(row[0], -math.inf)
        return age < MERGE_SECONDS or self._piled_up() > MERGE_CHARACTERS

    def _piled_up(self) -> int:
        row = self._db.execute("SELECT sum(length(body)) FROM entries WHERE session = ?", (self.session,)).fetchone()
        return int(row[0] or 0)

    def next(self, seq: int) -> Entry | None:
        """The first message from `seq` on; None when none waits."""
        row = self._db.execute(
            "SELECT seq, coalesce(delta, body) FROM entries WHERE session = ? AND seq >= ? ORDER BY seq LIMIT 1",
            (self.session, seq),
        ).fetchone()
        return Entry(seq=row[0], frame=f'{{"seq":{row[0]},{row[1][1:]}') if row else None

    def waiting(self) -> tuple[int, float]:
        """How many messages are not acknowledged, and for how many seconds the oldest of them has waited here."""
        row = self._db.execute("SELECT count(*), min(seq) FROM entries WHERE session = ?", (self.session,)).fetchone()
        return int(row[0]), time.monotonic() - self._put.get(row[1], self._opened) if row[0] else 0.0

    def contents(self, first: int, last: int) -> list[Content]:
        """What waits, from one seq to another, both included."""
        rows = self._db.execute(
            "SELECT json_extract(body, '$.message_type'), json_extract(body, '$.interaction_id') FROM entries "
            "WHERE session = ? AND seq BETWEEN ? AND ? ORDER BY seq",
            (self.session, first, last),
        )
        return [Content(message_type=message_type, question=question) for message_type, question in rows]

    def waits(self, message_type: str) -> bool:
        """Does a message of this type wait?"""
        return any(content.message_type == message_type for content in self.contents(0, self.last()))

    def last(self) -> int:
        """The seq of the last message that waits; 0 when none does."""
        row = self._db.execute("SELECT max(seq) FROM entries WHERE session = ?", (self.session,)).fetchone()
        return int(row[0] or 0)

    def acknowledge(self, seq: int) -> None:
        """The server has everything up to `seq`."""
        with self._write_lock.writing() as db:
            db.execute("DELETE FROM entries WHERE session = ? AND seq <= ?", (self.session, seq))
            db.execute("UPDATE sessions SET acked = max(acked, ?) WHERE session = ?", (seq, self.session))
        self._put = {put: at for put, at in self._put.items() if put > seq}

    def renumber(self, seq: int, expected: int) -> None:
        """The server expects another number: the messages from `seq` on are numbered from `expected` on."""
        with self._write_lock.writing() as db:
            rows = db.execute(
                "SELECT seq, body, delta, document, typing, at FROM entries "
                "WHERE session = ? AND seq >= ? ORDER BY seq",
                (self.session, seq),
            ).fetchall()
            db.execute("DELETE FROM entries WHERE session = ? AND seq >= ?", (self.session, seq))
            if not db.execute("SELECT 1 FROM entries WHERE session = ?", (self.session,)).fetchone():
                db.execute("UPDATE sessions SET acked = ? WHERE session = ?", (expected - 1, self.session))
            db.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(self.session, expected + n, *row[1:]) for n, row in enumerate(rows)],
            )
        moved = {expected + n: self._put[row[0]] for n, row in enumerate(rows) if row[0] in self._put}
        self._put = {put: at for put, at in self._put.items() if put < seq} | moved

    def drop(self, seq: int) -> None:
        """The server refuses this message for good, and its number is free."""
        with self._write_lock.writing() as db:
            db.execute("DELETE FROM entries WHERE session = ? AND seq = ?", (self.session, seq))
        self.renumber(seq, seq)

    def make_whole(self, seq: int) -> bool:
        """Send the whole text instead of a change; False when that is what was sent."""
        with self._write_lock.writing() as db:
            changed = db.execute(
                "UPDATE entries SET delta = NULL WHERE session = ? AND seq = ? AND delta IS NOT NULL",
                (self.session, seq),
            )
            return changed.rowcount > 0

    def without_hash(self, seq: int) -> None:
        """Send this text without the hash that the server does not agree with."""
        with self._write_lock.writing() as db:
            row = db.execute("SELECT body FROM entries WHERE session = ? AND seq = ?", (self.session, seq)).fetchone()
            if row:
                body = {name: value for name, value in json.loads(row[0]).items() if name != "sha256"}
                db.execute(
                    "UPDATE entries SET body = ? WHERE session = ? AND seq = ?",
                    (json.dumps(body, ensure_ascii=False), self.session, seq),
                )

    def _acked(self) -> int:
        row = self._db.execute("SELECT acked FROM sessions WHERE session = ?", (self.session,)).fetchone()
        return int(row[0])
