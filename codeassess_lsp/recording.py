"""The documents that are in a session, and their texts on the way into the ledger."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from codeassess_core.errors import CodeAssessError, Conflict, StoreUnavailable

from . import updates
from .errors import NotOpen
from .gather import Gatherer
from .options import document_name
from .outbox import Body
from .sitting_ledger import SittingLedger
from .texts import OpenTexts

DISK_PAUSE: Final = 1.0  # after which a text that the disk did not take is tried again


class Recording:
    """`post` writes a message down, `writes` says whether anything is to be written now, `changed` is called when the
    documents are others or something begins to wait, `complain` tells the candidate what cannot be recorded."""

    def __init__(
        self,
        *,
        texts: OpenTexts,
        folders: tuple[str, ...],
        ledger: SittingLedger,
        post: Callable[[Body], None],
        writes: Callable[[], bool],
        changed: Callable[[], None],
        complain: Callable[[CodeAssessError], None],
    ) -> None:
        self._texts = texts
        self._folders = folders
        self._ledger = ledger
        self._post = post
        self._writes = writes
        self._changed = changed
        self._complain = complain
        self._names = ledger.documents()
        self._gatherer = Gatherer(self._record)
        self._recorded: dict[str, str] = {}  # the text that was last written down, by uri
        self._complained: set[str] = set()  # uris of documents that cannot be recorded as they are

    @property
    def names(self) -> Mapping[str, str]:
        """What the documents are called in the session, by uri."""
        return self._names

    @property
    def waiting(self) -> bool:
        """Was anything typed that is not written down yet?"""
        return self._gatherer.waiting

    def flush(self) -> None:
        """Write down what was typed."""
        self._gatherer.flush_all()

    def put_in(self, uri: str) -> None:
        """Record a document from now on; a cell stands for its notebook.

        Raises:
            NotOpen: the editor does not have it open.
        """
        uri = self._texts.owner(uri)
        name = document_name(uri, self._folders)
        if self._texts.read(uri) is None:
            raise NotOpen(f"{name} is not open in the editor.", document=name)
        if uri not in self._names:
            taken = set(self._names.values())
            self._names[uri] = name if name not in taken else f"{name} ({len(taken) + 1})"
            self._ledger.put_in(uri, self._names[uri])
        self._record(uri, "open")
        self._changed()

    def take_out(self, uri: str) -> None:
        """Record a document no longer; what is recorded stays."""
        uri = self._texts.owner(uri)
        self._gatherer.flush(uri)
        if self._names.pop(uri, None) is not None:
            self._ledger.take_out(uri)
        self._changed()

    def noticed(self, uri: str, cause: str) -> None:
        """A document of the editor changed; it matters when it is in the session."""
        if cause == "close":
            self._gatherer.flush(uri)
        elif uri in self._names:
            gathering = self._gatherer.waiting
            self._gatherer.touch(uri, cause)
            if not gathering:
                self._changed()

    def _record(self, uri: str, cause: str) -> None:
        """Write down a document's text as it is now."""
        self._changed()
        text = self._texts.read(uri)
        if text is None or uri not in self._names or not self._writes():
            return
        name = self._names[uri]
        try:
            if text.broken:
                raise Conflict(f"{name} is not in step with the editor: close it and open it again.", document=name)
            text, before = replace(text, code=updates.storable(text.code)), self._recorded.get(uri)
            if text.code != before:
                self._post(updates.code_update(text, name=name, cause=cause, before=before))
                self._recorded[uri] = text.code
            elif cause in ("save", "open"):
                self._post(updates.activity(cause, document=name))
            self._complained.discard(uri)
        except (sqlite3.Error, StoreUnavailable):
            asyncio.get_running_loop().call_later(DISK_PAUSE, self.noticed, uri, cause)
        except CodeAssessError as problem:
            if uri not in self._complained:  # once, not at every keystroke
                self._complained.add(uri)
                self._complain(problem)
