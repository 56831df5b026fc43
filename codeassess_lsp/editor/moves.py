"""Recognise a document under another name: Save As, `git mv`, a move that the editor did not announce.

The same text under another name is the same document, within a few seconds after it was
closed, or at any time when the file of the former name does not exist any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

SECONDS: Final = 10.0
"""Between closing the one document and opening the other, in either order."""


class Moves:
    """`read(uri)` returns the text of an open document, or None."""

    def __init__(self, read: Callable[[str], str | None], *, now: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._now = now
        self._closed: dict[str, tuple[float, str]] = {}  # recorded documents, with their last text
        self._opened: dict[str, float] = {}  # documents that are not recorded
        self._stored: dict[str, str] = {}  # recorded documents whose files existed, with their text

    def stored(self, uri: str, text: str) -> None:
        """A recorded document was opened or saved."""
        if _is_there(uri):
            self._stored[uri] = text

    def gone(self, recorded: Collection[str]) -> list[str]:
        """The recorded documents whose files existed and do not any more."""
        return [uri for uri in recorded if uri in self._stored and not _is_there(uri)]

    def closed(self, uri: str, text: str) -> str | None:
        """A recorded document was closed; returns the one that was opened instead of it, if any."""
        self._forget()
        for other in reversed(self._opened):
            if other != uri and text.strip() and self._read(other) == text:
                del self._opened[other]
                return other
        self._closed[uri] = (self._now(), text)
        return None

    def opened(self, uri: str, text: str, *, recorded: Collection[str]) -> str | None:
        """A document that is not recorded was opened; returns the recorded one that it was before, if any."""
        self._forget()
        for other, (_, last) in reversed(self._closed.items()):
            if other in recorded and text.strip() and last == text:
                del self._closed[other]
                return other
        for other in self.gone(recorded):
            if text.strip() and text in (self._stored[other], self._read(other)):
                return other
        self._opened[uri] = self._now()
        return None

    def _forget(self) -> None:
        oldest = self._now() - SECONDS
        self._closed = {uri: kept for uri, kept in self._closed.items() if kept[0] >= oldest}
        self._opened = {uri: at for uri, at in self._opened.items() if at >= oldest}


def _is_there(uri: str) -> bool:
    """Does the uri name a file that exists on this computer?"""
    parts = urlsplit(uri)
    return parts.scheme == "file" and Path(url2pathname(parts.path)).exists()
