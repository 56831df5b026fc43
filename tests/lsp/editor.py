"""An editor without a screen: it starts the real language server and keeps its notifications."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types as t
from pytest_lsp import LanguageClient, make_test_lsp_client

TIMEOUT = 90.0
OURS = t.ClientCapabilities(experimental={"codeassess": {"protocol": 1}})
PLAIN = t.ClientCapabilities(window=t.WindowClientCapabilities(show_document=t.ShowDocumentClientCapabilities(True)))


def as_dict(value: Any) -> Any:
    """What pygls makes of a JSON object, as one again."""
    if hasattr(value, "_asdict"):
        return {name: as_dict(item) for name, item in value._asdict().items()}
    return [as_dict(item) for item in value] if isinstance(value, list) else value


class Editor:
    """One window. `start` it, and end it with `quit` or `kill`."""

    def __init__(
        self,
        home: Path,
        *,
        capabilities: t.ClientCapabilities = OURS,
        python: str = sys.executable,
        **environment: str,
    ) -> None:
        self.home = home
        self.folder = (home / "work").as_uri()
        self._capabilities = capabilities
        self._python = python
        self._environment = {**os.environ, "CODEASSESS_DATA_DIR": str(home / "lsp"), **environment}
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.buttons: list[str] = []  # which button is pressed in the next message that has one
        self.choices: list[t.ShowMessageRequestParams] = []
        self.client: LanguageClient

    async def start(self, **options: Any) -> t.InitializeResult:
        self.client = make_test_lsp_client()
        for name in ("state", "question", "evaluation", "report", "problem"):
            self._listen(f"codeassess/{name}")

        @self.client.feature(t.WINDOW_SHOW_MESSAGE_REQUEST)
        async def choose(params: t.ShowMessageRequestParams) -> t.MessageActionItem | None:
            return await self._choose(params)

        await self.client.start_io(self._python, "-m", "codeassess_lsp", "--stdio", env=self._environment)
        return await self.client.initialize_session(
            t.InitializeParams(
                capabilities=self._capabilities,
                initialization_options=options,
                workspace_folders=[t.WorkspaceFolder(uri=self.folder, name="work")],
            )
        )

    def _listen(self, method: str) -> None:
        def hear(params: Any) -> None:
            self.told.append((method, as_dict(params)))

        self.client.feature(method)(hear)

    async def _choose(self, params: t.ShowMessageRequestParams) -> t.MessageActionItem | None:
        self.choices.append(params)
        await self.until(lambda: self.buttons)
        pressed = self.buttons.pop(0)
        return next((action for action in params.actions or () if action.title == pressed), None)

    async def quit(self) -> int:
        """Leave as editors do; returns the server's exit code."""
        process = self.process
        await self.client.shutdown_session()
        code = await asyncio.wait_for(process.wait(), TIMEOUT)
        await self.client.stop()
        return code

    async def kill(self) -> None:
        """The language server dies at once."""
        process = self.process
        process.send_signal(signal.SIGKILL)
        await process.wait()
        self.client._stop_event.set()
        await self.client.stop()

    @property
    def process(self) -> asyncio.subprocess.Process:
        process: asyncio.subprocess.Process = self.client._server
        return process

    async def ask(self, name: str, **given: Any) -> Any:
        """One of our requests; raises what the server refuses."""
        answer = await asyncio.wait_for(self.client.protocol.send_request_async(f"codeassess/{name}", given), TIMEOUT)
        return as_dict(answer)

    async def command(self, name: str, *arguments: Any) -> Any:
        """The same as a command of the standard."""
        params = t.ExecuteCommandParams(command=f"codeassess/{name}", arguments=list(arguments))
        return await asyncio.wait_for(self.client.workspace_execute_command_async(params), TIMEOUT)

    def uri(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def open(self, name: str, text: str, *, language: str = "python", version: int = 1) -> str:
        uri = self.uri(name)
        item = t.TextDocumentItem(uri=uri, language_id=language, version=version, text=text)
        self.client.text_document_did_open(t.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, version: int, *changes: t.TextDocumentContentChangeEvent) -> None:
        document = t.VersionedTextDocumentIdentifier(uri=uri, version=version)
        self.client.text_document_did_change(t.DidChangeTextDocumentParams(document, changes))

    def replace(self, uri: str, version: int, text: str) -> None:
        self.change(uri, version, t.TextDocumentContentChangeWholeDocument(text))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(t.DidSaveTextDocumentParams(t.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(t.DidCloseTextDocumentParams(t.TextDocumentIdentifier(uri)))

    async def until(self, holds: Callable[[], Any], seconds: float = TIMEOUT) -> Any:
        """Wait until it holds; returns what it is then."""
        async with asyncio.timeout(seconds):
            while not (value := holds()):  # noqa: ASYNC110 (what is told comes from outside)
                await asyncio.sleep(0.02)
        return value

    def all(self, name: str) -> list[dict[str, Any]]:
        return [params for method, params in self.told if method == f"codeassess/{name}"]

    async def hear(self, name: str, holds: Callable[[dict[str, Any]], Any] = bool) -> dict[str, Any]:
        """The first notification of this kind that is as wanted, past or to come."""
        found: dict[str, Any] = await self.until(lambda: next(filter(holds, self.all(name)), None))
        return found

    async def kept(self, keeping: str = "saved") -> dict[str, Any]:
        """Wait until the last state says so."""

        def latest() -> dict[str, Any] | None:
            states = self.all("state")
            return states[-1] if states and states[-1]["keeping"] == keeping else None

        try:
            state: dict[str, Any] = await self.until(latest)
        except TimeoutError:
            raise AssertionError(f"not {keeping}: {self.all('state')[-1:]}") from None
        return state

    async def saved(self) -> None:
        """Everything that was changed so far is on the server: nothing is debounced, nothing waits."""
        await asyncio.sleep(0.35)
        await self.kept("saved")
