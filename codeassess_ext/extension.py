"""The extension: traits, routes, and the core that is opened behind them.

Loading it is cheap: SQLAlchemy, pydantic and what needs them are imported by `core`, in a
thread, when the first request needs them or one second after the server has started.
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
from codeassess_core.system.concurrency import stop

from .routes import routes
from .sign_in_limit import SignInLimit
from .traits import SettingsTraits, settings_from

if TYPE_CHECKING:
    from codeassess_core.storage.access_log import AccessLog
    from codeassess_core.wiring import Core

    from .application import Drainable
    from .operations import Operations
    from .upstream.service import Service

_WARM_UP_AFTER = 1.0  # seconds after start-up, so that the first page of the server comes first


class CodeAssess(SettingsTraits, ExtensionApp):  # type: ignore[misc, valid-type]
    """Live, explainable coding assessment."""

    name = "codeassess"
    load_other_extensions = True
    default_mode: ClassVar[Mode] = Mode.EMBEDDED
    _wrong = ""  # what is wrong with a setting, in a sentence

    def _link_jupyter_server_extension(self, serverapp: Any) -> None:
        try:
            super()._link_jupyter_server_extension(serverapp)
        except TraitError as problem:  # Jupyter would use the default instead, also for the database
            self._wrong = str(problem)

    def initialize_settings(self) -> None:
        """Read the settings; a wrong one stops the extension with a sentence, not the server with a traceback."""
        self._core: Core | None = None
        self._operations: Operations | None = None
        self._service: Service | None = None
        self._opening = asyncio.Lock()
        self._warming: asyncio.Task[None] | None = None
        self._stopped = False
        self.sockets: weakref.WeakSet[Drainable] = weakref.WeakSet()
        self.sign_ins = SignInLimit()
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
        if self.usable and self.chosen.mode == Mode.UPSTREAM:
            self._relay()
        elif self.usable:
            self.handlers.extend(routes(self))

    def _relay(self) -> None:
        """Pass everything on to the service, and tell JupyterLab's page that it is so."""
        module = importlib.import_module("codeassess_ext.upstream.routes")
        self.handlers.extend(module.upstream_routes(self))
        assert self.serverapp is not None
        page = self.serverapp.web_app.settings.setdefault("page_config_data", {})
        page["codeassessService"] = self.chosen.upstream_url
        page["codeassessCredential"] = self.chosen.upstream_credential

    @property
    def access_log(self) -> AccessLog | None:
        """Where accesses are noted; None: the core is not open."""
        return self._core.access_log if self._core is not None else None

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
        except InvalidInput as problem:  # a wrong setting, found late: the request is not at fault
            raise StoreUnavailable(problem.message) from problem
        try:
            await core.open()
        except BaseException:  # whatever went wrong: close what is open
            await core.aclose()
            raise
        return core

    async def operations(self) -> Operations:
        """What REST does, over the open core."""
        core = await self.core()
        if self._operations is None:
            module = await asyncio.to_thread(importlib.import_module, "codeassess_ext.operations")
            self._operations = module.Operations(core)
        operations: Operations = self._operations
        return operations

    async def service(self) -> Service:
        """The service behind mode upstream."""
        if self._service is None:
            module = await asyncio.to_thread(importlib.import_module, "codeassess_ext.upstream.service")
            self._service = self._service or module.Service(self.chosen)
        return self._service

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        if self.usable:
            self._warming = asyncio.create_task(self._warm_up())

    async def _warm_up(self) -> None:
        await asyncio.sleep(_WARM_UP_AFTER)
        try:
            await (self.service() if self.chosen.mode == Mode.UPSTREAM else self.operations())
        except CodeAssessError as problem:
            self.log.error("codeassess is not ready: %s %s", problem.message, problem.detail or "")

    async def stop_extension(self) -> None:
        """Tell the clients to connect again later, handle what was received, and close."""
        self._stopped = True
        if self._warming is not None:
            await stop(self._warming)
        await asyncio.gather(*(socket.drain() for socket in list(self.sockets)))
        if self._service is not None:
            await self._service.aclose()
        async with self._opening:
            if self._core is not None:
                await self._core.aclose()
                self._core = self._operations = None


def _log_like(server: logging.Logger) -> None:
    """The core logs where the server does, with time and level, unless a logging_config says otherwise."""
    core = logging.getLogger("codeassess_core")
    if server.handlers and not core.handlers:
        core.handlers = list(server.handlers)
        core.propagate = server.propagate
