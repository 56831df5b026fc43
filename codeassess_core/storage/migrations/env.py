"""Runs our migrations with Alembic, on the connection and in the transaction of `storage.migrate`."""

from __future__ import annotations

from typing import Any

from alembic import context

from codeassess_core.storage.tables import metadata


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    """True for our tables; the database may contain other tables, such as those of DBOS."""
    return kind != "table" or name in metadata.tables


connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run `codeassess migrate`; Alembic alone does not know the database.")
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_name=_ours,
    render_as_batch=connection.dialect.name == "sqlite",  # it cannot alter a table in place
)
with context.begin_transaction():
    context.run_migrations()
