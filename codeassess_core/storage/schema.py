"""Checks a database before use: it must have this revision and be able to store our texts."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from ..errors import UnsuitableDatabase, WrongRevision
from .tables import REVISION, metadata

SCHEMA_LOCK = 0x636F6465
"""The advisory lock of Postgres ("code" in ASCII) for making the tables and for migrations."""

_SERVER = """
    SELECT current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby,
           current_setting('transaction_read_only') = 'on' AS read_only, current_user::text AS role,
           current_database()::text AS database, current_schema()::text AS schema
"""
_MAY_CREATE = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
_LACKING = """
    SELECT c.relname || ' (' || p.name || ')' FROM pg_class c, unnest(CAST(:privileges AS text[])) AS p(name)
    WHERE c.oid IN (SELECT to_regclass(t.name) FROM unnest(CAST(:tables AS text[])) AS t(name))
    AND NOT has_table_privilege(c.oid, p.name) ORDER BY 1
"""


def create_or_check(connection: Connection) -> None:
    """Make the tables of an empty database; refuse another revision and an unsuitable database.

    Raises:
        WrongRevision, UnsuitableDatabase: the message says in one sentence what is needed.
    """
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        check_server(connection)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        if postgres:
            _check_rights(connection)
        _check_revision(connection.scalar(text("SELECT version_num FROM alembic_version")))
        return
    if set(tables) & set(metadata.tables):
        raise WrongRevision("The database has tables with our names but no revision: it is not ours, or was damaged.")
    if postgres:
        _check_may_create(connection)
    _create(connection)


def check_server(connection: Connection) -> None:
    """Refuse a PostgreSQL that cannot store every text, or that is read-only.

    Raises:
        UnsuitableDatabase: the message says in one sentence what is needed.
    """
    server = connection.execute(text(_SERVER)).one()
    if server.encoding != "UTF8":
        raise UnsuitableDatabase(
            f"The database {server.database} has the encoding {server.encoding}, which cannot keep every text: "
            "create it with ENCODING 'UTF8' (and TEMPLATE template0).",
            found=server.encoding,
            needed="UTF8",
        )
    if server.standby:
        raise UnsuitableDatabase(
            "The database server is a standby and takes no writes: let database_url name the primary."
        )
    if server.read_only:
        raise UnsuitableDatabase(
            f"The database takes no writes from the role {server.role}: set default_transaction_read_only to off, "
            "for the role, the database and the server."
        )


def _check_rights(connection: Connection) -> None:
    lacking = connection.execute(
        text(_LACKING),
        {"tables": [*metadata.tables, "alembic_version"], "privileges": ["SELECT", "INSERT", "UPDATE", "DELETE"]},
    )
    if missing := list(lacking.scalars()):
        role = connection.scalar(text("SELECT current_user::text"))
        raise UnsuitableDatabase(
            f"The role {role} lacks rights to tables: {', '.join(missing)}; GRANT them, or let the role own the tables."
        )


def _check_may_create(connection: Connection) -> None:
    if not connection.scalar(text(_MAY_CREATE)):
        server = connection.execute(text(_SERVER)).one()
        where = f"schema {server.schema}" if server.schema else "any schema of its search_path"
        raise UnsuitableDatabase(
            f"The role {server.role} may not create tables in {where} of the database {server.database}: "
            f"GRANT CREATE ON SCHEMA {server.schema or 'public'} TO {server.role}."
        )


def _create(connection: Connection) -> None:
    metadata.create_all(connection)
    # As Alembic would write it, without the 0.4 s of importing Alembic at every start.
    column = "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE alembic_version ({column})"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})


def _check_revision(found: str | None) -> None:
    if found is not None and found.isdecimal() and found > REVISION:
        raise WrongRevision(
            f"The database is at revision {found}, which a newer version made (this one needs {REVISION}); "
            "install that version.",
            found=found,
            needed=REVISION,
        )
    if found != REVISION:
        raise WrongRevision(
            f"The database is at revision {found or 'none'}, this version needs {REVISION}; run `codeassess migrate`.",
            found=found,
            needed=REVISION,
        )
