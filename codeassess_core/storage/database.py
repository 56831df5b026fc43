"""The database: one engine, two doors (`read`, `write`), one place where its errors are translated."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeGuard

from sqlalchemy import Connection, Engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ..errors import InvalidInput, StoreUnavailable, WrongRevision
from .tables import REVISION, metadata, sessions

DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite+aiosqlite"}
SCHEMA_LOCK = 0x636F6465
"""The advisory lock of Postgres ("code") under which an empty database is filled or an old one migrated."""
_CONNECT_SECONDS = 10
_SWITCH_ATTEMPTS = 100


class Database:
    """An engine on SQLite or Postgres. Every method raises `StoreUnavailable` when it cannot be reached."""

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = self._make_engine()
        self._kept: AsyncConnection | None = None
        self._takes_writes = True  # the last time, as far as anybody tried
        # SQLite has one writer. The lock only makes waiting fair within this process;
        # what must hold, holds by BEGIN IMMEDIATE also when another process writes.
        self._writer: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()

    def _make_engine(self) -> AsyncEngine:
        if not self.is_sqlite:
            options: dict[str, Any] = {"pool_size": 10, "max_overflow": 10, "pool_timeout": 10, "pool_pre_ping": True}
            return create_async_engine(self.url, connect_args={"connect_timeout": _CONNECT_SECONDS}, **options)
        engine = create_async_engine(self.url)
        prepare_sqlite(engine.sync_engine)
        return engine

    async def open(self) -> None:
        """Fill an empty database at the present revision; refuse another revision.

        Raises:
            WrongRevision: the schema is older or newer; the message says the command.
        """
        if self.is_sqlite and self.url.database:
            with translated():
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        async with self.write() as connection:
            await connection.run_sync(_create_or_check)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading, in one snapshot where the database offers it."""
        with translated():
            async with self._engine.connect() as connection:
                options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                yield await connection.execution_options(codeassess_read=True, **options)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        with self._noted(), translated():
            async with self._writer, self._engine.begin() as connection:
                yield connection

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Remember whether the database took what was written."""
        try:
            yield
        except StoreUnavailable:
            self._takes_writes = False
            raise
        self._takes_writes = True

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[AsyncConnection]:
        """A connection for one statement that is a transaction of its own, for one caller at a time.

        It is kept between calls: taking it from the pool, looking whether it is alive and
        giving it back would cost more round trips than the statement.
        """
        with self._noted(), translated():
            kept, self._kept = self._kept, None
            if kept is None:
                kept = await (await self._engine.connect()).execution_options(isolation_level="AUTOCOMMIT")
                if not self.is_sqlite:
                    # A generic plan guesses how many rows a parameter holds, and may join hundreds in nested loops.
                    await kept.exec_driver_sql("SET plan_cache_mode = force_custom_plan")
            try:
                yield kept
                await kept.commit()  # for SQLAlchemy; the database has committed
                self._kept = kept
            except BaseException:
                await kept.invalidate()
                await kept.close()
                raise

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises.

        A database that reads well may take no writes: a full disk, a standby. Writing is
        tried only when it failed the last time, so that a probe costs a healthy one nothing.
        """
        try:
            async with self.read() as connection:
                await connection.execute(select(sessions.c.id).limit(1))
        except StoreUnavailable as problem:
            return problem.message
        try:
            await self._try_to_write()
        except StoreUnavailable:
            return "The database takes no writes; the log says why."
        return "ok"

    async def _try_to_write(self) -> None:
        if not self._takes_writes:
            async with self.write() as connection:
                await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    async def aclose(self) -> None:
        if self._kept is not None:
            await self._kept.close()
            self._kept = None
        await self._engine.dispose()


class translated:
    """Turn the driver's errors into ours; an IntegrityError goes on to the room that knows what it means.

    A value that the database refuses is InvalidInput: trying again would not help.
    """

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, problem: BaseException | None, trace: Any) -> None:
        if isinstance(problem, IntegrityError):
            return
        if _refused_value(problem):
            raise InvalidInput("The database refuses a value in this.", reason=reason(problem)) from problem
        if isinstance(problem, SQLAlchemyError | OSError):
            raise StoreUnavailable(reason=reason(problem)) from problem


def _refused_value(problem: BaseException | None) -> TypeGuard[BaseException]:
    """Is it about a value (NUL, lone surrogate, out of range), not about the database?"""
    if isinstance(problem, StatementError):
        return isinstance(problem, DataError) or not isinstance(problem, DBAPIError)
    return isinstance(problem, UnicodeError | OverflowError)


def reason(problem: BaseException) -> str:
    """One line of what a driver said, without the statement and its values."""
    origin = problem.orig if isinstance(problem, DBAPIError) and problem.orig else problem
    return (str(origin).strip().splitlines() or [type(origin).__name__])[0][:200]


def parse_url(url: str) -> URL:
    """A SQLAlchemy URL with our driver; `postgres://` and driverless forms are understood.

    Raises:
        InvalidInput: not a URL of SQLite or Postgres.
    """
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as problem:
        raise InvalidInput(f"database_url is not a database URL: {url.split('@')[-1]!r}.") from problem
    driver = DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise InvalidInput(
            f"database_url must begin with postgresql+psycopg:// or sqlite+aiosqlite://, not {parsed.drivername}://."
        )
    return parsed.set(drivername=driver)


def plain_url(url: URL) -> str:
    """The same database for a synchronous library that chooses its own driver."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)


def prepare_sqlite(engine: Engine, *, foreign_keys: bool = True) -> None:
    """Durable at each commit, readers beside one writer, and writers that wait instead of failing."""
    switch = "ON" if foreign_keys else "OFF"
    pragmas = ("busy_timeout=10000", "synchronous=FULL", f"foreign_keys={switch}")

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins the transactions, below
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot wait for the lock: take it at once.
        reading = connection.get_execution_options().get("codeassess_read")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _write_ahead(cursor: Any) -> None:
    """Switch to WAL, once in the life of a file. SQLite does not wait when others do it at the same moment: we do."""
    for attempt in range(1, _SWITCH_ATTEMPTS + 1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == _SWITCH_ATTEMPTS:
                raise
            time.sleep(0.02)


def _create_or_check(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        _check_revision(connection.scalar(text("SELECT version_num FROM alembic_version")))
        return
    if set(tables) & set(metadata.tables):
        raise WrongRevision("The database has tables with our names but no revision: it is not ours, or was damaged.")
    metadata.create_all(connection)
    # As Alembic would write it, without importing Alembic (0.4 s) into a server that starts.
    column = "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE alembic_version ({column})"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})


def _check_revision(found: str | None) -> None:
    if found != REVISION:
        raise WrongRevision(
            f"The database is at revision {found or 'none'}, this version needs {REVISION}; run `codeassess migrate`.",
            found=found,
            needed=REVISION,
        )
