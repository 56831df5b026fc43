"""Lengths of time and moments, as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

_PART: Final = re.compile(r"([0-9]{1,8}(?:\.[0-9]{1,3})?)\s*([smhd])")
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LOCAL: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?) ([A-Za-z0-9_+/-]+)")
_LENGTH: Final = "must be a length of time: seconds, or like 90s, 45m, 1h30m, 7d"
_MOMENT: Final = "must be a time with its zone, as 2026-09-01 09:00 Europe/Berlin or 2026-09-01T09:00:00+02:00"


def seconds(value: Any) -> Any:
    """A length of time in seconds; None stays None.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | None):
        raise ValueError(_LENGTH)
    if not isinstance(value, str):
        return value
    text = value.strip()
    parts = _PART.findall(text)
    if not parts or "".join(_PART.split(text)[::3]).strip():
        raise ValueError(_LENGTH)
    return float(sum(float(number) * _UNITS[unit] for number, unit in parts))


def moment(value: Any) -> Any:
    """A moment with its time zone; None stays None.

    Raises:
        ValueError: it is none, has no zone, or the clocks of the zone never show it, or show it twice.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(_MOMENT)
    local = _LOCAL.fullmatch(value.strip())
    try:
        found = _in_zone(f"{local[1]}T{local[2]}", local[3]) if local else datetime.fromisoformat(value.strip())
    except ValueError as problem:
        raise ValueError(str(problem) if str(problem).startswith("must") else _MOMENT) from problem
    if found.tzinfo is None:
        raise ValueError(_MOMENT)
    return found


def _in_zone(text: str, name: str) -> datetime:
    try:
        zone = UTC if name.upper() in ("UTC", "Z") else ZoneInfo(name)
    except (KeyError, ValueError, OSError) as problem:  # no such zone, or a name that leads out of the folder
        raise ValueError(f"must name a known time zone, like Europe/Berlin, not {name}") from problem
    found = datetime.fromisoformat(text).replace(tzinfo=zone)
    if found.astimezone(UTC).astimezone(zone).replace(fold=0) != found:
        raise ValueError(f"must be a time that the clocks of {name} show; they skip this one")
    if found.utcoffset() != found.replace(fold=1).utcoffset():
        raise ValueError(f"must be written with its offset (+02:00): the clocks of {name} show this time twice")
    return found
