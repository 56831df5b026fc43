"""Where the sessions that are being written stand: their counters, and the last text of each document.

A cache and nothing more: a tail is used only while it agrees with the session's row,
under its lock or in the condition of the statement that moves it on; else it is read
again from the database.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from .bulk import Locked

MAX_CHARACTERS = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DocumentTail:
    """The last snapshot of one document: its text, where its chain starts, how long the chain is."""

    text: str
    keyframe: int
    length: int


@dataclass(slots=True)
class Tail:
    """The documents of one session as of snapshot `n`. `complete`: a document that is not here does not exist.

    `row` is the session's row as this process last left it.
    """

    n: int
    complete: bool
    documents: dict[str, DocumentTail] = field(default_factory=dict)
    row: Locked | None = None

    def copy(self) -> Tail:
        return Tail(self.n, self.complete, dict(self.documents), self.row)

    def knows(self, document: str) -> bool:
        """Is it known what the document's last text is, or that it has none?"""
        return self.complete or document in self.documents

    @property
    def characters(self) -> int:
        return sum(len(d.text) for d in self.documents.values())


class Tails:
    """Least recently written sessions leave first when the texts grow beyond `MAX_CHARACTERS`."""

    def __init__(self, limit: int = MAX_CHARACTERS) -> None:
        self._limit = limit
        self._tails: OrderedDict[str, Tail] = OrderedDict()
        self._characters = 0

    def get(self, session_id: str, n: int) -> Tail:
        """A copy of the session's tail if it is at `n`, else an empty one that knows nothing."""
        tail = self._tails.get(session_id)
        if tail is not None and tail.n == n:
            return tail.copy()
        return Tail(n, complete=n == 0)

    def last(self, session_id: str) -> Tail | None:
        """A copy of the session's tail, whatever others may have written since."""
        tail = self._tails.get(session_id)
        return tail.copy() if tail is not None else None

    def put(self, session_id: str, tail: Tail) -> None:
        """Keep the tail; call it after the commit only."""
        self._drop(session_id)
        self._tails[session_id] = tail
        self._characters += tail.characters
        while self._characters > self._limit and len(self._tails) > 1:
            self._drop(next(iter(self._tails)))

    def _drop(self, session_id: str) -> None:
        tail = self._tails.pop(session_id, None)
        if tail is not None:
            self._characters -= tail.characters
