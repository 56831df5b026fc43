"""`jupyter codeassess`: the same application as a service, without kernels, contents, terminals or files."""

from __future__ import annotations

import sys
from typing import ClassVar

from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from traitlets import default

from codeassess_core.errors import InvalidInput
from codeassess_core.model import Mode

from .extension import CodeAssess
from .hub.environment import hub_cookie_secret, hub_settings
from .no_jupyter_identity import NobodyByJupyter
from .page import NothingHandler, page_routes
from .rest import MAX_BODY_BYTES
from .role_provider import RoleProvider


class NoFiles(AsyncLargeFileManager):
    """Jupyter's contents without their handlers: by default it adds `/files/`, whatever is loaded."""

    def get_extra_handlers(self) -> list[tuple[str, object]]:
        return []


class BareServer(ServerApp):
    """A Jupyter Server with nothing in it that could run or read a candidate's code."""

    name = "codeassess"
    default_services = ("auth", "security", "shutdown")  # type: ignore[assignment]

    @default("contents_manager_class")
    def _no_files(self) -> type[AsyncLargeFileManager]:
        return NoFiles

    @default("cookie_secret")
    def _default_cookie_secret(self) -> bytes:
        return hub_cookie_secret() or super()._default_cookie_secret()

    @default("identity_provider_class")
    def _no_jupyter_identity(self) -> type[IdentityProvider]:
        return NobodyByJupyter


class CodeAssessService(CodeAssess):
    """codeassess as a service: candidates and graders have tokens of their own."""

    name = "codeassess"
    default_url = "/"
    load_other_extensions = False
    serverapp_class = BareServer
    serverapp_config = {  # noqa: RUF012 (as the base class declares it)
        "max_body_size": 4 * MAX_BODY_BYTES,
        "open_browser": False,
        "no_browser_open_file": True,
    }
    default_mode: ClassVar[Mode] = Mode.SERVICE

    def initialize_settings(self) -> None:
        super().initialize_settings()
        if self.usable and self.chosen.mode == Mode.UPSTREAM:
            self.log.critical("codeassess is not loaded: mode upstream is for a candidate's own Jupyter.")
            self.usable = False
        if not self.usable:  # the server has no other purpose
            self.exit(1)

    def initialize_handlers(self) -> None:
        super().initialize_handlers()
        if self.usable and self.serverapp is not None:
            self.handlers[:0] = page_routes(self)
            provider = self.serverapp.identity_provider
            if isinstance(provider, RoleProvider):
                self.handlers[:0] = provider.routes(self)
                self.serverapp.web_app.settings["xsrf_cookies"] = False  # Tornado checks before a hub's user is known
            if isinstance(provider, NobodyByJupyter | RoleProvider):  # another one has addresses of its own
                self.handlers.append((r"/.*", NothingHandler, {"app": self}))

    async def stop_extension(self) -> None:
        await super().stop_extension()
        if self.serverapp is not None and isinstance(self.serverapp.identity_provider, RoleProvider):
            await self.serverapp.identity_provider.aclose()

    @classmethod
    def get_extension_package(cls) -> str:
        return "codeassess_ext.service"


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    return [{"module": "codeassess_ext.service", "app": CodeAssessService}]


def main() -> None:
    """Run `jupyter codeassess`; what a JupyterHub says in the environment counts less than options and files."""
    try:
        CodeAssessService.serverapp_config = CodeAssessService.serverapp_config | hub_settings()
    except InvalidInput as problem:
        sys.exit(f"codeassess is not started: {problem.message}")
    CodeAssessService.launch_instance()  # type: ignore[no-untyped-call]
