"""Where a command looks for assessments, people and invitations: `--server URL`, else the stores of the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InvalidInput
from ..identity import Principal, Role
from . import options

if TYPE_CHECKING:
    from ..authoring.places import Place
    from ..people.places import Place as PeoplePlace
    from ..settings import Settings

PlaceContext = AbstractAsyncContextManager["Place"]
PeopleContext = AbstractAsyncContextManager["PeoplePlace"]

Server = Annotated[
    str | None, typer.Option(help="A server's base URL; without it, the stores of the settings.", metavar="URL")
]
Token = Annotated[
    str | None,
    typer.Option(envvar="CODEASSESS_TOKEN", help="Your token for --server; better in the environment."),
]


def chosen_place(
    server: str | None = None, token: str | None = None, *, name: str = "operator", tenant: str, **stores: str | None
) -> PlaceContext:
    """The place that the options of a command name; open it with `async with`.

    Raises:
        InvalidInput: a server without a token, or options that are not allowed.
    """
    if server is None:
        return _stores(options.settings(**stores), options.principal(Role.OPERATOR, name, tenant))
    from ..authoring.places import on_server

    return on_server(server, _needed(token))


def people_place(
    server: str | None = None, token: str | None = None, *, name: str = "operator", tenant: str, **stores: str | None
) -> PeopleContext:
    """The same for the roster and the invitations."""
    if server is None:
        return _people_stores(options.settings(**stores), options.principal(Role.OPERATOR, name, tenant))
    from ..people.places import on_server

    return on_server(server, _needed(token))


def _needed(token: str | None) -> str:
    if not token:
        raise InvalidInput("A server needs a token: set CODEASSESS_TOKEN, or give --token.", field="token")
    return token


@asynccontextmanager
async def _stores(settings: Settings, author: Principal) -> AsyncIterator[Place]:
    from ..authoring.places import Stores
    from ..parts import retrieval_for
    from ..storage.assessments import Assessments
    from .stores import opened_database

    async with opened_database(settings) as database:
        retrieval = retrieval_for(settings)
        try:
            name = database.url.render_as_string(hide_password=True)
            yield Stores(Assessments(database), retrieval, author=author, name=name)
        finally:
            await retrieval.aclose()


@asynccontextmanager
async def _people_stores(settings: Settings, author: Principal) -> AsyncIterator[PeoplePlace]:
    from ..clock import utcnow
    from ..people.places import Stores
    from ..storage.assessments import Assessments
    from ..storage.invitations import Invitations
    from ..storage.people import People
    from .stores import opened_database

    async with opened_database(settings) as database:
        people, invitations = People(database, clock=utcnow), Invitations(database, clock=utcnow)
        public_url = settings.public_url
        yield Stores(people, invitations, Assessments(database), author=author, public_url=public_url)
