"""Migrates an older database to the present revision: `codeassess migrate`.

One transaction under a lock: two migrations run one after the other, and a failed migration
changes nothing, on Postgres and on SQLite.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from ..errors import WrongRevision
from .database import parse_url, translated
from .schema import SCHEMA_LOCK, check_server
from .sqlite import make_file, prepare_sqlite

_PLAIN_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


def migrate(url: str) -> tuple[str | None, str]:
    """Run the missing migrations; returns the revision before (None: an empty database) and after.

    Raises:
        InvalidInput: not the URL of a database.
        WrongRevision: the database was made by a newer version.
        StoreUnavailable: it cannot be reached, or a migration failed; nothing is changed.
    """
    engine = _engine(url)
    try:
        with translated(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                check_server(connection)
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
            before = MigrationContext.configure(connection).get_current_revision()
            return before, _upgrade(connection, before)
    finally:
        engine.dispose()


def _upgrade(connection: Connection, before: str | None) -> str:
    config = configuration(connection)
    script = ScriptDirectory.from_config(config)
    if before is not None and before not in {known.revision for known in script.walk_revisions()}:
        raise WrongRevision(f"The database is at revision {before}, which a newer version made; install that version.")
    command.upgrade(config, "head")
    return str(script.get_current_head())


def configuration(connection: Connection) -> Config:
    """Alembic's settings without a file: our scripts, on `connection`."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    parsed = parse_url(url)
    backend = parsed.get_backend_name()
    engine = create_engine(parsed.set(drivername=_PLAIN_DRIVERS[backend]))
    if backend == "sqlite":
        if parsed.database:
            make_file(Path(parsed.database))
        # SQLite alters a table by copying it; with foreign keys on, dropping the old table would cascade.
        prepare_sqlite(engine, foreign_keys=False)
    return engine
