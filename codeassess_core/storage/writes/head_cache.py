"""The heads of the sessions that are being written: their counters, and the last text of each document.

This is only a cache. A head is used while it agrees with the session's row, which is checked
under the row's lock or in the condition of the fast write; else it is read again from the
database.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from ...documents.renames import Rename
from ..delta import KEY_EVERY
from .bulk import Locked

MAX_CHARACTERS = 64 * 1024 * 1024


class DocumentHead(msgspec.Struct, frozen=True):
    """The last snapshot of one document: text, number of its keyframe, length of its chain, language."""

    text: str
    keyframe: int
    length: int
    language: str | None = None

    def renamed(self) -> DocumentHead:
        """The head under another name. Its next snapshot is a keyframe, because a chain has one name."""
        return replace(self, length=KEY_EVERY)


@dataclass(slots=True)
class SessionHead:
    """The documents of one session at snapshot `n`. `complete`: documents that are not here do not exist.

    `row` is the session's row as this process last wrote it.
    """

    n: int
    complete: bool
    documents: dict[str, DocumentHead] = field(default_factory=dict)
    row: Locked | None = None

    def copy(self) -> SessionHead:
        return SessionHead(self.n, self.complete, dict(self.documents), self.row)

    def knows(self, document: str) -> bool:
        """True when the document's last text is known, or that it has none."""
        return self.complete or document in self.documents

    def rename(self, renames: Iterable[Rename]) -> None:
        """Move the heads of renamed documents to their new names."""
        for rename in renames:
            moved = self.documents.pop(rename.before, None)
            if moved is not None:
                self.documents[rename.after] = moved.renamed()
            elif not self.complete:
                self.documents.pop(rename.after, None)  # its head has to be read from the database

    @property
    def characters(self) -> int:
        return sum(len(d.text) for d in self.documents.values())


class HeadCache:
    """When the texts exceed `limit` characters, the least recently written sessions are dropped."""

    def __init__(self, limit: int = MAX_CHARACTERS) -> None:
        self._limit = limit
        self._heads: OrderedDict[str, SessionHead] = OrderedDict()
        self._characters = 0

    def get(self, session_id: str, n: int) -> SessionHead:
        """A copy of the session's head if it is at snapshot `n`, else an empty head."""
        head = self._heads.get(session_id)
        if head is not None and head.n == n:
            return head.copy()
        return SessionHead(n, complete=n == 0)

    def last(self, session_id: str) -> SessionHead | None:
        """A copy of the session's head, which may be older than the database."""
        head = self._heads.get(session_id)
        return head.copy() if head is not None else None

    def put(self, session_id: str, head: SessionHead) -> None:
        """Keep the head; call it after the commit only."""
        self._drop(session_id)
        self._heads[session_id] = head
        self._characters += head.characters
        while self._characters > self._limit and len(self._heads) > 1:
            self._drop(next(iter(self._heads)))

    def _drop(self, session_id: str) -> None:
        head = self._heads.pop(session_id, None)
        if head is not None:
            self._characters -= head.characters
