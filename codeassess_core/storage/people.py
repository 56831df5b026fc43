"""The people on the rosters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock
from ..errors import NotFound
from ..identity import Principal
from ..model import ExtraTime, Person
from .audit import write_audit
from .database import Database
from .tables import people
from .wanted_ids import wanted_ids

_BATCH: Final = 500  # people in one statement
_IMPORTING: Final = 60.0  # seconds for a whole roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a roster changed."""

    new: int
    changed: int
    same: int


class People:
    """The people of all tenants."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, roster: Sequence[Person], *, author: Principal) -> Imported:
        """Store the people of a roster, all or none. Who is known already gets the new name, group and extra time."""
        counts = {"new": 0, "changed": 0, "same": 0}
        async with self._database.write(within=_IMPORTING) as connection:
            for batch in _batches(roster):
                known = {person.id: person for person in await _found(connection, author.tenant, batch)}
                await self._add(connection, [person for person in batch if person.id not in known])
                changed = [person for person in batch if person.id in known and known[person.id] != person]
                await self._change(connection, changed)
                counts["new"] += len(batch) - len(known)
                counts["changed"] += len(changed)
                counts["same"] += len(known) - len(changed)
            await write_audit(
                connection, author, "people_imported", at=self._clock(), object=("person", ""), detail=counts
            )
        return Imported(**counts)

    async def _add(self, connection: AsyncConnection, new: list[Person]) -> None:
        at = self._clock()
        if new:
            await connection.execute(insert(people), [_values(person) | {"created_at": at} for person in new])

    async def _change(self, connection: AsyncConnection, changed: list[Person]) -> None:
        of_person = _of(bindparam("of_tenant"), bindparam("of_id"), update(people))
        if changed:
            keys = [{"of_tenant": person.tenant, "of_id": person.id} for person in changed]
            await connection.execute(of_person, [_values(p) | key for p, key in zip(changed, keys, strict=True)])

    async def get(self, tenant: str, person_id: str) -> Person | None:
        """The person; None when no roster names them."""
        async with self._database.read() as connection:
            found = await connection.execute(_of(tenant, person_id, select(people)))
            row = found.one_or_none()
        return _person(row) if row is not None else None

    async def extra_time(self, candidate: Principal) -> ExtraTime:
        """What the roster gives a candidate beyond a time limit."""
        person = await self.get(candidate.tenant, candidate.name)
        return person.extra_time if person is not None else ExtraTime()

    async def list(
        self, tenant: str, *, group: str | None = None, after: str | None = None, limit: int = 100
    ) -> tuple[Person, ...]:
        """The people of a tenant, or of one group, by id."""
        statement = select(people).where(people.c.tenant == tenant).order_by(people.c.id).limit(limit)
        if group is not None:
            statement = statement.where(people.c.group == group)
        if after is not None:
            statement = statement.where(people.c.id > after)
        async with self._database.read() as connection:
            return tuple(_person(row) for row in await connection.execute(statement))

    async def groups(self, tenant: str) -> dict[str, int]:
        """How many people are in each group."""
        statement = select(people.c.group, func.count()).where(people.c.tenant == tenant).group_by(people.c.group)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(people.c.group))
            return {group: number for group, number in found if group}

    async def remove(self, person_id: str, *, author: Principal) -> None:
        """Take somebody off the rosters; their sessions stay, and are erased one by one.

        Raises:
            NotFound: no roster names them.
        """
        async with self._database.write() as connection:
            gone = await connection.execute(_of(author.tenant, person_id, delete(people)))
            if gone.rowcount == 0:
                raise NotFound("There is no such person.")
            person, detail = ("person", person_id), {"person": person_id}
            await write_audit(connection, author, "person_removed", at=self._clock(), object=person, detail=detail)


def _batches(roster: Sequence[Person]) -> Iterator[Sequence[Person]]:
    return (roster[at : at + _BATCH] for at in range(0, len(roster), _BATCH))


def _of(tenant: Any, person_id: Any, statement: Any) -> Any:
    return statement.where(people.c.tenant == tenant, people.c.id == person_id)


async def _found(connection: AsyncConnection, tenant: str, wanted: Sequence[Person]) -> list[Person]:
    ids = wanted_ids(person.id for person in wanted)
    statement = select(people).join(ids, ids.c.id == people.c.id).where(people.c.tenant == tenant)
    return [_person(row) for row in await connection.execute(statement)]


def _values(person: Person) -> dict[str, Any]:
    return {
        "tenant": person.tenant,
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "group": person.group,
        "extra_share": person.extra_time.share,
        "extra_seconds": person.extra_time.seconds,
    }


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        tenant=row.tenant,
        name=row.name,
        email=row.email,
        group=row.group,
        extra_time=ExtraTime(share=row.extra_share, seconds=row.extra_seconds),
    )
