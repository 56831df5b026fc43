"""The documents that are recorded in a session: their texts go to the outbox."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from codeassess_core.errors import CodeAssessError, Conflict, StoreUnavailable

from ..editor.moves import Moves
from ..editor.options import document_name
from ..editor.texts import OpenTexts
from ..errors import NotOpen, Vanished
from ..sync import updates
from ..sync.debounce import Debouncer
from ..sync.outbox import Body
from ..sync.session_store import SessionStore

DISK_PAUSE: Final = 1.0  # after which a text that could not be stored is tried again


class Recording:
    """`post` stores a message, `writes` says whether this window records now, `changed` is called when the list of
    documents changes or a change begins to wait, `complain` tells the candidate what cannot be recorded."""

    def __init__(
        self,
        *,
        texts: OpenTexts,
        folders: tuple[str, ...],
        store: SessionStore,
        post: Callable[[Body], None],
        writes: Callable[[], bool],
        changed: Callable[[], None],
        complain: Callable[[CodeAssessError], None],
    ) -> None:
        self._texts = texts
        self._folders = folders
        self._store = store
        self._post = post
        self._writes = writes
        self._changed = changed
        self._complain = complain
        self._names = store.documents()
        self._renames = store.renames()
        self._moves = Moves(self._code)
        self._debouncer = Debouncer(self._record)
        self._recorded: dict[str, str] = {}  # the text that was last stored, by uri
        self._complained: set[str] = set()  # uris of documents that cannot be recorded as they are

    @property
    def names(self) -> Mapping[str, str]:
        """The names of the documents in the session, by uri."""
        return self._names

    def present_name(self, name: str) -> str:
        """The present name of a document that had this name when a question was asked."""
        for former, present in self._renames:
            name = present if name == former else name
        return name

    @property
    def waiting(self) -> bool:
        """Was anything typed that is not stored yet?"""
        return self._debouncer.waiting

    def flush(self) -> None:
        """Store what was typed."""
        self._debouncer.flush_all()

    def add(self, uri: str) -> None:
        """Record a document from now on; for a cell, its notebook.

        Raises:
            NotOpen: the editor does not have it open.
        """
        uri = self._texts.owner(uri)
        if self._texts.read(uri) is None:
            name = document_name(uri, self._folders)
            raise NotOpen(f"{name} is not open in the editor.", document=name)
        if uri not in self._names:
            self._names[uri] = self._free_name(uri)
            self._store.add_document(uri, self._names[uri])
        self._moves.stored(uri, self._code(uri) or "")
        self._record(uri, "open")
        self._changed()

    def remove(self, uri: str) -> None:
        """Record a document no longer; what is recorded stays."""
        uri = self._texts.owner(uri)
        self._debouncer.flush(uri)
        if self._names.pop(uri, None) is not None:
            self._store.remove_document(uri)
        self._changed()

    def noticed(self, uri: str, cause: str) -> None:
        """A document of the editor changed, whether it is recorded or not."""
        if cause == "close":
            self._closing(uri)
        elif cause == "open" and uri not in self._names:
            former = self._moves.opened(uri, self._code(uri) or "", recorded=self._names)
            if former is not None:
                self.renamed(former, uri)
            else:
                self._warn_if_moved(uri)
        elif cause == "open":  # at once: what is typed from now on is typing
            self._moves.stored(uri, self._code(uri) or "")
            self._record(uri, cause)
        elif uri in self._names:
            if cause == "save":
                self._moves.stored(uri, self._code(uri) or "")
            debounced = self._debouncer.waiting
            self._debouncer.touch(uri, cause)
            if not debounced:
                self._changed()

    def _warn_if_moved(self, uri: str) -> None:
        """A document that is not recorded was opened: warn when a recorded file of its type does not exist any more."""
        name = document_name(uri, self._folders)
        gone = [self._names[other] for other in self._moves.gone(self._names)]
        if former := next((other for other in gone if PurePosixPath(other).suffix == PurePosixPath(name).suffix), None):
            text = f"{former} is not there any more, and {name} is not recorded: put it in if your work goes on there."
            self._complain(Vanished(text, uri=uri))

    def _closing(self, uri: str) -> None:
        """The editor closes a document; it may already have opened it under another name."""
        self._debouncer.flush(uri)
        present = self._moves.closed(uri, self._code(uri) or "") if uri in self._names else None
        if present is not None:
            self.renamed(uri, present)

    def moved(self, former: str, present: str) -> None:
        """A file or a folder has another uri: rename the recorded documents that it is or contains."""
        inside = former.rstrip("/") + "/"
        for uri in [uri for uri in self._names if uri == former or uri.startswith(inside)]:
            self.renamed(uri, present.rstrip("/") + uri.removeprefix(former.rstrip("/")))

    def renamed(self, former: str, present: str) -> None:
        """Record a document under another uri from now on: send the rename, then its text under the new name."""
        self._debouncer.flush(former)
        before = self._names.pop(former)
        self._names.pop(present, None)
        name = self._names[present] = self._free_name(present)
        self._recorded.pop(former, None)
        self._store.rename(present, name, former_uri=former, former=before)
        self._renames.append((before, name))
        if name != before and self._writes():
            self._post(updates.activity("document_renamed", **{"from": before, "to": name}))
        self._moves.stored(present, self._code(present) or "")
        self._record(present, "other")
        self._changed()

    def _free_name(self, uri: str) -> str:
        name, taken = document_name(uri, self._folders), set(self._names.values())
        return name if name not in taken else f"{name} ({len(taken) + 1})"

    def _code(self, uri: str) -> str | None:
        text = self._texts.read(uri)
        return text.code if text is not None else None

    def _record(self, uri: str, cause: str) -> None:
        """Store a document's present text."""
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
