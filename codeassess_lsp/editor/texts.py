"""The documents that the editor has open.

All are kept, because one may be added to a session later; nothing here sends anything. pygls
keeps texts too, but it splits lines where the protocol does not (at form feeds and U+2028, for
example), so that later edits would be applied at the wrong position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from codeassess_core.documents.lines import ends_in

from .linetext import UTF_16, Change, LineText
from .percent import Cell, locate, to_percent


@dataclass(slots=True)
class _Document:
    language: str
    version: int
    text: LineText
    broken: bool = False  # a change could not be applied: the text is not what the editor shows


@dataclass(slots=True)
class _Notebook:
    version: int
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenText:
    """What a document contains now."""

    uri: str
    language: str
    version: int
    code: str
    broken: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """Lines of a document as the editor names it, from 0, both ends included."""

    uri: str
    start: int
    end: int


def _nobody(uri: str, cause: str) -> None:
    pass


class OpenTexts:
    """Calls `listener(uri, cause)` after every change, for a cell with its notebook's uri, and before a "close"."""

    def __init__(self) -> None:
        self.listener: Callable[[str, str], None] = _nobody
        self.encoding = UTF_16  #: the units in which the editor counts, agreed on at `initialize`
        self._documents: dict[str, _Document] = {}
        self._notebooks: dict[str, _Notebook] = {}

    def read(self, uri: str) -> OpenText | None:
        """A document or notebook; None when the editor does not have it open."""
        if uri in self._notebooks:
            return self._read_notebook(uri)
        document = self._documents.get(uri)
        if document is None:
            return None
        return OpenText(
            uri=uri,
            language=document.language,
            version=document.version,
            code=str(document.text),
            broken=document.broken,
        )

    def spot(self, uri: str, start: int, end: int) -> Spot:
        """Lines of `read(uri).code` as the editor has them: in a notebook, those of a cell."""
        notebook = self._notebooks.get(uri)
        found = locate(self._with_sources(notebook), start) if notebook else None
        if found is None:
            return Spot(uri, start, end)
        cell, line = found
        return Spot(cell.uri, line, min(line + end - start, ends_in(cell.source)))

    def owner(self, uri: str) -> str:
        """The notebook of a cell; of anything else, itself."""
        for notebook_uri, notebook in self._notebooks.items():
            if any(cell.uri == uri for cell in notebook.cells):
                return notebook_uri
        return uri

    # ── documents

    def opened(self, uri: str, *, language: str, version: int, text: str) -> None:
        self._documents[uri] = _Document(language, version, LineText(text, self.encoding))
        self.listener(uri, "open")

    def changed(self, uri: str, version: int | None, changes: Iterable[Change]) -> None:
        if uri in self._documents:
            self.listener(uri, self._change(uri, version, changes))

    def saved(self, uri: str) -> None:
        if self.read(uri) is not None:
            self.listener(uri, "save")

    def closed(self, uri: str) -> None:
        self.listener(uri, "close")
        self._documents.pop(uri, None)

    def _change(self, uri: str, version: int | None, changes: Iterable[Change]) -> str:
        """Apply the changes; returns their cause."""
        document, cause = self._documents[uri], "typing"
        document.version = document.version if version is None else version
        for change in changes:
            if change.start is None:
                document.broken, cause = False, "other"
            try:
                document.text.apply(change)
            except ValueError:
                document.broken = True
        return cause

    # ── notebooks

    def notebook_opened(self, uri: str, version: int, cells: Iterable[Cell], texts: Iterable[OpenText]) -> None:
        self._take_in(texts)
        self._notebooks[uri] = _Notebook(version, list(cells))
        self.listener(uri, "open")

    def notebook_restructured(
        self, uri: str, *, start: int, delete: int, cells: Iterable[Cell], texts: Iterable[OpenText]
    ) -> None:
        if uri in self._notebooks:
            self._take_in(texts)
            self._notebooks[uri].cells[start : start + delete] = cells
            self.listener(uri, "other")

    def cell_changed(self, notebook: str, uri: str, version: int | None, changes: Iterable[Change]) -> None:
        if notebook in self._notebooks and uri in self._documents:
            self.listener(notebook, self._change(uri, version, changes))

    def notebook_version(self, uri: str, version: int) -> None:
        if uri in self._notebooks:
            self._notebooks[uri].version = version

    def notebook_closed(self, uri: str, cells: Iterable[str]) -> None:
        self.listener(uri, "close")
        self._notebooks.pop(uri, None)
        for cell in cells:
            self._documents.pop(cell, None)

    def _take_in(self, texts: Iterable[OpenText]) -> None:
        for text in texts:
            self._documents[text.uri] = _Document(text.language, text.version, LineText(text.code, self.encoding))

    def _with_sources(self, notebook: _Notebook) -> list[Cell]:
        sources = {cell.uri: self._documents.get(cell.uri) for cell in notebook.cells}
        return [replace(c, source=str(text.text)) for c in notebook.cells if (text := sources[c.uri]) is not None]

    def _read_notebook(self, uri: str) -> OpenText:
        notebook = self._notebooks[uri]
        cells = self._with_sources(notebook)
        language = next((self._documents[cell.uri].language for cell in cells if cell.is_code), "python")
        return OpenText(
            uri=uri,
            language=language,
            version=notebook.version,
            code=to_percent(cells, language),
            broken=any(self._documents[cell.uri].broken for cell in cells),
        )
