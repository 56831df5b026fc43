"""The processes that share the database. Each has one row, which it renews while it runs.

A renewal increments `beats`: another process that reads twice sees without a clock whether the
row was renewed. `age` is measured with the clock of the database, which all processes share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from .database import Database
from .moment import moment
from .tables import instances


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRow:
    """One process as the others see it."""

    id: str
    host: str  #: for people
    beats: int  #: number of renewals
    interval: float  #: seconds between two beats
    age: timedelta  #: since the last beat


class Instances:
    """The rows of all processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, id: str, *, host: str, interval: float) -> bool:
        """Add a process; False when the id is in use."""
        now = moment(self._database)
        row = {"id": id, "host": host, "interval": interval, "started_at": now, "beat_at": now}
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(instances).values(**row))
        except IntegrityError:
            return False
        return True

    async def beat(self, id: str) -> bool:
        """Renew the row; False when others have removed it because they took the process for dead."""
        alive = update(instances).where(instances.c.id == id)
        async with self._database.write() as connection:
            done = await connection.execute(alive.values(beats=instances.c.beats + 1, beat_at=moment(self._database)))
            return bool(done.rowcount)

    async def all(self) -> tuple[InstanceRow, ...]:
        """Every process that has a row."""
        columns = (instances.c.id, instances.c.host, instances.c.beats, instances.c.interval, instances.c.beat_at)
        statement = select(*columns, moment(self._database).label("now"))
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).all()
        return tuple(
            InstanceRow(id=row.id, host=row.host, beats=row.beats, interval=row.interval, age=row.now - row.beat_at)
            for row in found
        )

    async def remove(self, id: str, *, beats: int | None = None) -> bool:
        """Remove a process; with `beats` only when it was not renewed since. True: it was removed."""
        gone = delete(instances).where(instances.c.id == id)
        if beats is not None:
            gone = gone.where(instances.c.beats == beats)
        async with self._database.write() as connection:
            return bool((await connection.execute(gone)).rowcount)
