"""The chat history in the memory of this process: the `History` port without Redis."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from ..model import Turn

HISTORY_LIMIT = 200
"""Turns kept for one session; no examiner gets more."""


class ProcessHistory:
    """The histories of the most recently used sessions; others are dropped, and rebuilt from SQL."""

    def __init__(self, *, limit: int = HISTORY_LIMIT, sessions: int = 1000) -> None:
        self._limit = limit
        self._sessions = sessions
        self._turns: OrderedDict[str, tuple[Turn, ...]] = OrderedDict()  # the most recently used session is last

    async def recent(self, session_id: str, limit: int) -> tuple[Turn, ...] | None:
        """The last `limit` turns, oldest first; None when nothing is known of the session."""
        if session_id not in self._turns:
            return None
        self._turns.move_to_end(session_id)
        return last(self._turns[session_id], limit)

    async def append(self, session_id: str, turn: Turn) -> None:
        """Add one turn to a known history; the same turn is not added twice."""
        if session_id in self._turns:
            await self.replace(session_id, (*self._turns[session_id], turn))

    async def replace(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Set the whole history; an empty one is forgotten."""
        self._turns[session_id] = last(turns, self._limit)
        self._turns.move_to_end(session_id)
        if not turns:
            del self._turns[session_id]
        if len(self._turns) > self._sessions:
            self._turns.popitem(last=False)

    async def forget(self, session_id: str) -> None:
        """Erase the history of the session."""
        self._turns.pop(session_id, None)

    async def state(self) -> str:
        """Always "ok": there is nothing to reach."""
        return "ok"

    async def aclose(self) -> None:
        """Forget everything."""
        self._turns.clear()


def last(turns: Sequence[Turn], limit: int) -> tuple[Turn, ...]:
    """The last `limit` of `turns` without repetitions (a job that ran again)."""
    distinct = tuple(dict.fromkeys(turns))
    return distinct[max(0, len(distinct) - limit) :]
