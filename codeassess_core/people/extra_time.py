"""How extra time is written in a roster: `25%`, `15m`, `1h`, or both as `25% + 10m`."""

from __future__ import annotations

import re
from typing import Final

from ..model import ExtraTime

MOST_SHARE: Final = 10.0
MOST_SECONDS: Final = 7 * 24 * 3_600.0
_SECONDS: Final = {"m": 60.0, "min": 60.0, "h": 3_600.0}
_PERCENT: Final = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?)\s*%")
_DURATION: Final = re.compile(r"(\d{1,5})\s*(min|m|h)")
RIGHT_FORM: Final = "extra time is written like 25% or 15m"


def read_extra_time(text: str) -> ExtraTime:
    """Read the extra time of one person; an empty text is none.

    Raises:
        ValueError: it is written in another way, or is more than ten times the limit or a week.
    """
    share = seconds = 0.0
    for part in filter(None, (part.strip().lower() for part in text.split("+"))):
        if percent := _PERCENT.fullmatch(part):
            share += float(percent[1].replace(",", ".")) / 100
        elif duration := _DURATION.fullmatch(part):
            seconds += int(duration[1]) * _SECONDS[duration[2]]
        elif part != "0":
            raise ValueError(f"{RIGHT_FORM}, not {text!r:.40}")
    if share > MOST_SHARE or seconds > MOST_SECONDS:
        raise ValueError(f"extra time may be 1000% and a week at most, not {text!r:.40}")
    return ExtraTime(share=share, seconds=seconds)


def extra_time_text(extra: ExtraTime) -> str:
    """The extra time as it is written in a roster; empty without any."""
    share = f"{extra.share * 100:g}%" if extra.share else ""
    minutes = f"{extra.seconds / 60:g}m" if extra.seconds else ""
    return " + ".join(filter(None, (share, minutes)))
