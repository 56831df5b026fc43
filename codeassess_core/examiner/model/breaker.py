"""A circuit breaker for a model: when no call gets an answer any more, calls fail at once, not each at its deadline.

Each failed call is counted, with the time at which it began; one answer resets the count.
When there were only failures for a while, the model counts as down: no calls are made for a
pause, then one call probes it (circuit breaker; Nygard, "Release It!", 2007). A reply in bad
form is an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from ...errors import ExaminerUnavailable

ENOUGH: Final = 3  #: failures in a row
_LONGEST: Final = 4  # the longest pause, in lengths of the first one


class GivenUp(ExaminerUnavailable):
    """No further attempt is made now."""


class ModelDown(GivenUp):
    """The model has not answered anything for a while."""


class Breaker:
    """The breaker of one provider, all times in seconds.

    After failures for `tolerated` the model is down; after `rest` one call probes it, which may
    take `probe`.
    """

    def __init__(
        self, *, tolerated: float, rest: float, probe: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._tolerated, self._first_rest, self._probe = tolerated, rest, probe
        self._now = now
        self.answered()

    def answered(self) -> None:
        """A call got an answer."""
        self._failures = 0
        self._failing_since: float | None = None
        self._down_until: float | None = None
        self._rest = self._first_rest

    @property
    def failing(self) -> bool:
        """Have there been only failures since a call failed?"""
        return self._failing_since is not None

    def admit(self, *, may_probe: bool = True) -> None:
        """Let a call pass, or raise ModelDown. `may_probe`: this call may be the one that probes."""
        if self._down_until is None:
            return
        now = self._now()
        if now < self._down_until or not may_probe:
            since = now - (self._failing_since or now)
            raise ModelDown(f"The model has answered nothing for {since:.0f} s; it is tried again in a while.")
        self._down_until = now + self._probe

    def failed(self, began: float, *, others_wait: bool) -> bool:
        """A call that began at `began` (monotonic) failed. Returns whether the model is down."""
        now = self._now()
        self._failures += 1
        self._failing_since = min(began, self._failing_since or began)
        if self._down_until is not None:
            self._rest = min(self._rest * 2, self._first_rest * _LONGEST)
        elif now - self._failing_since < self._tolerated or not (others_wait or self._failures >= ENOUGH):
            return False
        self._down_until = now + self._rest
        return True
