"""Which half of the questions: kept apart from what is slow to import."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """Sorted by the SHA-256 of their text, the first half of the questions is the one that was tuned on."""

    ALL = "all"
    TUNED = "tuned"
    HELD_OUT = "held-out"
