"""The synchronous SQLAlchemy engine for DBOS: few connections, with the same limits and settings as the record."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL

from ..system.deadlines import DatabaseLimits
from .database import plain_url
from .sqlite_time import supply_subsec

_BUSY_MILLISECONDS: Final = 30_000
_CHECKOUT_FACTOR: Final = 6  # its threads may wait longer for a connection: no person waits for them


def jobs_engine(url: URL, limits: DatabaseLimits) -> Engine:
    """The engine; the caller disposes of it."""
    return _sqlite_engine(url) if url.get_backend_name() == "sqlite" else _postgres_engine(url, limits)


def _postgres_engine(url: URL, limits: DatabaseLimits) -> Engine:
    from .postgres import connection_arguments, prepare_sync

    engine = create_engine(
        url,
        connect_args=connection_arguments(limits, pooled=True),  # few statements: preparing them gains nothing
        pool_size=limits.for_jobs,
        max_overflow=0,
        pool_timeout=limits.checkout * _CHECKOUT_FACTOR,
        pool_pre_ping=True,
    )
    prepare_sync(engine, limits)
    return engine


def _sqlite_engine(url: URL) -> Engine:
    """An engine whose writers wait for each other."""
    engine = create_engine(plain_url(url))

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # a transaction takes the write lock at its beginning
        for pragma in (f"busy_timeout={_BUSY_MILLISECONDS}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        supply_subsec(connection)

    return engine
