"""The extension: traits, routes, and the core that is opened behind them.

Loading it costs the server next to nothing: SQLAlchemy, pydantic and what hangs on them
are imported by `core`, in a thread, when the first request needs them or the server has
been up for a moment.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import weakref
from typing import TYPE_CHECKING, Any, ClassVar

from jupyter_server.extension.application import ExtensionApp
from traitlets import TraitError

from codeassess_core.errors import CodeAssessError, InvalidInput, StoreUnavailable
from codeassess_core.model import Mode
from codeassess_core.settings import Settings

from .routes import routes
from .traits import SettingsTraits, settings_from

if TYPE_CHECKING:
    from codeassess_core.wiring import Core

    from .desk import Desk
    from .socket import SessionSocket

_WARM_UP_AFTER = 1.0  # seconds after start-up, so that the first page of the server comes first


class CodeAssess(SettingsTraits, ExtensionApp):  # type: ignore[misc, valid-type]
    """Live, explainable coding assessment."""

    name = "codeassess"
    load_other_extensions = True
    default_mode: ClassVar[Mode] = Mode.EMBEDDED
    _wrong = ""  # the setting that cannot be, in a sentence

    def _link_jupyter_server_extension(self, serverapp: Any) -> None:
        try:
            super()._link_jupyter_server_extension(serverapp)
        except TraitError as problem:  # Jupyter would go on with the default, of the database as of anything else
            self._wrong = str(problem)

    def initialize_settings(self) -> None:
        """Read the settings; a wrong one stops the extension with a sentence, not the server with a traceback."""
        self._core: Core | None = None
        self._desk: Desk | None = None
        self._opening = asyncio.Lock()
        self._warming: asyncio.Task[None] | None = None
        self._stopped = False
        self.sockets: weakref.WeakSet[SessionSocket] = weakref.WeakSet()
        assert self.serverapp is not None
        _log_like(self.serverapp.log)
        try:
            self.chosen: Settings = settings_from(self, mode=self.default_mode)
        except InvalidInput as problem:
            self._wrong = self._wrong or problem.message
        self.usable = not self._wrong
        if not self.usable:
            self.log.critical("codeassess is not loaded: %s", self._wrong)

    def initialize_handlers(self) -> None:
        if self.usable:
            self.handlers.extend(routes(self))

    async def core(self) -> Core:
        """The open core; the first caller opens it.

        Raises:
            StoreUnavailable: the database is away or has another revision; the next caller tries again.
        """
        async with self._opening:
            if self._stopped:
                raise StoreUnavailable("The server is stopping.")
            if self._core is None:
                self._core = await self._open()
            return self._core

    async def _open(self) -> Core:
        wiring = await asyncio.to_thread(importlib.import_module, "codeassess_core.wiring")
        try:
            core: Core = wiring.Core(self.chosen)
        except InvalidInput as problem:  # a setting that only its own part can judge: no fault of who asks
            raise StoreUnavailable(problem.message) from problem
        try:
            await core.open()
        except BaseException:  # of whatever kind: nothing stays half open
            await core.aclose()
            raise
        return core

    async def desk(self) -> Desk:
        """What REST does, over the open core."""
        core = await self.core()
        if self._desk is None:
            module = await asyncio.to_thread(importlib.import_module, "codeassess_ext.desk")
            self._desk = module.Desk(core)
        desk: Desk = self._desk
        return desk

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        if self.usable:
            self._warming = asyncio.create_task(self._warm_up())

    async def _warm_up(self) -> None:
        await asyncio.sleep(_WARM_UP_AFTER)
        try:
            await self.desk()
        except CodeAssessError as problem:
            self.log.error("codeassess is not ready: %s %s", problem.message, problem.detail or "")

    async def stop_extension(self) -> None:
        """Drain: tell the clients to come back, then finish and close."""
        self._stopped = True
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        await asyncio.gather(*(socket.drain() for socket in list(self.sockets)))
        async with self._opening:
            if self._core is not None:
                await self._core.aclose()
                self._core = self._desk = None


def _log_like(server: logging.Logger) -> None:
    """The core logs where the server does, with time and level, unless a logging_config says otherwise."""
    core = logging.getLogger("codeassess_core")
    if server.handlers and not core.handlers:
        core.handlers = list(server.handlers)
        core.propagate = server.propagate
