"""The messages of a client that were received and not handled yet.

Tornado reads the next frame only when the one before it is handled: a ping behind an update
that waits for the database would be answered late, and a client that checks its connection
would close it. Here frames are read meanwhile, up to the limits; after that reading stops, and
the rest stays with the client.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MOST_MESSAGES = 256
MOST_CHARACTERS = 1024 * 1024


class ReceiveQueue:
    """Passes messages to `handle` one after the other, in the order of arrival. `handle` raises nothing."""

    def __init__(self, handle: Callable[[str | bytes], Awaitable[None]]) -> None:
        self._handle = handle
        self._messages: deque[str | bytes] = deque()
        self._characters = 0
        self._working: asyncio.Task[None] | None = None
        self._room: asyncio.Future[None] | None = None

    def take(self, message: str | bytes) -> asyncio.Future[None] | None:
        """Add a message. Returns None, or a future to await before the next frame is read."""
        self._messages.append(message)
        self._characters += len(message)
        if self._working is None:
            self._working = asyncio.ensure_future(self._work())
        if self._has_room():
            return None
        if self._room is None:
            self._room = asyncio.get_running_loop().create_future()
        return self._room

    @property
    def full(self) -> bool:
        """Has reading stopped, also of answers to a ping?"""
        return self._room is not None

    async def settled(self) -> None:
        """Return when every message is handled."""
        while self._working is not None:
            await asyncio.wait([self._working])

    def _has_room(self) -> bool:
        return len(self._messages) < MOST_MESSAGES and self._characters < MOST_CHARACTERS

    async def _work(self) -> None:
        try:
            while self._messages:
                await self._handle(self._messages[0])
                self._handled()
        finally:
            self._working = None

    def _handled(self) -> None:
        """The first message is handled: remove it, and read again if that makes room."""
        self._characters -= len(self._messages.popleft())
        if self._room is not None and self._has_room():
            self._resume_reading()

    def _resume_reading(self) -> None:
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)
