"""`codeassess assessment`: the tasks that sessions are about, in the stores of the settings or on a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from . import options
from .author import check, init, publish
from .demo.preview import preview
from .output import say, say_json, table
from .place import Server, Token, chosen_place

if TYPE_CHECKING:
    from ..authoring.places import Change
    from ..new_assessment import NewAssessment, StoredAssessment
    from .place import PlaceContext

app = typer.Typer(help="Write, publish, list and close assessments.", no_args_is_help=True)
for command in (init, check, preview, publish):
    app.command()(command)

_Name = Annotated[str, typer.Option("--name", help="Whose work it is.")]
_Known = Annotated[str, typer.Argument(help="The assessment.", metavar="ASSESSMENT_ID")]
_HEAD: Final = ("id", "version", "status", "created", "title")


@app.command()
def create(
    file: Annotated[Path, typer.Argument(help="JSON: title, instructions, rubric, …", metavar="FILE")],
    version_of: Annotated[
        str | None, typer.Option(help="Make it the next version of this assessment.", metavar="ASSESSMENT_ID")
    ] = None,
    name: _Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Store an assessment that is one JSON file and print its id. For a folder: publish."""
    from .assessment_file import read_assessment

    new = read_assessment(file)
    known = None if version_of is None else options.canonical_id(version_of, "--version-of")
    where = chosen_place(name=name, tenant=tenant, database_url=database_url, data_dir=data_dir)
    stored = asyncio.run(_create(where, new, known))
    say(f"{stored.assessment_id} version {stored.version}: {stored.title}")


@app.command("list")
def list_assessments(
    server: Server = None,
    token: Token = None,
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List the assessments of a tenant, the newest first."""

    async def read() -> list[StoredAssessment]:
        async with chosen_place(server, token, tenant=tenant, database_url=database_url, data_dir=data_dir) as place:
            return await place.list()

    found = asyncio.run(read())
    if as_json:
        for stored in found:
            say_json(stored.model_dump(mode="json", by_alias=True, exclude={"files", "materials"}))
        return
    table(_HEAD, ((s.assessment_id, str(s.version), s.status, s.created_at, s.title) for s in found))


@app.command()
def show(
    assessment_id: _Known,
    version: Annotated[int | None, typer.Option(help="Which version; the newest if not given.", min=1)] = None,
    server: Server = None,
    token: Token = None,
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Print an assessment as JSON."""
    known = options.canonical_id(assessment_id, "ASSESSMENT_ID")

    async def read() -> StoredAssessment:
        async with chosen_place(server, token, tenant=tenant, database_url=database_url, data_dir=data_dir) as place:
            return await place.get(known, version)

    say_json(asyncio.run(read()).model_dump(mode="json", by_alias=True), indent=2)


@app.command()
def close(
    assessment_id: _Known,
    server: Server = None,
    token: Token = None,
    name: _Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Close an assessment: no session of it can begin. Sessions that began go on."""
    where = chosen_place(server, token, name=name, tenant=tenant, database_url=database_url, data_dir=data_dir)
    stored = asyncio.run(_change(where, assessment_id, "close"))
    say(f"{stored.assessment_id} is closed: {stored.title}")


@app.command("open")
def reopen(
    assessment_id: _Known,
    server: Server = None,
    token: Token = None,
    name: _Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Open a closed assessment again."""
    where = chosen_place(server, token, name=name, tenant=tenant, database_url=database_url, data_dir=data_dir)
    stored = asyncio.run(_change(where, assessment_id, "open"))
    say(f"{stored.assessment_id} is open: {stored.title}")


@app.command()
def clone(
    assessment_id: _Known,
    server: Server = None,
    token: Token = None,
    name: _Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Make a new assessment with the newest version of another one, and print its id."""
    where = chosen_place(server, token, name=name, tenant=tenant, database_url=database_url, data_dir=data_dir)
    stored = asyncio.run(_change(where, assessment_id, "clone"))
    say(f"{stored.assessment_id} version {stored.version}: {stored.title}")


async def _create(where: PlaceContext, new: NewAssessment, known: str | None) -> StoredAssessment:
    async with where as place:
        if known is None:
            return await place.add(new)
        return await place.add_version(new, after=await place.get(known))


async def _change(where: PlaceContext, assessment_id: str, change: Change) -> StoredAssessment:
    known = options.canonical_id(assessment_id, "ASSESSMENT_ID")
    async with where as place:
        return await place.change(known, change)
