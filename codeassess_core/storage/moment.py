"""The present moment as SQL, by one clock for all processes that share a database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, literal

from ..clock import Clock, utcnow
from .database import Database
from .tables import UtcDateTime


def moment(database: Database, clock: Clock = utcnow) -> ColumnElement[Any]:
    """Now: on Postgres by the clock of its server, since those of the processes' machines may differ.

    On SQLite all processes are on one machine and use its clock. A `clock` other than the
    system's, which a test moves, is used on both.
    """
    if database.is_sqlite or clock is not utcnow:
        return literal(clock(), UtcDateTime())
    return func.clock_timestamp(type_=UtcDateTime())
