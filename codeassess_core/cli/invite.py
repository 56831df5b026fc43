"""`codeassess invite` and `codeassess invitations`: who may begin an assessment, and how far they have come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..errors import InvalidInput, NotFound
from ..identity import Principal, Role
from . import options
from .output import remark, say, say_json, table, write
from .people import Name, everybody

if TYPE_CHECKING:
    from ..model import AssessmentSpec, InvitationStatus, NewInvitation, Person
    from ..settings import Settings

app = typer.Typer(help="List and withdraw invitations.", no_args_is_help=True)

_PAGE: Final = 1_000
_Assessment = Annotated[str, typer.Option("--assessment", help="The assessment.", metavar="ASSESSMENT_ID")]


class Form(StrEnum):
    """How invitations are printed."""

    CSV = "csv"
    LETTERS = "letters"


def invite(
    assessment: _Assessment,
    group: Annotated[str | None, typer.Option(help="Invite this group of the roster.")] = None,
    person: Annotated[list[str] | None, typer.Option(help="Invite this person of the roster.", metavar="ID")] = None,
    expires_in: Annotated[str, typer.Option(help="The time to begin, like 8h or 14d.")] = "14d",
    renew: Annotated[bool, typer.Option(help="New codes also for who has one; the old codes stop working.")] = False,
    form: Annotated[Form, typer.Option("--format", help="A table for a mail merge, or letters.")] = Form.CSV,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it to this file.")] = None,
    public_url: Annotated[
        str | None,
        typer.Option(envvar="CODEASSESS_PUBLIC_URL", help="Where candidates reach the service: for the links."),
    ] = None,
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Invite people of the roster to an assessment: a code and a link for each, shown this once.

    Who has an invitation that still counts keeps it, and is left out.
    """
    known = options.canonical_id(assessment, "--assessment")
    author = options.principal(Role.OPERATOR, name, tenant)
    settings = options.settings(database_url=database_url, data_dir=data_dir, public_url=public_url)
    people = _chosen(asyncio.run(everybody(settings, tenant, group)), group, person)
    lifetime = options.seconds(expires_in)
    spec, made = asyncio.run(_invite(settings, people, known, author=author, lifetime=lifetime, renew=renew))
    text = _written(made, spec, form, settings.public_url)
    if output is None:
        say(text, end="")
    else:
        write(output, text.encode())
    kept = f"; {len(people) - len(made)} have an invitation already" if len(people) > len(made) else ""
    remark(f"{len(made)} invited to “{spec.title}”{kept}.")
    if not settings.public_url:
        remark("There are no links, because public_url (CODEASSESS_PUBLIC_URL) is not set.")


def _chosen(people: list[Person], group: str | None, wanted: list[str] | None) -> list[Person]:
    if (group is None) == (not wanted):
        raise InvalidInput("Name either --group or --person.")
    if group is not None and not people:
        raise InvalidInput(f"Nobody on the roster is in the group {group!r:.100}; see `codeassess people list`.")
    if group is not None:
        return people
    by_id = {person.id: person for person in people}
    for person_id in wanted or ():
        if person_id not in by_id:
            raise InvalidInput(f"{person_id!r:.100} is not on the roster; see `codeassess people list`.")
    return [by_id[person_id] for person_id in dict.fromkeys(wanted or ())]


def _written(made: Sequence[NewInvitation], spec: AssessmentSpec, form: Form, public_url: str) -> str:
    from ..people.letters import as_letters, as_table

    if form is Form.LETTERS:
        return as_letters(made, spec, public_url=public_url)
    return as_table(made, public_url=public_url)


async def _invite(
    settings: Settings, people: list[Person], assessment_id: str, *, author: Principal, lifetime: float, renew: bool
) -> tuple[AssessmentSpec, tuple[NewInvitation, ...]]:
    from ..clock import utcnow
    from ..storage.assessments import Assessments
    from ..storage.invitations import Invitations
    from .stores import opened_database

    async with opened_database(settings) as database:
        spec = await Assessments(database).get(assessment_id)
        if spec.tenant != author.tenant:
            raise NotFound("There is no such assessment.")
        expires_at = utcnow() + timedelta(seconds=lifetime)
        invitations = Invitations(database, clock=utcnow)
        return spec, await invitations.invite(people, spec.id, author=author, expires_at=expires_at, renew=renew)


@app.command("list")
def list_invitations(
    assessment: _Assessment,
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List who is invited to an assessment: opened, joined, begun, finished, expired or revoked."""
    from ..clock import isoformat

    known = options.canonical_id(assessment, "--assessment")
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    rows = [
        {
            "id": status.invitation.id,
            "person": status.person.id,
            "name": status.person.name,
            "state": status.state.value,
            "begin_until": isoformat(status.invitation.expires_at),
            "session": status.session_id or "",
        }
        for status in asyncio.run(_list(settings, tenant, known))
    ]
    if as_json:
        for row in rows:
            say_json(row)
        return
    table(("id", "person", "name", "state", "begin until", "session"), (tuple(row.values()) for row in rows))


async def _list(settings: Settings, tenant: str, assessment_id: str) -> list[InvitationStatus]:
    from ..clock import utcnow
    from ..storage.invitations import Invitations
    from .stores import opened_database

    found: list[InvitationStatus] = []
    async with opened_database(settings) as database:
        invitations = Invitations(database, clock=utcnow)
        while page := await invitations.of_assessment(
            tenant, assessment_id, after=found[-1].person.id if found else None, limit=_PAGE
        ):
            found += page
    return found


@app.command()
def revoke(
    invitation_id: Annotated[str, typer.Argument(help="The id that list shows.", metavar="ID")],
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Withdraw an invitation: its code, and every credential given for it, end at once."""
    known = options.canonical_id(invitation_id, "ID")
    author = options.principal(Role.OPERATOR, name, tenant)
    settings = options.settings(database_url=database_url, data_dir=data_dir)

    async def withdraw() -> None:
        from ..clock import utcnow
        from ..storage.invitations import Invitations
        from .stores import opened_database

        async with opened_database(settings) as database:
            await Invitations(database, clock=utcnow).revoke(known, author=author)

    asyncio.run(withdraw())
    say(f"The invitation {invitation_id} is withdrawn.")
