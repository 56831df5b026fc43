"""`codeassess-lsp --stdio`: pygls, with our operations.

Until `initialize` is answered nothing is loaded but pygls and the few light modules of
this package, so that the editor does not wait: the operations (pydantic, the network, or the
whole core) are loaded in the background after it.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcInternalError

from codeassess_core import __version__
from codeassess_core.errors import CodeAssessError, InvalidInput

from .editor.options import PROTOCOL, Options, read_options
from .editor.protocol import OPERATIONS, PREFIX, Protocol, Refused, TextServer
from .editor.texts import OpenTexts

if TYPE_CHECKING:
    from .operations import Operations

log = logging.getLogger(__name__)

NOTEBOOKS: Final = types.NotebookDocumentSyncOptions(
    notebook_selector=[types.NotebookDocumentFilterWithNotebook(notebook="*")], save=True
)
RENAMES: Final = types.FileOperationRegistrationOptions(
    filters=[types.FileOperationFilter(pattern=types.FileOperationPattern(glob="**"))]
)
"""Of every file and every folder."""


class Server(TextServer):
    """The language server; what it does is in `operations()`."""

    def __init__(self) -> None:
        self.texts = OpenTexts()
        super().__init__("codeassess-lsp", __version__, notebook_document_sync=NOTEBOOKS, protocol_cls=Protocol)
        self.options = Options()
        self._loading: asyncio.Task[Operations] | None = None

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log the kind of the error alone: the content of a message must not be logged."""
        log.error("a message was not handled: %s", type(error).__name__)

    def load(self) -> None:
        """Begin to load the operations."""
        self._loading = asyncio.create_task(self._load(), name="codeassess-load")

    async def _load(self) -> Operations:
        await asyncio.sleep(0)  # the answer to what is being handled goes out first
        module = await asyncio.to_thread(importlib.import_module, "codeassess_lsp.operations")
        operations: Operations = module.Operations(self, self.options, self.texts)
        await operations.open()
        return operations

    async def operations(self) -> Operations:
        """The operations, once they are loaded."""
        if self._loading is None:
            raise InvalidInput("The server is not initialized.")
        return await asyncio.shield(self._loading)

    async def aclose(self) -> None:
        """Store what was just typed, and close the connections."""
        if self._loading is not None:
            operations = await self.operations()
            await operations.aclose()


def make_server() -> Server:
    """A server with its features and commands."""
    server = Server()
    server.feature(types.INITIALIZE)(_initialize)
    server.feature(types.INITIALIZED)(_initialized)
    server.feature(types.SHUTDOWN)(_shutdown)
    server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.Empty])
    )(_code_actions)
    server.feature(types.WORKSPACE_DID_RENAME_FILES, RENAMES)(_renamed)
    for name in OPERATIONS:
        _register(server, name)
    return server


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    # pygls announces the encoding by the same function, so that we count in what it announces.
    ls.texts.encoding = types.PositionEncodingKind(
        ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
    ).value
    folders = tuple(folder.uri for folder in params.workspace_folders or ()) or tuple(filter(None, (params.root_uri,)))
    try:
        ls.options = read_options(params.initialization_options, folders=folders, capabilities=params.capabilities)
    except InvalidInput as problem:
        raise Refused(problem) from problem


async def _initialized(ls: Server, params: types.InitializedParams) -> None:
    announced = ls.options.client_protocol
    if announced is not None and announced != PROTOCOL:
        newer = "the extension" if announced < PROTOCOL else "codeassess"
        ls.window_show_message(
            types.ShowMessageParams(
                type=types.MessageType.Error,
                message=f"The CodeAssess extension speaks protocol {announced} and codeassess {__version__} speaks "
                f"protocol {PROTOCOL}: update {newer}. Nothing is recorded until they fit.",
            )
        )
        return
    ls.load()


async def _shutdown(ls: Server, params: None) -> None:
    await ls.aclose()


async def _code_actions(ls: Server, params: types.CodeActionParams) -> list[types.Command]:
    return (await ls.operations()).actions(params.text_document.uri)


async def _renamed(ls: Server, params: types.RenameFilesParams) -> None:
    operations = await ls.operations()
    for file in params.files:
        operations.moved(file.old_uri, file.new_uri)


def _register(server: Server, name: str) -> None:
    async def operate(given: Any) -> Any:
        try:
            if given is not None and not isinstance(given, Mapping):
                raise InvalidInput("The parameters must be one object.")
            return await (await server.operations()).operate(name, dict(given or {}))
        except CodeAssessError as problem:
            raise Refused(problem) from problem
        except Exception as fault:  # nothing above handles it: the client is told that it failed, the log why
            log.exception("%s%s failed", PREFIX, name)
            raise JsonRpcInternalError("Something went wrong in the language server; its log says what.") from fault

    async def command(*arguments: Any) -> Any:
        return await operate(arguments[0] if arguments else None)

    server.feature(PREFIX + name)(operate)
    server.command(PREFIX + name)(command)


def main() -> NoReturn:
    """Serve one editor on standard input and output until it leaves."""
    parser = argparse.ArgumentParser(prog="codeassess-lsp", description="The language server of codeassess.")
    parser.add_argument("--stdio", action="store_true", help="talk on standard input and output (the only way)")
    parser.add_argument("--version", action="version", version=__version__)
    parser.parse_args()
    # The log level is for our own loggers alone: those of pygls, websockets and httpx would log whole messages,
    # with texts, answers and the token.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    for ours in ("codeassess_lsp", "codeassess_core"):
        logging.getLogger(ours).setLevel(os.environ.get("CODEASSESS_LOG_LEVEL", "WARNING"))
    wire = sys.stdout.buffer
    sys.stdout = sys.stderr  # a print must not end up between two messages
    make_server().start_io(stdout=wire)
    sys.exit(0)


if __name__ == "__main__":
    main()
