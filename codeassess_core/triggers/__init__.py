"""When to ask, and about which lines: pure functions (docs/triggers.md)."""

from .closing import CLOSING_RULE, ClosingRound
from .lines import MAX_LINES, changed_lines
from .paste import PASTE_LINES, follow_paste, largest_insertion
from .region import changed_region
from .rules import FOLLOW_UP_RULES, LEAST_TIME_LEFT, RULES, against_follow_up, decide
from .situation import Paste, Situation

__all__ = [
    "decide",
    "ClosingRound",
    "CLOSING_RULE",
    "against_follow_up",
    "Situation",
    "Paste",
    "RULES",
    "FOLLOW_UP_RULES",
    "changed_lines",
    "changed_region",
    "largest_insertion",
    "follow_paste",
    "PASTE_LINES",
    "LEAST_TIME_LEFT",
    "MAX_LINES",
]
