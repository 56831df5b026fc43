"""For a window that does not write: it learns when nobody writes in the session any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from codeassess_core.client.channel import ChannelClosed
from codeassess_core.client.handshake import hello
from codeassess_core.clock import new_id
from codeassess_core.errors import CodeAssessError
from codeassess_core.live.close_codes import FIRST_FINAL_CODE

from ..backends.backend import Backend

PAUSE: Final = 20.0
"""Seconds to wait after a connection broke. The writer needs less to come back; our `hello` would take its lease."""


class LeaseWatch:
    """Calls `changed(free)` when nobody writes any more, and when somebody writes again."""

    def __init__(self, backend: Backend, session: str, *, changed: Callable[[bool], None]) -> None:
        self._backend = backend
        self._session = session
        self._changed = changed

    async def run(self) -> None:
        """Listen until the lease is free, or the server closes for good."""
        while True:
            if await self._attempt():
                return
            await asyncio.sleep(PAUSE)

    async def _attempt(self) -> bool:
        """One connection; returns True when there is no use in another one."""
        try:
            await self._listen()
            return True
        except ChannelClosed as closed:
            return closed.code >= FIRST_FINAL_CODE
        except CodeAssessError:
            return False  # the server is away: nobody can write

    async def _listen(self) -> None:
        """Listen on one connection until its `hello` got the lease: it was free."""
        async with self._backend.connect(self._session) as channel:
            await channel.send(hello(f"reader-{new_id()}"))
            while not self._is_ours(await channel.receive()):
                pass

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        """Did we get the lease? Tells whether anybody writes."""
        if message["message_type"] == "welcome" and message["writer"]["you"]:
            self._changed(True)
            return True
        if message["message_type"] == "writer":
            self._changed(not message["held"])
        return False
