"""Checks whether updates are being recorded, for the health of the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from ..errors import StoreUnavailable

STALLED = 5.0
"""After so many seconds with waiting updates and no receipt, the record path counts as stalled."""
_REMEMBERED = 30.0  # seconds for which a failure counts when nothing waits any more


class Progress:
    """Counts waiting updates, and knows since when none was answered. Times are monotonic."""

    def __init__(self) -> None:
        self._waiting = 0
        self._since: float | None = None  # since the last answer: when the first update came that waits or has failed
        self._failed_at = 0.0

    @contextmanager
    def of_one(self) -> Iterator[None]:
        """An update waits while this block runs; an exception counts as a failure."""
        self._waiting += 1
        if self._since is None:
            self._since = monotonic()
        failed = False
        try:
            yield
        except StoreUnavailable:
            failed = True
            raise
        finally:
            self._waiting -= 1
            self._answered(failed)

    def _answered(self, failed: bool) -> None:
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
