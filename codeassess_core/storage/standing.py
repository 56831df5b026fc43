"""One session inside a batch: how updates become rows, and where the session then stands. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..clock import new_id
from ..entries import CodeEntry
from ..errors import DocumentTooBig, HashMismatch
from ..model import MAX_DOCUMENT_BYTES, Cause, SessionStatus
from ..triggers import largest_insertion
from . import delta
from .bulk import Advance, CodeRow, Locked
from .tails import DocumentTail, Tail

_PASTE_CHARACTERS = 120  # a smaller insertion in one update is typing; spares most updates the search


@dataclass(slots=True)
class Standing:
    """The counters and texts of a session as they will be after the commit. `locked` is as they were before it."""

    locked: Locked
    tail: Tail
    acked_seq: int
    interaction_count: int
    fresh: dict[int, tuple[str, bytes, int]] = field(default_factory=dict)
    last_at: datetime | None = None

    @classmethod
    def at(cls, locked: Locked, tail: Tail) -> Standing:
        """Before the first update of the batch."""
        return cls(locked, tail, locked.acked_seq, locked.interaction_count)

    def is_followed_by(self, entries: Sequence[CodeEntry]) -> bool:
        """Do the entries carry on from here, each with the next seq and in a document whose last text is known?"""
        acked = self.acked_seq
        for entry in entries:
            if not self.tail.knows(entry.document) or entry.client_seq not in (None, acked + 1):
                return False
            acked = acked if entry.client_seq is None else entry.client_seq
        return self.locked.status == SessionStatus.ACTIVE

    def take(self, entry: CodeEntry) -> CodeRow:
        """The update as a row; the standing moves on past it.

        Raises:
            InvalidInput, DocumentTooBig, HashMismatch: it cannot be applied; nothing has moved.
        """
        before = self.tail.documents.get(entry.document)
        code = entry.text_after(before.text if before else "")
        text = code.encode()
        digest = hashlib.sha256(text).digest()
        _check(entry, text, digest)
        body, keyframe = self._store(entry.document, code, before)
        self.interaction_count += 1
        self.last_at = entry.received_at
        if entry.client_seq is not None:
            self.acked_seq = entry.client_seq
            self.fresh[entry.client_seq] = (entry.document, digest, self.tail.n)
        return CodeRow(
            session_id=entry.session_id,
            tenant=self.locked.tenant,
            seq=self.interaction_count,
            id=new_id(),
            client_seq=entry.client_seq,
            payload=_payload(entry.cause, before.text if before else "", code, self.tail.n),
            n=self.tail.n,
            document=entry.document,
            keyframe=keyframe,
            form=body.form,
            body=body.data,
            sha256=digest,
            bytes=len(text),
            created_at=entry.received_at,
        )

    def _store(self, document: str, code: str, before: DocumentTail | None) -> tuple[delta.Body, int]:
        """The body of the new snapshot and the number of its keyframe; the tail moves on."""
        self.tail.n += 1
        chained = before if before is not None and before.length < delta.KEY_EVERY else None
        body = delta.encode(chained.text if chained else None, code)
        if chained is None or body.form == delta.KEY:
            after = DocumentTail(code, keyframe=self.tail.n, length=1)
        else:
            after = DocumentTail(code, keyframe=chained.keyframe, length=chained.length + 1)
        self.tail.documents[document] = after
        return body, after.keyframe

    def advance(self) -> Advance:
        """The session's new counters. Only for a standing that has taken something."""
        assert self.last_at is not None
        return Advance(
            session_id=self.locked.id,
            acked_seq=self.acked_seq,
            interaction_count=self.interaction_count,
            snapshot_count=self.tail.n,
            last_update_at=self.last_at,
            was_acked_seq=self.locked.acked_seq,
            was_interaction_count=self.locked.interaction_count,
            was_snapshot_count=self.locked.snapshot_count,
        )

    def as_tail(self) -> Tail:
        """Where the session stands, to be remembered after the commit."""
        self.tail.row = replace(
            self.locked,
            acked_seq=self.acked_seq,
            interaction_count=self.interaction_count,
            snapshot_count=self.tail.n,
        )
        return self.tail


def _check(entry: CodeEntry, text: bytes, digest: bytes) -> None:
    """What a client must not get wrong: the size of the text, and its hash when it sent one."""
    if len(text) > MAX_DOCUMENT_BYTES:
        raise DocumentTooBig(f"A document may have {MAX_DOCUMENT_BYTES} bytes of UTF-8.", limit=MAX_DOCUMENT_BYTES)
    if entry.sha256 is not None and entry.sha256 != digest.hex():
        raise HashMismatch(field="sha256")


def _payload(cause: Cause | None, before: str, code: str, n: int) -> dict[str, Any] | None:
    """What the record says of an update besides its code; nothing for plain typing, which most are."""
    payload: dict[str, Any] = {}
    if cause not in (None, Cause.TYPING):
        payload["cause"] = str(cause)
    if len(code) - len(before) >= _PASTE_CHARACTERS and before:
        paste = largest_insertion(before, code)
        if paste is not None:
            payload["pasted"] = {"start_line": paste.start_line, "end_line": paste.end_line}
    return payload | {"snapshot": n} if payload else None
