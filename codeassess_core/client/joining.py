"""Taking up an invitation: the code is exchanged for a credential, which is kept in the candidate's file.

The language server does it for editors; `codeassess join` and a candidate's own Jupyter (mode upstream) keep their
credentials in the same file.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from ..errors import InvalidInput, NotFound
from ..people.codes import read_code, split_link
from .credentials_file import CredentialsFile, StoredCredential
from .errors import ServerFault
from .rest import Rest

SECONDS: Final = 20.0  # for the service's answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A service, and the credential that it gave."""

    server: str
    credential: StoredCredential


async def join_with_code(text: str, *, server: str | None, file: CredentialsFile) -> Joined:
    """Exchange a code, or a whole link, for a credential, and keep it in `file`; the link's server counts first.

    Raises:
        InvalidInput: it is no code, no server is named, or nobody is invited to that server.
        CredentialsUnusable: the file cannot be used; the code was not sent.
        Forbidden: the code does not work; `detail` has the reason. ServerUnreachable, ServerFault: no usable answer.
    """
    linked, _ = split_link(text)
    url = linked or server
    if not url:
        raise InvalidInput("A code alone does not name its service: give the whole link, or the server.", field="code")
    code = read_code(text)
    await asyncio.to_thread(file.get, url)  # a file that cannot be used is told before the code is used up
    credential = await _exchange(url, code)
    await asyncio.to_thread(file.put, url, credential)
    return Joined(server=url.rstrip("/"), credential=credential)


async def _exchange(url: str, code: str) -> StoredCredential:
    async with Rest(url, token="", seconds=SECONDS) as rest:
        try:
            return StoredCredential.of(await rest.join(code))
        except NotFound as problem:
            raise InvalidInput(f"{url} is no service that people are invited to; look at the link again.") from problem
        except InvalidInput as problem:
            if problem.detail.get("field") == "code":
                raise
            raise ServerFault(f"{url} did not answer with a credential.") from problem
