"""`codeassess token`: credentials for candidates, graders and operators."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from ..identity import Principal, Role
from . import options
from .output import say, say_json, table

if TYPE_CHECKING:
    from ..settings import Settings
    from ..storage.credentials import Credential

app = typer.Typer(help="Issue, list and revoke the tokens of candidates, graders and operators.", no_args_is_help=True)


@app.command()
def create(
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
    name: Annotated[str, typer.Option(help="Whose it is: the name that sessions and reports carry.")],
    tenant: options.Tenant = "default",
    expires_in: Annotated[
        str | None, typer.Option(help="Its time, like 90s, 30m, 8h or 7d; no end if not given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Issue a token. It is shown this once: the database keeps only its hash."""
    from ..clock import isoformat

    principal = options.principal(role, name, tenant)
    lifetime = None if expires_in is None else timedelta(seconds=options.seconds(expires_in))
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    credential_id, token, expires_at = asyncio.run(_issue(settings, principal, lifetime))
    until = isoformat(expires_at) if expires_at else None
    if as_json:
        shown = {"id": credential_id, "token": token, "role": role, "name": name, "tenant": tenant, "expires_at": until}
        say_json(shown)
        return
    say(f"A token for the {role} {name}" + (f", valid until {until}:" if until else ", without an end:"))
    say(f"\n  {token}\n")
    say(f"It is not shown again. `codeassess token revoke {credential_id}` makes it worthless.")


@app.command("list")
def list_tokens(
    tenant: options.Tenant = "default",
    as_json: options.AsJson = False,
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Show the tokens of a tenant, the newest first; never the tokens themselves."""
    from ..clock import isoformat, utcnow

    settings = options.settings(database_url=database_url, data_dir=data_dir)
    known = asyncio.run(_list(settings, tenant))
    now = utcnow()
    if as_json:
        for c in known:
            say_json(_shown(c, now))
        return
    table(
        ("id", "role", "name", "created", "state"),
        ((c.id, c.principal.role, c.principal.name, isoformat(c.created_at), _state(c, now)) for c in known),
    )


@app.command()
def revoke(
    credential_id: Annotated[str, typer.Argument(help="The id that create and list show.", metavar="ID")],
    database_url: options.DatabaseUrl = None,
    data_dir: options.DataDir = None,
) -> None:
    """Make a token worthless from now on; sockets that were opened with it are closed within seconds."""
    settings = options.settings(database_url=database_url, data_dir=data_dir)
    asyncio.run(_revoke(settings, options.canonical_id(credential_id, "ID")))
    say(f"The credential {credential_id} is revoked.")


async def _issue(
    settings: Settings, principal: Principal, lifetime: timedelta | None
) -> tuple[str, str, datetime | None]:
    from ..clock import utcnow
    from ..identity import new_token
    from ..storage.credentials import Credentials
    from .stores import opened_database

    token = new_token()
    expires_at = utcnow() + lifetime if lifetime else None
    async with opened_database(settings) as database:
        credentials = Credentials(database, clock=utcnow)
        return await credentials.issue(token, principal, expires_at=expires_at), token, expires_at


async def _list(settings: Settings, tenant: str) -> tuple[Credential, ...]:
    from ..clock import utcnow
    from ..storage.credentials import Credentials
    from .stores import opened_database

    async with opened_database(settings) as database:
        return await Credentials(database, clock=utcnow).list(tenant)


async def _revoke(settings: Settings, credential_id: str) -> None:
    from ..clock import utcnow
    from ..storage.credentials import Credentials
    from .stores import opened_database

    async with opened_database(settings) as database:
        await Credentials(database, clock=utcnow).revoke(credential_id)


def _shown(credential: Credential, now: datetime) -> dict[str, str | None]:
    from ..clock import isoformat

    ends = {"expires_at": credential.expires_at, "revoked_at": credential.revoked_at}
    return {
        "id": credential.id,
        "role": credential.principal.role,
        "name": credential.principal.name,
        "tenant": credential.principal.tenant,
        "created_at": isoformat(credential.created_at),
        "state": _state(credential, now).partition(" ")[0],
    } | {name: isoformat(moment) if moment else None for name, moment in ends.items()}


def _state(credential: Credential, now: datetime) -> str:
    from ..clock import isoformat

    if credential.revoked_at is not None:
        return f"revoked {isoformat(credential.revoked_at)}"
    if credential.expires_at is None:
        return "valid"
    return f"{'valid until' if credential.expires_at > now else 'expired'} {isoformat(credential.expires_at)}"
