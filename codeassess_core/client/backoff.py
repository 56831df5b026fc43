"""How long to wait before the next attempt to connect."""

from __future__ import annotations

import random


class Backoff:
    """Each pause is twice as long as the one before it, up to `longest` seconds, less up to a half by chance.

    Chance keeps the clients of a server that comes back from connecting all at once.
    """

    def __init__(self, *, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """There was a connection: begin with the shortest pause again."""
        self._next = self._first

    def pause(self) -> float:
        """The seconds to wait now."""
        seconds, self._next = self._next, min(self._longest, self._next * 2)
        return seconds * random.uniform(0.5, 1.0)
