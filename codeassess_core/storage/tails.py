"""The last text of each document of the sessions that are being written: what the next delta is made against.

A cache and nothing more: a tail is used only while its snapshot number agrees with
the session's row under the lock, else it is read again from the database.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

MAX_CHARACTERS = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DocumentTail:
    """The last snapshot of one document: its text, where its chain starts, how long the chain is."""

    text: str
    keyframe: int
    length: int


@dataclass(slots=True)
class Tail:
    """The documents of one session as of snapshot `n`. `complete`: a document that is not here does not exist."""

    n: int
    complete: bool
    documents: dict[str, DocumentTail] = field(default_factory=dict)

    def copy(self) -> Tail:
        return Tail(self.n, self.complete, dict(self.documents))

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
