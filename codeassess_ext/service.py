"""`jupyter codeassess`: the same application as a service, without kernels, contents, terminals or files."""

from __future__ import annotations

from typing import ClassVar

from jupyter_server.serverapp import ServerApp

from codeassess_core.model import Mode

from .extension import CodeAssess
from .rest import MAX_BODY_BYTES


class BareServer(ServerApp):
    """A Jupyter Server with nothing in it that could run or read a candidate's code."""

    name = "codeassess"
    default_services = ("auth", "security", "shutdown")  # type: ignore[assignment]


class CodeAssessService(CodeAssess):
    """codeassess as a service: candidates and graders come with tokens of their own."""

    name = "codeassess"
    default_url = "/codeassess/health"
    load_other_extensions = False
    serverapp_class = BareServer
    serverapp_config = {"max_body_size": 4 * MAX_BODY_BYTES}  # noqa: RUF012 (as the base class declares it)
    default_mode: ClassVar[Mode] = Mode.SERVICE

    def initialize_settings(self) -> None:
        super().initialize_settings()
        if not self.usable:  # there is nothing else that this server could do
            self.exit(1)

    @classmethod
    def get_extension_package(cls) -> str:
        return "codeassess_ext.service"


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    return [{"module": "codeassess_ext.service", "app": CodeAssessService}]


main = CodeAssessService.launch_instance
