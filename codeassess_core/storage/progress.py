"""Checks whether updates are being recorded, for the health of the server."""

from __future__ import annotations

from time import monotonic

STALLED = 5.0
"""After so many seconds with waiting updates and no receipt, the record path counts as stalled."""
_REMEMBERED = 30.0  # seconds for which a failure counts when nothing waits any more


class Progress:
    """Counts waiting updates, and knows since when none was answered. Times are monotonic."""

    def __init__(self) -> None:
        self._waiting = 0
        self._since: float | None = None  # since the last answer: when the first update came that waits or has failed
        self._failed_at = 0.0

    def begun(self) -> None:
        """An update waits from now on."""
        self._waiting += 1
        if self._since is None:
            self._since = monotonic()

    def ended(self, *, failed: bool) -> None:
        """An update has its answer. `failed`: the database could not be reached."""
        self._waiting -= 1
        if failed:
            self._failed_at = monotonic()
        else:
            self._since = monotonic() if self._waiting else None

    def state(self) -> str:
        """ "ok", or one sentence."""
        now = monotonic()
        if not self._waiting and now - self._failed_at > _REMEMBERED:
            self._since = None
        if self._since is None or now - self._since <= STALLED:
            return "ok"
        return f"Updates wait and none has been acknowledged for {now - self._since:.0f} s."
