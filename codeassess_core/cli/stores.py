"""The database, opened for one command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ..errors import REASON, StoreUnavailable, UnsuitableDatabase, WrongRevision
from .accesses import noted

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from ..settings import Settings
    from ..storage.database import Database


def unreachable(url: URL, problem: StoreUnavailable, what: str = "cannot be reached") -> StoreUnavailable:
    """The same error with the URL of the database, without its password, and the reason."""
    shown = url.render_as_string(hide_password=True)
    return StoreUnavailable(f"The database {shown} {what}.", reason=problem.detail.get(REASON, ""))


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings; an empty one is filled. The audit says which command opened it.

    Raises:
        InvalidInput: the URL is not valid.
        StoreUnavailable: it cannot be reached; the message says which one, without its password.
        WrongRevision: it needs `codeassess migrate`. UnsuitableDatabase: it cannot keep the record.
    """
    from ..storage.database import database_for

    database = database_for(settings)
    try:
        try:
            await database.open()
        except (WrongRevision, UnsuitableDatabase):
            raise
        except StoreUnavailable as problem:
            raise unreachable(database.url, problem) from problem
        async with noted(database):
            yield database
    finally:
        await database.aclose()
