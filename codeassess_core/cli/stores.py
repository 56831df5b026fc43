"""The database, opened for one command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ..errors import StoreUnavailable, WrongRevision
from .speech import REASON

if TYPE_CHECKING:
    from ..settings import Settings
    from ..storage.database import Database


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings; an empty one is filled.

    Raises:
        InvalidInput: the URL is none.
        StoreUnavailable: it cannot be reached; the message says which one, without its password.
        WrongRevision: it needs `codeassess migrate`.
    """
    from ..storage.database import Database

    database = Database(settings.resolved_database_url())
    try:
        try:
            await database.open()
        except WrongRevision:
            raise
        except StoreUnavailable as problem:
            shown = database.url.render_as_string(hide_password=True)
            raise StoreUnavailable(
                f"The database {shown} cannot be reached.", reason=problem.detail.get(REASON, "")
            ) from problem
        yield database
    finally:
        await database.aclose()
