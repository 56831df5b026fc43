"""`codeassess assessment`: the tasks that sessions are about."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..errors import NotFound
from ..identity import Principal, Role
from . import options
from .output import say, say_json, table

if TYPE_CHECKING:
    from ..model import AssessmentSpec
    from ..new_assessment import NewAssessment
    from ..settings import Settings

app = typer.Typer(help="Create, list and show assessments.", no_args_is_help=True)

_PAGE: Final = 1_000
_Name = Annotated[str, typer.Option("--name", help="Whose work it is.")]


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
    """Store an assessment and print its id. It never changes; a change is another version."""
    from .assessment_file import read_assessment

    new = read_assessment(file)
    known = None if version_of is None else options.canonical_id(version_of, "--version-of")
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    spec = asyncio.run(_add(settings, new, options.principal(Role.OPERATOR, name, tenant), known=known))
    say(f"{spec.id} version {spec.version}: {spec.title}")


@app.command("list")
def list_assessments(
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List the assessments of a tenant, the newest first."""
    from ..clock import isoformat

    specs = asyncio.run(_list(options.settings(database_url=database_url, data_dir=data_dir), tenant))
    if as_json:
        for spec in specs:
            say_json(asdict(spec) | {"created_at": isoformat(spec.created_at)})
        return
    rows = ((spec.id, str(spec.version), isoformat(spec.created_at), spec.title) for spec in specs)
    table(("id", "version", "created", "title"), rows)


@app.command()
def show(
    assessment_id: Annotated[str, typer.Argument(help="The assessment.", metavar="ASSESSMENT_ID")],
    version: Annotated[int | None, typer.Option(help="Which version; the newest if not given.", min=1)] = None,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Print an assessment as JSON."""
    from ..clock import isoformat

    settings = options.settings(database_url=database_url, data_dir=data_dir)
    spec = asyncio.run(_get(settings, options.canonical_id(assessment_id, "ASSESSMENT_ID"), version))
    say_json(asdict(spec) | {"created_at": isoformat(spec.created_at)}, indent=2)


async def _add(settings: Settings, new: NewAssessment, author: Principal, *, known: str | None) -> AssessmentSpec:
    from ..clock import utcnow
    from ..storage.assessments import Assessments
    from .stores import opened_database

    async with opened_database(settings) as database:
        assessments = Assessments(database)
        if known is not None and (await assessments.get(known)).tenant != author.tenant:
            raise NotFound("There is no such assessment.")
        return await assessments.add(new.spec(author, now=utcnow(), assessment_id=known))


async def _list(settings: Settings, tenant: str) -> list[AssessmentSpec]:
    from ..storage.assessments import Assessments
    from .stores import opened_database

    specs: list[AssessmentSpec] = []
    async with opened_database(settings) as database:
        while page := await Assessments(database).list(tenant, before=specs[-1].id if specs else None, limit=_PAGE):
            specs += page
    return specs


async def _get(settings: Settings, assessment_id: str, version: int | None) -> AssessmentSpec:
    from ..storage.assessments import Assessments
    from .stores import opened_database

    async with opened_database(settings) as database:
        return await Assessments(database).get(assessment_id, version)
