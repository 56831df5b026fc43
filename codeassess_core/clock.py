"""The one clock, and the ids that carry its time.

All times are aware and in UTC; a naive datetime is refused when it is stored
 (:class:`codeassess_core.storage.tables.UtcDateTime`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from uuid_utils import uuid7

Clock = Callable[[], datetime]


def utcnow() -> datetime:
    """The present time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new UUIDv7 (RFC 9562) as a string; ids sort by the time at which they were made."""
    return str(uuid7())


def isoformat(moment: datetime) -> str:
    """`moment` as ISO 8601 in UTC with milliseconds and a trailing `Z`, as on the wire."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
