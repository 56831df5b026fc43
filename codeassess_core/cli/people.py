"""`codeassess people`: the roster."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..identity import Role
from . import options
from .output import say, say_json, table

if TYPE_CHECKING:
    from ..model import Person
    from ..settings import Settings
    from ..storage.people import Imported

app = typer.Typer(help="Keep the roster: who can be invited, their groups and extra time.", no_args_is_help=True)

_PAGE: Final = 1_000
Name = Annotated[str, typer.Option("--name", help="Whose work it is.")]


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="CSV with id or email, and name, group, extra_time.", metavar="FILE")],
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Add the people of a roster, all or none. Who is known already is brought up to date; nobody is removed."""
    from ..people.roster import read_roster

    author = options.principal(Role.OPERATOR, name, tenant)
    roster = read_roster(file, tenant=tenant)
    settings = options.settings(database_url=database_url, data_dir=data_dir)

    async def add() -> Imported:
        from ..clock import utcnow
        from ..storage.people import People
        from .stores import opened_database

        async with opened_database(settings) as database:
            return await People(database, clock=utcnow).add(roster, author=author)

    done = asyncio.run(add())
    say(f"{len(roster)} people: {done.new} new, {done.changed} changed, {done.same} as before.")


@app.command("list")
def list_people(
    group: Annotated[str | None, typer.Option(help="Only this group.")] = None,
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List the roster of a tenant, by id."""
    from dataclasses import asdict

    from ..people.extra_time import extra_time_text

    settings = options.settings(database_url=database_url, data_dir=data_dir)
    people = asyncio.run(everybody(settings, tenant, group))
    if as_json:
        for person in people:
            say_json(asdict(person) | {"extra_time": extra_time_text(person.extra_time)})
        return
    rows = ((p.id, p.name, p.email, p.group, extra_time_text(p.extra_time)) for p in people)
    table(("id", "name", "email", "group", "extra time"), rows)


@app.command()
def remove(
    person_id: Annotated[str, typer.Argument(help="The id in the roster.", metavar="ID")],
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Take somebody off the roster. Their sessions stay."""
    author = options.principal(Role.OPERATOR, name, tenant)
    settings = options.settings(database_url=database_url, data_dir=data_dir)

    async def take_off() -> None:
        from ..clock import utcnow
        from ..storage.people import People
        from .stores import opened_database

        async with opened_database(settings) as database:
            await People(database, clock=utcnow).remove(person_id, author=author)

    asyncio.run(take_off())
    say(f"{person_id} is not on the roster any more.")


async def everybody(settings: Settings, tenant: str, group: str | None) -> list[Person]:
    """The people of a tenant, or of one group."""
    from ..clock import utcnow
    from ..storage.people import People
    from .stores import opened_database

    found: list[Person] = []
    async with opened_database(settings) as database:
        people = People(database, clock=utcnow)
        while page := await people.list(tenant, group=group, after=found[-1].id if found else None, limit=_PAGE):
            found += page
    return found
