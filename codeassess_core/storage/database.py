"""The database: transactions (`read`, `write`, `statement`), and the one place that translates its errors.

Every wait is limited (`DatabaseLimits`); a connection on which a limit was exceeded is closed and
never used again. Code updates have their own connections.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeGuard

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ..documents.lines import split_lines
from ..errors import InvalidInput, StoreBusy, StoreUnavailable
from ..system.deadlines import DatabaseLimits
from .schema import create_or_check
from .sqlite import make_file, prepare_sqlite
from .waiting import deadline

if TYPE_CHECKING:
    from ..settings import Settings
    from .postgres import Driver, Kept

log = logging.getLogger(__name__)

DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite+aiosqlite"}
_LOCKED = frozenset({"55P03", "57014", "40P01", "40001"})  # lock or statement timeout, deadlock, serialization
_OPENING = 60.0  # seconds for making all tables; each statement has its own limit
# The plan of the statement is made once: to plan it costs as much as to run it. Never by reading a whole table.
_ONE_PLAN = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off"
_WRITE_CHECK_SECONDS = 5.0  # after a successful write, `state` does not try another one for so long


class Database:
    """Engines on SQLite or Postgres. Every method raises `StoreUnavailable` when the database does not answer in time.

    `pooled`: a pooler in front of Postgres may give each transaction another connection.
    """

    def __init__(self, url: str, *, limits: DatabaseLimits | None = None, pooled: bool = False) -> None:
        self.url = parse_url(url)
        self.limits = limits or DatabaseLimits()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._pooled = pooled
        self._make_engines()
        self._kept: Kept | None = None
        self._written_at: float | None = None  # when the last write succeeded; None: it failed, or there was none
        # SQLite has one writer. The lock only makes waiting fair within this process; BEGIN IMMEDIATE
        # gives the guarantee, also against other processes.
        self._writer: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()

    def _make_engines(self) -> None:
        self._engine = self._make_engine(self.limits.for_the_rest)
        self._of_updates = self._engine if self.is_sqlite else self._make_engine(self.limits.for_updates)

    def _make_engine(self, size: int) -> AsyncEngine:
        if self.is_sqlite:
            from .sqlite_connection import sqlite_connection

            arguments: dict[str, Any] = {"async_creator_fn": sqlite_connection}
            engine = create_async_engine(self.url, pool_timeout=self.limits.checkout, connect_args=arguments)
            prepare_sqlite(engine.sync_engine, busy=self.limits.commit)
            return engine
        from .postgres import async_connection, connection_arguments, prepare_postgres

        arguments = connection_arguments(self.limits, pooled=self._pooled)
        engine = create_async_engine(
            self.url,
            connect_args=arguments | {"async_creator_fn": async_connection(self.limits)},
            isolation_level="READ COMMITTED",
            pool_size=size,
            max_overflow=0,
            pool_timeout=self.limits.checkout,
            pool_pre_ping=True,
            pool_use_lifo=True,
        )
        prepare_postgres(engine.sync_engine, self.limits, pooled=self._pooled)
        return engine

    async def open(self) -> None:
        """Make the tables of an empty database; refuse another revision and an unsuitable server.

        Raises:
            WrongRevision: the schema is older or newer; the message names the command.
            UnsuitableDatabase: it cannot store the record; the message says why.
        """
        if self.is_sqlite and self.url.database:
            with translated():
                make_file(Path(self.url.database))
        if not self.is_sqlite and not self._pooled:
            await self._detect_pooler()
        async with self.write(within=_OPENING) as connection:
            await connection.run_sync(create_or_check)

    async def _detect_pooler(self) -> None:
        import psycopg

        from .postgres import is_behind_pooler

        try:
            self._pooled = await is_behind_pooler(self.url, self.limits)
        except psycopg.Error as problem:
            raise StoreUnavailable(reason=reason(problem)) from problem
        if self._pooled:
            log.warning("database_url leads through a pooler: let database_direct_url name the database without it")
            self._make_engines()  # the first ones have no connection yet

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read transaction; on Postgres all its statements see one snapshot."""
        with translated():
            async with self._engine.connect() as connection:
                options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                yield await connection.execution_options(codeassess_read=True, **options)

    @asynccontextmanager
    async def write(self, *, within: float | None = None, updates: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed when the block ends, rolled back when it raises.

        `within`: seconds for the whole transaction, by default the limit of a commit. `updates`: use the
        connections of code updates. After StoreUnavailable the transaction may have been committed.
        """
        engine = self._of_updates if updates else self._engine
        with self._noted(), translated():
            async with deadline(within or self.limits.commit), self._writer, engine.begin() as connection:
                yield connection

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Remember whether the write succeeded."""
        try:
            yield
        except StoreBusy:
            raise
        except StoreUnavailable:
            self._written_at = None
            raise
        self._written_at = monotonic()

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Driver]:
        """The driver's connection for one code-update statement that is its own transaction. For one caller at a time.

        Only Postgres has it.

        The connection is kept between calls: taking it from the pool, checking it and returning it
        would cost more round trips than the statement. Behind a pooler it is not kept.
        """
        from .postgres import as_sqlalchemy, driver_of

        if self._pooled:
            async with self.write(updates=True) as connection:
                with as_sqlalchemy():
                    yield await driver_of(connection)
            return
        with self._noted(), translated():
            async with deadline(self.limits.commit):
                kept, self._kept = self._kept, None
                kept = kept or await self._connection_to_keep()
                try:
                    with as_sqlalchemy():
                        yield kept.driver
                    self._kept = kept
                except BaseException:
                    await _discard(kept.pooled)
                    raise

    async def _connection_to_keep(self) -> Kept:
        from .postgres import Kept, driver_of

        pooled = await (await self._of_updates.connect()).execution_options(isolation_level="AUTOCOMMIT")
        await pooled.exec_driver_sql(_ONE_PLAN)
        await pooled.commit()  # for SQLAlchemy, which will not see the statements
        return Kept(pooled, await driver_of(pooled))

    async def scrub(self) -> None:
        """Remove erased data from the write-ahead log of SQLite. Postgres does this itself."""
        if not self.is_sqlite:
            return
        with translated():
            async with deadline(self.limits.statement), self._writer, self._engine.connect() as connection:
                raw = await connection.get_raw_connection()
                assert raw.driver_connection is not None
                found = await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                row = await found.fetchone()
                await found.close()
        if row and row[0]:
            log.warning("the log of SQLite still holds what was erased: somebody reads; the next erasure empties it")

    async def state(self) -> str:
        """ "ok", or one sentence that says what is wrong. Never raises.

        A readable database may refuse writes: a full disk, a standby. A write is tried unless one
        succeeded in the last seconds, so that a health check costs a busy database nothing.
        """
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT 1 FROM alembic_version"))
        except StoreUnavailable as problem:
            return problem.message
        try:
            await self._try_to_write()
        except StoreUnavailable:
            return "The database takes no writes; the log says why."
        return "ok"

    async def _try_to_write(self) -> None:
        if self._written_at is None or monotonic() - self._written_at > _WRITE_CHECK_SECONDS:
            async with self.write() as connection:
                await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

    async def aclose(self) -> None:
        if self._kept is not None:
            await self._kept.pooled.close()
            self._kept = None
        await self._engine.dispose()
        await self._of_updates.dispose()


async def _discard(connection: AsyncConnection) -> None:
    with suppress(SQLAlchemyError, OSError):  # it may already be closed
        await connection.invalidate()
        await connection.close()


def database_for(settings: Settings) -> Database:
    """The database of the settings, with their limits."""
    pooled = bool(settings.database_direct_url)
    return Database(settings.resolved_database_url(), limits=settings.database_limits, pooled=pooled)


def direct_url(settings: Settings) -> URL:
    """The URL of the same database without a pooler: for migrations, notifications and the engine of the jobs."""
    return parse_url(settings.database_direct_url or settings.resolved_database_url())


class translated:
    """Translate the driver's errors into ours; an IntegrityError is left to the caller.

    A value that the database refuses becomes InvalidInput: another try would not help. A lock
    of another transaction becomes StoreBusy: the database itself works.
    """

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, problem: BaseException | None, trace: Any) -> None:
        if isinstance(problem, IntegrityError):
            return
        if _refused_value(problem):
            raise InvalidInput("The database refuses a value in this.", reason=reason(problem)) from problem
        if isinstance(problem, DBAPIError) and getattr(problem.orig, "sqlstate", None) in _LOCKED:
            raise StoreBusy(reason=reason(problem)) from problem
        if isinstance(problem, SQLAlchemyError | OSError):
            raise StoreUnavailable(reason=reason(problem)) from problem


def _refused_value(problem: BaseException | None) -> TypeGuard[BaseException]:
    """True when a value was refused (NUL, lone surrogate, out of range); the database itself works."""
    if isinstance(problem, StatementError):
        return isinstance(problem, DataError) or not isinstance(problem, DBAPIError)
    return isinstance(problem, UnicodeError | OverflowError)


def reason(problem: BaseException) -> str:
    """The first line of the driver's message, without the statement and its values."""
    origin = problem.orig if isinstance(problem, DBAPIError) and problem.orig else problem
    return (split_lines(str(origin).strip()) or [type(origin).__name__])[0][:200]


def parse_url(url: str) -> URL:
    """A SQLAlchemy URL with our driver; `postgres://` and forms without a driver are accepted.

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
    """The URL of the same database without a driver, for a synchronous library."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
