"""Many small changes become few updates: at most one in `DEBOUNCE_SECONDS` for each document."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

DEBOUNCE_SECONDS: Final = 0.2
"""A change leaves this process within 0.3 s, also on a busy machine and from a long file."""
_TELLING: Final = ("typing", "other", "save", "run", "undo", "cut", "paste", "open")
"""When several changes go in one update, it names the cause that comes last in this list."""


class Debouncer:
    """Calls `tell(uri, cause)` when the time is over."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._waiting: dict[str, tuple[str, asyncio.TimerHandle]] = {}

    @property
    def waiting(self) -> bool:
        """Is there a change that was not told yet?"""
        return bool(self._waiting)

    def touch(self, uri: str, cause: str) -> None:
        """A document changed."""
        if uri in self._waiting:
            before, timer = self._waiting[uri]
            self._waiting[uri] = max(before, cause, key=_TELLING.index), timer
        else:
            timer = asyncio.get_running_loop().call_later(DEBOUNCE_SECONDS, self.flush, uri)
            self._waiting[uri] = cause, timer

    def flush(self, uri: str) -> None:
        """Tell now, if there is a change."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting[1].cancel()
            self._tell(uri, waiting[0])

    def flush_all(self) -> None:
        for uri in tuple(self._waiting):
            self.flush(uri)

    def drop(self, uri: str) -> None:
        """Forget the changes."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting[1].cancel()
