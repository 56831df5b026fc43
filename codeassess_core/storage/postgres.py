"""Connections to PostgreSQL: every wait is limited, and nothing depends on the settings of the server.

When the server does not answer in time, the connection is closed. SQLAlchemy takes that for a lost
connection and discards all others of the same age. So many connections that a firewall or a proxy
has cut cost one deadline together, not one each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, NamedTuple

import psycopg
from psycopg import waiting
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..system.deadlines import DatabaseLimits
from .waiting import ends_at

Driver = psycopg.AsyncConnection[Any]

_PAUSE = 0.1  # seconds between two checks of the deadline


class _Bounded:
    """Common to both kinds of connection. `answer_within`: seconds until the server must have answered."""

    answer_within: float = 60.0
    pgconn: psycopg.pq.abc.PGconn

    def _within(self, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The steps of one exchange with the server, until the deadline."""
        latest = monotonic() + self.answer_within
        end = ends_at.get()
        latest = latest if end is None else min(latest, end)
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if not ready and monotonic() > latest:
                    self._close_at_once()
                    raise psycopg.OperationalError("the database did not answer in time")
                wanted = steps.send(ready)
        except StopIteration as done:
            return done.value

    def _close_at_once(self) -> None:
        self.pgconn.finish()


class AsyncBounded(_Bounded, psycopg.AsyncConnection[Any]):
    """An asynchronous connection. When its task is cancelled during an exchange, it is closed."""

    async def wait(self, gen: Any, *_: Any, **__: Any) -> Any:
        try:
            return await waiting.wait_async(self._within(gen), self.pgconn.socket, _PAUSE)
        except asyncio.CancelledError:
            self._close_at_once()
            raise


class SyncBounded(_Bounded, psycopg.Connection[Any]):
    """A synchronous connection, for the threads of the jobs."""

    def wait(self, gen: Any, *_: Any, **__: Any) -> Any:
        return super().wait(self._within(gen), _PAUSE)


class Kept(NamedTuple):
    """A connection that is not given back to the pool, and the driver's own one in it."""

    pooled: AsyncConnection
    driver: Driver


async def driver_of(connection: AsyncConnection) -> Driver:
    """The driver's connection in one of SQLAlchemy's."""
    raw = await connection.get_raw_connection()
    driver: Driver = raw.driver_connection  # type: ignore[assignment]
    return driver


@contextmanager
def as_sqlalchemy() -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy raises them, for statements that do not go through it."""
    try:
        yield
    except psycopg.Error as problem:
        raise DBAPIError.instance(None, None, problem, psycopg.Error) from problem


def connection_arguments(limits: DatabaseLimits, *, pooled: bool = False) -> dict[str, Any]:
    """The arguments of every connection. `pooled`: a pooler may give each transaction another connection."""
    whole = max(1, round(limits.network / 3))
    return {
        "application_name": "codeassess",
        "client_encoding": "utf8",
        "connect_timeout": max(2, round(limits.connect)),  # libpq accepts whole seconds, at least two
        "keepalives": 1,
        "keepalives_idle": whole,
        "keepalives_interval": whole,
        "keepalives_count": 3,
        "tcp_user_timeout": round(limits.network * 1000),
        **({"prepare_threshold": None} if pooled else {}),
    }


def async_connection(limits: DatabaseLimits) -> Callable[..., Any]:
    """The `async_creator_fn` for SQLAlchemy."""

    async def connect(*arguments: Any, **options: Any) -> AsyncBounded:
        try:
            async with asyncio.timeout(limits.connect):
                connection = await AsyncBounded.connect(*arguments, **options)
        except TimeoutError as problem:
            raise psycopg.OperationalError("no connection to the database in time") from problem
        connection.answer_within = limits.network
        return connection

    return connect


def prepare_postgres(engine: Engine, limits: DatabaseLimits, *, pooled: bool = False) -> None:
    """Set each connection of the engine to the settings that we need, and limit its waits."""
    settings = _settings(limits, local=pooled)
    if pooled:
        _set_in_each_transaction(engine, settings)
    else:
        _set_once(engine, settings)

    # An idle connection is checked before use; this check has a short limit.
    @event.listens_for(engine, "checkout")
    def _checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        _bounded(connection).answer_within = limits.statement + limits.network

    @event.listens_for(engine, "checkin")
    def _checkin(connection: Any, _record: Any) -> None:
        if connection is not None:
            _bounded(connection).answer_within = limits.network


def _set_in_each_transaction(engine: Engine, settings: str) -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(settings)


def _set_once(engine: Engine, settings: str) -> None:
    """Set a connection when it is made."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(settings)
        cursor.close()
        connection.autocommit = False


def prepare_sync(engine: Engine, limits: DatabaseLimits) -> None:
    """The same for an engine of synchronous connections."""

    @event.listens_for(engine, "do_connect")
    def _open(_dialect: Any, _record: Any, arguments: Any, options: Any) -> SyncBounded:
        connection = SyncBounded.connect(*arguments, **options)
        connection.answer_within = limits.network
        return connection

    prepare_postgres(engine, limits)


def _bounded(connection: Any) -> _Bounded:
    """The driver's connection, also when SQLAlchemy's wrapper is given."""
    bounded: _Bounded = getattr(connection, "driver_connection", connection)
    return bounded


def _settings(limits: DatabaseLimits, *, local: bool) -> str:
    """One statement that applies our settings to a connection, or with `local` to one transaction.

    They override the settings of server, database and role; settings unknown to this server are left out.
    """
    wanted = {
        "statement_timeout": _milliseconds(limits.statement),
        "lock_timeout": _milliseconds(limits.lock),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle),
        "idle_session_timeout": "0",  # the pool keeps idle connections, and checks them before use
        "transaction_timeout": "0",
        "client_connection_check_interval": _milliseconds(min(1.0, limits.lock)),
        "DateStyle": "ISO, MDY",
        "TimeZone": "UTC",
        "IntervalStyle": "postgres",
        "bytea_output": "hex",
        "standard_conforming_strings": "on",
        "default_transaction_isolation": "read committed",
        "array_nulls": "on",
    }
    rows = ", ".join(f"('{name}', '{value}')" for name, value in wanted.items())
    how = "true" if local else "false"
    return f"""
        SELECT set_config(s.name, s.value, {how})
        FROM (VALUES {rows}, ('synchronous_commit', 'on')) AS s(name, value)
        WHERE current_setting(s.name, true) IS NOT NULL
        AND (s.name <> 'synchronous_commit' OR current_setting(s.name) = 'off')
        AND (s.name <> 'client_connection_check_interval' OR strpos(version(), 'linux') > 0)
    """


def _milliseconds(seconds: float) -> str:
    return str(max(1, round(seconds * 1000)))


async def is_behind_pooler(url: URL, limits: DatabaseLimits) -> bool:
    """True behind a pooler: a query then runs in another backend process than the one named when connecting."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await async_connection(limits)(address, **connection_arguments(limits, pooled=True), autocommit=True)
    try:
        row = await (await connection.execute("SELECT pg_backend_pid()")).fetchone()
        return row is not None and row[0] != connection.info.backend_pid
    finally:
        await connection.close()
