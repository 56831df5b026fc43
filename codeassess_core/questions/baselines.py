"""The base of a decision: the code of a document that was last asked about, and the pastes since then.

A renamed document stays the same document (`documents.renames`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..documents.lines import split_lines
from ..documents.renames import Names
from ..model import AssessmentSpec, Cause, Snapshot
from ..triggers import Paste

if TYPE_CHECKING:
    from ..storage.record import Record

_PASTES = 10  # only the largest are checked, because each needs a rebuild


class Baselines:
    """Reads from the record."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def of(
        self, session_id: str, snapshot: Snapshot, spec: AssessmentSpec | None, *, names: Names
    ) -> tuple[int, str]:
        """Number and code of the snapshot of this document that was last asked about; at first its beginning."""
        asked = await self._record.decisions.asked_about(session_id)
        return await self.among(session_id, snapshot, spec, asked=asked, names=names)

    async def among(
        self,
        session_id: str,
        snapshot: Snapshot,
        spec: AssessmentSpec | None,
        *,
        asked: Iterable[tuple[str, int]],
        names: Names,
    ) -> tuple[int, str]:
        """The same, when these (document, snapshot) were asked about.

        The beginning of a document is the text that its editor found, else the starter code with number 0.
        """
        about = [n for name, n in asked if names.is_same(snapshot.document, snapshot.n, name=name, snapshot=n)]
        if about:
            return max(about), (await self._record.snapshots.get(session_id, max(about))).code
        first = await self._record.snapshots.first(session_id, snapshot.document)
        if first is not None and first.cause is Cause.OPEN:
            return first.n, first.code
        return 0, spec.start_of(snapshot.document) if spec else ""

    async def paste(self, session_id: str, snapshot: Snapshot, *, since: int, names: Names) -> Paste | None:
        """The largest paste after snapshot `since` that is still in the code, with its present lines."""
        pastes = await self._record.decisions.pastes(session_id, after=since)
        for pasted in sorted(pastes, key=lambda p: p.start_line - p.end_line)[:_PASTES]:
            origin = await self._record.snapshots.get(session_id, pasted.snapshot)
            if not names.is_same(snapshot.document, snapshot.n, name=origin.document, snapshot=origin.n):
                continue
            block = split_lines(origin.code)[pasted.start_line - 1 : pasted.end_line]
            found = find_lines(block, split_lines(snapshot.code))
            if found is not None:
                return Paste(start_line=found + 1, end_line=found + len(block), lines=len(block))
        return None


def find_lines(block: Sequence[str], lines: Sequence[str]) -> int | None:
    """The index in `lines` where `block` begins, or None."""
    starts = (i for i, line in enumerate(lines) if block and line == block[0])
    return next((i for i in starts if lines[i : i + len(block)] == block), None)
