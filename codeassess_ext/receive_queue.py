"""The messages of a client that were received and not handled yet.

Tornado reads the next frame only when the one before it is handled: a ping behind an update
that waits for the database would be answered late, and a client that checks its connection
would close it. Here frames are read meanwhile, up to the limits; after that reading stops, and
the rest stays with the client. A message that can be taken without waiting is not queued at all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial

MOST_MESSAGES = 256
MOST_CHARACTERS = 1024 * 1024

TakeNow = Callable[[str | bytes, Callable[[], None]], bool]
"""Takes a message at once, and calls the function when it is handled. False: it was not taken."""


class ReceiveQueue:
    """Passes messages to `handle` one after the other, in the order of arrival. `handle` raises nothing.

    What `take_now` takes is not passed on; while it is being handled, `handle` waits.
    """

    def __init__(self, handle: Callable[[str | bytes], Awaitable[None]], *, take_now: TakeNow | None = None) -> None:
        self._handle = handle
        self._take_now = take_now
        self._taken = 0  # messages that were taken at once and are not handled yet
        self._none_taken: asyncio.Future[None] | None = None
        self._messages: deque[str | bytes] = deque()
        self._characters = 0
        self._working: asyncio.Task[None] | None = None
        self._room: asyncio.Future[None] | None = None

    def take(self, message: str | bytes) -> asyncio.Future[None] | None:
        """Add a message. Returns None, or a future to await before the next frame is read."""
        self._characters += len(message)
        if self._working is not None or not self._took(message):
            self._messages.append(message)
            self._working = self._working or asyncio.ensure_future(self._work())
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
        await self._taken_ones()

    def _has_room(self) -> bool:
        return len(self._messages) + self._taken < MOST_MESSAGES and self._characters < MOST_CHARACTERS

    def _took(self, message: str | bytes) -> bool:
        if self._take_now is None or not self._take_now(message, partial(self._taken_is_handled, len(message))):
            return False
        self._taken += 1
        return True

    def _taken_is_handled(self, characters: int) -> None:
        self._taken -= 1
        if self._none_taken is not None and not self._taken:
            self._none_taken.set_result(None)
            self._none_taken = None
        self._handled(characters)

    async def _taken_ones(self) -> None:
        """Return when every message that was taken at once is handled."""
        if self._taken:
            self._none_taken = self._none_taken or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._none_taken)

    async def _work(self) -> None:
        try:
            await self._taken_ones()
            while self._messages:
                await self._handle(self._messages[0])
                self._handled(len(self._messages.popleft()))
        finally:
            self._working = None

    def _handled(self, characters: int) -> None:
        """So many characters are handled: read again if that makes room."""
        self._characters -= characters
        if self._room is not None and self._has_room():
            self._resume_reading()

    def _resume_reading(self) -> None:
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)
