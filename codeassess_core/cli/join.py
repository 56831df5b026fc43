"""`codeassess join`: a candidate takes up an invitation, for editors on this computer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InvalidInput, NotFound
from . import options
from .agreement import insist_on_agreement
from .output import say

if TYPE_CHECKING:
    from ..client.credentials_file import StoredCredential


def join(
    code: Annotated[str, typer.Argument(help="The code of the invitation, or its whole link.", metavar="CODE")],
    server: Annotated[
        str | None,
        typer.Option(envvar="CODEASSESS_SERVER_URL", help="The service; not needed with the link.", metavar="URL"),
    ] = None,
    agree: Annotated[
        bool, typer.Option("--agree", help="Agree to what the assessment asks you to agree to, without being asked.")
    ] = False,
    data_dir: options.DataDir = None,
) -> None:
    """Take up an invitation: editors on this computer then write in your name, in that assessment.

    What the assessment asks you to agree to is shown first; without your agreement the code is not used.
    The credential is kept in a file that only you can read. It renews itself while it is used.
    """
    from ..client.credentials_file import CredentialsFile, default_path
    from ..people.codes import read_code, split_link

    linked, _ = split_link(code)
    url = linked or server
    if url is None:
        raise InvalidInput("A code alone does not name its service: give the whole link, or --server URL.")
    file = CredentialsFile(default_path(options.settings(data_dir=data_dir)))
    credential = asyncio.run(_join(url, read_code(code), agree=agree))
    file.put(url, credential)
    say(f"You have joined “{credential.title}” as {credential.candidate}.")
    say("Start a session in your editor now. The credential is in a file that only you can read:")
    say(f"  {file.path}")


async def _join(url: str, code: str, *, agree: bool) -> StoredCredential:
    from ..client.credentials_file import StoredCredential
    from ..client.rest import Rest

    async with Rest(url, token="") as rest:
        try:
            asked = await rest.look(code)
            digest = asked.get("consent_sha256") or ""
            if digest:
                insist_on_agreement(asked["title"], asked["consent_text"], agree=agree)
            return replace(StoredCredential.of(await rest.join(code)), agreed_sha256=digest)
        except NotFound as problem:
            raise InvalidInput(f"{url} is no service that people are invited to; look at the link again.") from problem
