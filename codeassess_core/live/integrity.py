"""Whether a session records integrity signals: what tells of pastes, and of an editor that is not in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..storage.record import Record

INTEGRITY_KINDS: Final = frozenset({"focus", "blur", "visibility", "paste", "copy", "cut"})
"""The kinds of activity that are integrity signals."""

_CACHED: Final = 10_000


class IntegritySignals:
    """Looks at the assessment of a session once: it never changes."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._known: dict[str, bool] = {}

    async def wanted(self, session_id: str) -> bool:
        """True when they are recorded.

        Raises:
            NotFound: no such session. StoreUnavailable: try again.
        """
        if session_id not in self._known:
            session = await self._record.sessions.get(session_id)
            spec = await self._record.assessments.of_session(session)
            self._known[session_id] = spec is None or spec.integrity_signals
            if len(self._known) > _CACHED:
                del self._known[next(iter(self._known))]
        return self._known[session_id]

    def known(self, session_id: str) -> bool | None:
        """`wanted` without waiting; None when the assessment was not looked at yet."""
        return self._known.get(session_id)

    async def keeps(self, session_id: str, kind: str) -> bool:
        """True when an activity of this kind is recorded."""
        return kind not in INTEGRITY_KINDS or await self.wanted(session_id)
