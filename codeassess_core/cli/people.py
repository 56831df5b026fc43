"""`codeassess people`: the roster."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .output import say, say_json, table
from .place import Server, Token, people_place

if TYPE_CHECKING:
    from ..model import Person

app = typer.Typer(help="Keep the roster: who can be invited, their groups and extra time.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--name", help="Whose work it is.")]


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="CSV with id or email, and name, group, extra_time.", metavar="FILE")],
    server: Server = None,
    token: Token = None,
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Add the people of a roster, all or none. Who is known already is brought up to date; nobody is removed."""
    from ..people.roster import read_roster

    where = people_place(server, token, name=name, tenant=tenant, database_url=database_url, data_dir=data_dir)
    roster = read_roster(file, tenant=tenant)

    async def add() -> tuple[int, int, int]:
        async with where as place:
            return await place.add(roster)

    new, changed, same = asyncio.run(add())
    say(f"{len(roster)} people: {new} new, {changed} changed, {same} as before.")


@app.command("list")
def list_people(
    group: Annotated[str | None, typer.Option(help="Only this group.")] = None,
    server: Server = None,
    token: Token = None,
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List the roster of a tenant, by id."""
    from ..people.extra_time import extra_time_text

    where = people_place(server, token, tenant=tenant, database_url=database_url, data_dir=data_dir)

    async def read() -> list[Person]:
        async with where as place:
            return await place.people(group)

    columns = ("id", "name", "email", "group")
    rows = [
        {column: getattr(person, column) for column in columns} | {"extra_time": extra_time_text(person.extra_time)}
        for person in asyncio.run(read())
    ]
    if as_json:
        for row in rows:
            say_json(row)
        return
    table((*columns, "extra time"), (tuple(row.values()) for row in rows))


@app.command()
def remove(
    person_id: Annotated[str, typer.Argument(help="The id in the roster.", metavar="ID")],
    server: Server = None,
    token: Token = None,
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Take somebody off the roster. Their sessions stay."""
    where = people_place(server, token, name=name, tenant=tenant, database_url=database_url, data_dir=data_dir)

    async def take_off() -> None:
        async with where as place:
            await place.remove(person_id)

    asyncio.run(take_off())
    say(f"{person_id} is not on the roster any more.")
