"""The open websockets of this process, counted together with those of all others."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from ..errors import StoreUnavailable
from ..identity import Principal
from ..jobs.instances import Instance
from ..limits import Limits
from ..storage.connections import Connections

log = logging.getLogger(__name__)
KEEP_SECONDS: Final = 30.0  # after which rows that could not be removed are


class Doors:
    """Lets connections in and out. `instance` is this process."""

    def __init__(self, connections: Connections, instance: Instance, *, limits: Limits) -> None:
        self._connections = connections
        self._instance = instance
        self._limits = limits
        self._open: set[str] = set()

    async def enter(self, id: str, principal: Principal) -> None:
        """Count the connection `id` of this person.

        Raises:
            TooManySockets: there are as many as there may be. StoreUnavailable: that cannot be known.
        """
        await self._connections.add(id, principal, instance_id=self._instance.id, limits=self._limits)
        self._open.add(id)

    async def leave(self, id: str) -> None:
        """The connection is closed; what cannot be removed now is removed by `watch`."""
        if id not in self._open:
            return
        self._open.discard(id)
        try:
            await self._connections.remove(id)
        except StoreUnavailable as problem:
            log.info("a closed connection counts a little longer: %s", problem.for_the_log)

    async def watch(self) -> None:
        """Remove rows of connections that are gone. Runs until cancelled."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            try:
                await self._connections.keep(self._open, instance_id=self._instance.id)
            except StoreUnavailable:
                continue
