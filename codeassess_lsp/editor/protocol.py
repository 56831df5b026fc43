"""Our protocol on pygls: documents go to our own store, our requests are parsed, errors keep their code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from codeassess_core.errors import CodeAssessError

from .linetext import Change, TextPosition
from .percent import Cell
from .texts import OpenText, OpenTexts

PREFIX: Final = "codeassess/"
OPERATIONS: Final = (
    "token", "redeem", "start", "join", "leave", "starter", "addDocument", "removeDocument",
    "draft", "answer", "defer", "finish", "readReport", "reconnect", "status",
)  # fmt: skip
"""Each is a request `codeassess/<name>` and a command of the same name, with one object as its parameters."""


@attrs.define
class OperationMessage:
    """One of our requests; its parameters stay a JSON object."""

    id: Any
    method: str
    jsonrpc: str
    params: Any = None


class Refused(JsonRpcException):
    """An error of ours for the client: `data` is the same object as in an error of REST."""

    CODE = -32803  # RequestFailed: the request is valid and failed
    MESSAGE = "refused"

    def __init__(self, problem: CodeAssessError) -> None:
        super().__init__(message=problem.message, code=self.CODE, data=problem.as_dict())


class TextServer(LanguageServer):
    """A language server that keeps the texts which the editor has open."""

    texts: OpenTexts


class Protocol(LanguageServerProtocol):
    """Handles the notifications about documents, in the order in which they come."""

    _server: TextServer

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]  # theirs is cached
        if method.startswith(PREFIX) and method.removeprefix(PREFIX) in OPERATIONS:
            return OperationMessage
        found: type[Any] | None = super().get_message_type(method)
        return found

    @property
    def _texts(self) -> OpenTexts:
        return self._server.texts

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        self._texts.opened(item.uri, language=item.language_id, version=item.version, text=item.text)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        self._texts.changed(document.uri, document.version, _changes(params.content_changes))

    @lsp_method(types.TEXT_DOCUMENT_DID_SAVE)
    def lsp_text_document__did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._texts.saved(params.text_document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._texts.closed(params.text_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: types.DidOpenNotebookDocumentParams) -> None:
        notebook = params.notebook_document
        cells = [_cell(cell) for cell in notebook.cells]
        self._texts.notebook_opened(notebook.uri, notebook.version, cells, _items(params.cell_text_documents))

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: types.DidChangeNotebookDocumentParams) -> None:
        uri, cells = params.notebook_document.uri, params.change.cells
        self._texts.notebook_version(uri, params.notebook_document.version)
        if cells is not None and cells.structure is not None:
            array = cells.structure.array
            self._texts.notebook_restructured(
                uri,
                start=array.start,
                delete=array.delete_count,
                cells=[_cell(cell) for cell in array.cells or ()],
                texts=_items(cells.structure.did_open or ()),
            )
        for content in (cells.text_content if cells is not None else None) or ():
            document = content.document
            self._texts.cell_changed(uri, document.uri, document.version, _changes(content.changes))

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def lsp_notebook_document__did_save(self, params: types.DidSaveNotebookDocumentParams) -> None:
        self._texts.saved(params.notebook_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: types.DidCloseNotebookDocumentParams) -> None:
        cells = [document.uri for document in params.cell_text_documents]
        self._texts.notebook_closed(params.notebook_document.uri, cells)


def _changes(changes: Sequence[types.TextDocumentContentChangeEvent]) -> list[Change]:
    return [
        Change(change.text, _position(change.range.start), _position(change.range.end))
        if isinstance(change, types.TextDocumentContentChangePartial)
        else Change(change.text)
        for change in changes
    ]


def _position(position: types.Position) -> TextPosition:
    return TextPosition(position.line, position.character)


def _cell(cell: types.NotebookCell) -> Cell:
    """A cell without its text. Its id is nbformat's where the editor tells it, else the end of its uri."""
    known = (cell.metadata or {}).get("id") if isinstance(cell.metadata, dict) else None
    given = known if isinstance(known, str) else cell.document.rpartition("#")[2]
    return Cell(id=given[:64], uri=cell.document, is_code=cell.kind == types.NotebookCellKind.Code, source="")


def _items(items: Sequence[types.TextDocumentItem]) -> list[OpenText]:
    return [OpenText(uri=i.uri, language=i.language_id, version=i.version, code=i.text, broken=False) for i in items]
