"""With which credential this Jupyter asks the service: that of an invitation, or the one that JupyterHub gave it."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from codeassess_core.client.credentials_file import CredentialsFile, StoredCredential, default_path
from codeassess_core.client.service_errors import HubTokenRefused, NotJoined
from codeassess_core.errors import CodeAssessError, InvalidInput
from codeassess_core.modes import BY_HUB
from codeassess_core.settings import Settings

from ..hub.environment import own_hub_token

_AGAIN: Final = "Your access to this assessment has run out or was withdrawn: join again with a code."
_NO_CODE: Final = (
    "Here JupyterHub says who you are, so you need no code: what you are invited to stands under My assessments."
)


class OwnCredential(Protocol):
    """The credential of this Jupyter."""

    async def token(self) -> str:
        """The token to send now.

        Raises:
            NotJoined: there is none yet. CredentialsUnusable: the file of credentials cannot be used.
        """
        ...

    def refused(self) -> CodeAssessError:
        """What to say when the service does not accept it."""
        ...

    async def may_join(self) -> None:
        """Return when a code may be used here.

        Raises:
            InvalidInput: none is needed. CredentialsUnusable: what it gives could not be kept.
        """
        ...

    async def keep(self, joined: StoredCredential) -> None:
        """Keep what a code gave."""
        ...


class Invited:
    """The credential that a code gave, in the candidate's file."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.upstream_url
        self._file = CredentialsFile(default_path(settings))

    async def token(self) -> str:
        found = await asyncio.to_thread(self._file.get, self._url)
        if found is None:
            raise NotJoined()
        return found.token

    def refused(self) -> CodeAssessError:
        return NotJoined(_AGAIN)

    async def may_join(self) -> None:
        await asyncio.to_thread(self._file.get, self._url)

    async def keep(self, joined: StoredCredential) -> None:
        await asyncio.to_thread(self._file.put, self._url, joined)


class KnownToHub:
    """The token that a JupyterHub gave to this server, for the service of the same Hub."""

    async def token(self) -> str:
        return own_hub_token()

    def refused(self) -> CodeAssessError:
        return HubTokenRefused()

    async def may_join(self) -> None:
        raise InvalidInput(_NO_CODE, field="code")

    async def keep(self, joined: StoredCredential) -> None:
        """Nothing was joined."""


def own_credential(settings: Settings) -> OwnCredential:
    """As the setting `upstream_credential` says."""
    return KnownToHub() if settings.upstream_credential == BY_HUB else Invited(settings)
