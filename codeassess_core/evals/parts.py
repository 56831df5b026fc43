"""The halves of the questions, in a module that is quick to import."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """The first half of the questions, sorted by the SHA-256 of their text, is the one that was used for tuning."""

    ALL = "all"
    TUNED = "tuned"
    HELD_OUT = "held-out"
