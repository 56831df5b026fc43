"""What the handlers need of the extension that they belong to."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Protocol

from codeassess_core.settings import Settings

from .sign_in_limit import SignInLimit

if TYPE_CHECKING:
    from codeassess_core.storage.access_log import AccessLog
    from codeassess_core.wiring import Core

    from .operations import Operations
    from .upstream.service import Service


class Drainable(Protocol):
    """An open websocket."""

    async def drain(self) -> None:
        """Tell the client to come back later, and handle what was read from it."""
        ...


class Application(Protocol):
    """The extension, without how it is loaded. Its settings are `chosen`, its open websockets `sockets`."""

    chosen: Settings
    sign_ins: SignInLimit
    sockets: weakref.WeakSet[Drainable]

    @property
    def access_log(self) -> AccessLog | None:
        """Where accesses are noted; None: the core is not open, so nothing can be reached."""
        ...

    async def core(self) -> Core:
        """The open core.

        Raises:
            StoreUnavailable: it cannot be opened now; the next caller tries again.
        """
        ...

    async def operations(self) -> Operations:
        """What REST does, over the open core; raises as `core`."""
        ...

    async def service(self) -> Service:
        """In mode upstream: the service to which everything is passed on."""
        ...
