"""One session in a batch: turns updates into rows and keeps the session's counters and texts. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ...errors import DocumentTooBig, HashMismatch
from ...model import MAX_DOCUMENT_BYTES, Cause, SessionStatus
from ...triggers import changed_lines, largest_insertion
from .. import delta
from ..entries import CodeEntry
from ..session_size import ROW_BYTES, check_stored
from .bulk import Advance, CodeRow, Locked
from .head_cache import DocumentHead, SessionHead

_PASTE_CHARACTERS = 120  # a smaller insertion counts as typing, so that most updates are not searched for a paste


@dataclass(slots=True)
class BatchState:
    """The counters and texts of a session after the commit; `locked` has the counters before it.

    `in_batch` has the updates of this batch by their client seq: document, hash of the text, snapshot.
    """

    locked: Locked
    head: SessionHead
    acked_seq: int
    interaction_count: int
    in_batch: dict[int, tuple[str, bytes, int]] = field(default_factory=dict)
    last_at: datetime | None = None
    added_bytes: int = 0
    most_bytes: int = 0  # that the session may store; 0: any number

    @classmethod
    def at(cls, locked: Locked, head: SessionHead, *, most_bytes: int) -> BatchState:
        """The state before the first update of the batch."""
        return cls(locked, head, locked.acked_seq, locked.interaction_count, most_bytes=most_bytes)

    def is_followed_by(self, entries: Sequence[CodeEntry]) -> bool:
        """True when each entry has the next seq and changes a document whose last text is known here."""
        acked = self.acked_seq
        for entry in entries:
            if not self.head.knows(entry.document) or entry.client_seq not in (None, acked + 1):
                return False
            acked = acked if entry.client_seq is None else entry.client_seq
        return self.locked.status == SessionStatus.ACTIVE

    def take(self, entry: CodeEntry) -> CodeRow:
        """The update as a row; the state then includes it.

        Raises:
            InvalidInput, DocumentTooBig, HashMismatch, SessionFull: it cannot be applied; the state is unchanged.
        """
        check_stored(self.locked.stored_bytes + self.added_bytes, most=self.most_bytes)
        before = self.head.documents.get(entry.document)
        code = entry.text_after(before.text if before else "")
        digest = _checked_digest(entry, text := code.encode())
        language = entry.language or (before.language if before else None)
        body, keyframe = self._store(entry.document, code, before=before, language=language)
        self._count(entry, digest)
        return CodeRow(
            session_id=entry.session_id,
            tenant=self.locked.tenant,
            seq=self.interaction_count,
            id=entry.id,
            client_seq=entry.client_seq,
            payload=_payload(entry, self.head.n, before=before.text if before else None, code=code),
            n=self.head.n,
            document=entry.document,
            keyframe=keyframe,
            form=body.form,
            body=body.data,
            sha256=digest,
            bytes=len(text),
            created_at=entry.received_at,
            language=language,
            cause=None if entry.cause in (None, Cause.TYPING) else str(entry.cause),
        )

    def _count(self, entry: CodeEntry, digest: bytes) -> None:
        self.interaction_count += 1
        self.last_at = entry.received_at
        if entry.client_seq is not None:
            self.acked_seq = entry.client_seq
            self.in_batch[entry.client_seq] = (entry.document, digest, self.head.n)

    def _store(
        self, document: str, code: str, *, before: DocumentHead | None, language: str | None
    ) -> tuple[delta.Body, int]:
        """The body of the new snapshot and the number of its keyframe; the head then includes the snapshot."""
        self.head.n += 1
        chained = before if before is not None and before.length < delta.KEY_EVERY else None
        body = delta.encode(chained.text if chained else None, code)
        if chained is None or body.form == delta.KEY:
            after = DocumentHead(code, keyframe=self.head.n, length=1, language=language)
        else:
            after = DocumentHead(code, keyframe=chained.keyframe, length=chained.length + 1, language=language)
        self.head.documents[document] = after
        self.added_bytes += len(body.data) + ROW_BYTES
        return body, after.keyframe

    def advance(self) -> Advance:
        """The session's new counters; only after at least one update was taken."""
        assert self.last_at is not None
        return Advance(
            session_id=self.locked.id,
            acked_seq=self.acked_seq,
            interaction_count=self.interaction_count,
            snapshot_count=self.head.n,
            added_bytes=self.added_bytes,
            last_update_at=self.last_at,
            was_acked_seq=self.locked.acked_seq,
            was_interaction_count=self.locked.interaction_count,
            was_snapshot_count=self.locked.snapshot_count,
        )

    def as_head(self) -> SessionHead:
        """The head of the session, for the cache; to be used after the commit only."""
        self.head.row = replace(
            self.locked,
            acked_seq=self.acked_seq,
            interaction_count=self.interaction_count,
            snapshot_count=self.head.n,
            stored_bytes=self.locked.stored_bytes + self.added_bytes,
        )
        return self.head


def _checked_digest(entry: CodeEntry, text: bytes) -> bytes:
    """The hash of the text. Checks its size, and the hash that the client sent, if any."""
    if len(text) > MAX_DOCUMENT_BYTES:
        raise DocumentTooBig(f"A document may have {MAX_DOCUMENT_BYTES} bytes of UTF-8.", limit=MAX_DOCUMENT_BYTES)
    digest = hashlib.sha256(text).digest()
    if entry.sha256 is not None and entry.sha256 != digest.hex():
        raise HashMismatch(field="sha256")
    return digest


def _payload(entry: CodeEntry, n: int, *, before: str | None, code: str) -> dict[str, Any] | None:
    """What the record says of an update besides its code; None for typing, which most updates are.

    `before` is the document's last text, None for its first. When an editor opens a document and finds another
    text than the last one, nobody saw that change: it is recorded as a gap, never as a paste.
    """
    payload: dict[str, Any] = {}
    cause = entry.cause
    if cause not in (None, Cause.TYPING):
        payload["cause"] = str(cause)
    if cause is Cause.OPEN:
        if before is not None and before != code:
            payload["gap"] = {"lines": changed_lines(before, code)}
    elif entry.signals and before and len(code) - len(before) >= _PASTE_CHARACTERS:
        paste = largest_insertion(before, code)
        if paste is not None:
            payload["pasted"] = {"start_line": paste.start_line, "end_line": paste.end_line}
    return payload | {"snapshot": n} if payload else None
