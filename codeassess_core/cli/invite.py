"""`codeassess invite` and `codeassess invitations`: who may begin an assessment, and how far they have come."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InvalidInput
from . import options
from .output import remark, say, say_json, table, write
from .people import Name
from .place import Server, Token, people_place

if TYPE_CHECKING:
    from ..model import InvitationStatus
    from ..people.places import Made, Wanted
    from .place import PeopleContext

app = typer.Typer(help="List and withdraw invitations.", no_args_is_help=True)

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
        typer.Option(
            envvar="CODEASSESS_PUBLIC_URL", help="Where candidates reach the service, for the links; a server knows."
        ),
    ] = None,
    server: Server = None,
    token: Token = None,
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Invite people of the roster to an assessment: a code and a link for each, shown this once.

    Who has an invitation that still counts keeps it, and is left out.
    """
    from ..people.links import checked_address

    known = options.canonical_id(assessment, "--assessment")
    address = checked_address((public_url or "").strip(), setting="public_url")
    wanted = _wanted(group, person, lifetime=options.seconds(expires_in), renew=renew)
    stores = {"database_url": database_url, "data_dir": data_dir, "public_url": public_url}
    made = asyncio.run(_invite(people_place(server, token, name=name, tenant=tenant, **stores), known, wanted))
    _deliver(made, form, output, public_url=address or made.public_url)


def _wanted(group: str | None, people: list[str] | None, *, lifetime: float, renew: bool) -> Wanted:
    from ..people.places import Wanted

    if (group is None) == (not people):
        raise InvalidInput("Name either --group or --person.")
    return Wanted(group=group, people=tuple(people or ()), lifetime=lifetime, renew=renew)


async def _invite(where: PeopleContext, assessment_id: str, wanted: Wanted) -> Made:
    async with where as place:
        return await place.invite(assessment_id, wanted)


def _deliver(made: Made, form: Form, output: Path | None, *, public_url: str) -> None:
    """Print the codes, or write them into a file; what was done is remarked."""
    text = _written(made, form, public_url)
    if output is None:
        say(text, end="")
    else:
        write(output, text.encode())
    kept = f"; {made.kept} have an invitation already" if made.kept else ""
    remark(f"{len(made.invitations)} invited to “{made.title}”{kept}.")
    if made.invitations and not public_url:
        remark("There are no links, because public_url (CODEASSESS_PUBLIC_URL) is not set.")


def _written(made: Made, form: Form, public_url: str) -> str:
    from ..people.letters import as_letters, as_table

    if form is Form.LETTERS:
        return as_letters(made.invitations, made.title, public_url=public_url)
    return as_table(made.invitations, public_url=public_url)


@app.command("list")
def list_invitations(
    assessment: _Assessment,
    server: Server = None,
    token: Token = None,
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """List who is invited to an assessment: opened, joined, begun, finished, expired or revoked."""
    from ..clock import isoformat

    known = options.canonical_id(assessment, "--assessment")
    where = people_place(server, token, tenant=tenant, database_url=database_url, data_dir=data_dir)
    rows = [
        {
            "id": status.invitation.id,
            "person": status.person.id,
            "name": status.person.name,
            "state": status.state.value,
            "begin_until": isoformat(status.invitation.expires_at),
            "session": status.session_id or "",
        }
        for status in asyncio.run(_list(where, known))
    ]
    if as_json:
        for row in rows:
            say_json(row)
        return
    table(("id", "person", "name", "state", "begin until", "session"), (tuple(row.values()) for row in rows))


async def _list(where: PeopleContext, assessment_id: str) -> list[InvitationStatus]:
    async with where as place:
        return await place.invitations(assessment_id)


@app.command()
def revoke(
    invitation_id: Annotated[str, typer.Argument(help="The id that list shows.", metavar="ID")],
    server: Server = None,
    token: Token = None,
    name: Name = "operator",
    tenant: options.Tenant = "default",
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Withdraw an invitation: its code, and every credential given for it, end at once."""
    known = options.canonical_id(invitation_id, "ID")
    where = people_place(server, token, name=name, tenant=tenant, database_url=database_url, data_dir=data_dir)

    async def withdraw() -> None:
        async with where as place:
            await place.revoke(known)

    asyncio.run(withdraw())
    say(f"The invitation {invitation_id} is withdrawn.")
