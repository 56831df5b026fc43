"""What an export is: it is given what is stored, snapshots page by page, and fills a zip."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ..model import AssessmentSession, Interaction, Question, Review, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMaterial:
    """Everything stored about a session besides its code. `interactions` in the order of the record."""

    session: AssessmentSession
    interactions: tuple[Interaction, ...]
    questions: tuple[Question, ...]
    reviews: tuple[Review, ...]
    server_version: str


class Export(ABC):
    """One form. All snapshots are given to `add`, in order and once, then `close` is called."""

    def __init__(self, archive: ZipFile, material: ExportMaterial) -> None:
        self._archive = archive
        self._material = material

    @abstractmethod
    def add(self, snapshots: Sequence[Snapshot]) -> None:
        """Write these, and what happened before them."""

    @abstractmethod
    def close(self) -> None:
        """Write what is left."""

    def _entry(self, name: str) -> IO[bytes]:
        """A file of the zip, to be written and closed before the next; the same content makes the same bytes."""
        info = ZipInfo(name)
        info.compress_type = ZIP_DEFLATED
        return self._archive.open(info, "w", force_zip64=True)

    def _write(self, name: str, text: str) -> None:
        with closing(self._entry(name)) as entry:
            entry.write(text.encode())
