"""How the cost of something grows with its input, told without a limit in seconds that a busy machine breaks."""

from __future__ import annotations

import time
from collections.abc import Callable

PARTS = 4  #: the small input is this part of the large one
MOST = 9.0  #: times the cost that four times the input may have: 4 in proportion, 16 where it is squared
NOTHING = 0.01  #: seconds of this thread's processor under which a measurement is noise


def grows_in_proportion(work: Callable[[str], object], text: str) -> bool:
    """Whether `work` on the whole text costs about as many times more as the text is longer than its first part."""
    small = min(_cost(work, text[: len(text) // PARTS]) for _ in range(3))
    return any(_cost(work, text) <= MOST * max(small, NOTHING) for _ in range(3))


def _cost(work: Callable[[str], object], text: str) -> float:
    """Seconds of the processor that this thread used: what neighbours do does not count."""
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
