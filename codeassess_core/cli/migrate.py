"""`codeassess migrate`: bring the database to the revision that this version needs."""

from __future__ import annotations

import typer

from . import options


def migrate(database_url: options.DatabaseUrl = None, data_dir: options.DataDir = None) -> None:
    """Bring the database to the revision of this version. Stop the servers first, and have a backup."""
    from ..storage.migrate import migrate as migrate_database

    settings = options.settings(database_url=database_url, data_dir=data_dir)
    before, now = migrate_database(settings.resolved_database_url())
    typer.echo(f"The database is at revision {now}" + (" already." if before == now else f" (it was at {before})."))
