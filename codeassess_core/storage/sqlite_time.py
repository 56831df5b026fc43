"""`unixepoch('subsec')` for SQLite before 3.42, which returns NULL for this argument.

DBOS writes its times with it, from Python 3.12 on.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Final

_KNOWS_IT: Final = (3, 42, 0)


def supply_subsec(connection: Any) -> None:
    """Add the function to this connection (of sqlite3 or aiosqlite), where SQLite is too old."""
    if sqlite3.sqlite_version_info < _KNOWS_IT:
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(moment: Any) -> float:
    """Seconds since 1970 with milliseconds, as in SQLite."""
    if moment != "subsec":
        raise ValueError(f"unixepoch({moment!r}) is not supplied, only unixepoch('subsec').")
    return round(time.time(), 3)
