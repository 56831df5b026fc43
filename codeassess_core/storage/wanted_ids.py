"""A long list of ids in a statement."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import CTE, String, column, values


def wanted_ids(ids: Iterable[str]) -> CTE:
    """The ids as a table with the column `id`, to be joined; at least one.

    Not a list in `IN`: on a table without statistics Postgres compares each row with each id of the list.
    """
    return values(column("id", String)).data([(each,) for each in ids]).cte("wanted")
