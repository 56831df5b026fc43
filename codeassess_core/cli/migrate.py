"""`codeassess migrate`: bring the database to the revision that this version needs."""

from __future__ import annotations

from pathlib import Path

from ..errors import NotFound, StoreUnavailable, UnsuitableDatabase, WrongRevision
from . import options
from .output import say
from .stores import unreachable


def migrate(database_url: options.DatabaseUrl = None, data_dir: options.DataDir = None) -> None:
    """Bring the database to the revision of this version. Stop the servers first, and have a backup."""
    from ..storage.database import direct_url
    from ..storage.migrate import migrate as migrate_database

    settings = options.settings(database_url=database_url, data_dir=data_dir)
    url = direct_url(settings)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise NotFound(
            f"There is no database at {url.database}, so nothing to migrate. A server makes it when it first starts; "
            "another one is named with --database-url or --data-dir."
        )
    try:
        before, now = migrate_database(url.render_as_string(hide_password=False))
    except (WrongRevision, UnsuitableDatabase):
        raise
    except StoreUnavailable as problem:
        raise unreachable(url, problem, "cannot be reached or migrated") from problem
    say(f"The database is at revision {now}" + (" already." if before == now else f" (it was at {before})."))
