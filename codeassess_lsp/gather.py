"""Many small changes become few updates: at most one in `GATHER_SECONDS` for each document."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

GATHER_SECONDS: Final = 0.2
"""So that what was typed last has left this process within 0.3 s, on a busy machine and from a long file too."""
_TELLING: Final = ("typing", "other", "save", "run", "undo", "cut", "paste", "open")
"""Which cause is told when several changes go in one update: the last of them in this list."""


class Gatherer:
    """`tell(uri, cause)` is called when the time is over."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._waiting: dict[str, tuple[str, asyncio.TimerHandle]] = {}

    @property
    def waiting(self) -> bool:
        """Is there anything that was not told yet?"""
        return bool(self._waiting)

    def touch(self, uri: str, cause: str) -> None:
        """A document changed."""
        if uri in self._waiting:
            before, timer = self._waiting[uri]
            self._waiting[uri] = max(before, cause, key=_TELLING.index), timer
        else:
            timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self.flush, uri)
            self._waiting[uri] = cause, timer

    def flush(self, uri: str) -> None:
        """Tell now, if there is anything to tell."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting[1].cancel()
            self._tell(uri, waiting[0])

    def flush_all(self) -> None:
        for uri in tuple(self._waiting):
            self.flush(uri)

    def drop(self, uri: str) -> None:
        """Forget what was gathered."""
        if (waiting := self._waiting.pop(uri, None)) is not None:
            waiting[1].cancel()
