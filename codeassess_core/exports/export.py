"""The base of all exports: gets what is stored, snapshots page by page, and fills a zip."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ..model import AssessmentSession, Interaction, InteractionKind, Question, Review, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMaterial:
    """Everything stored about a session except its code. `interactions` are in the order of the record."""

    session: AssessmentSession
    interactions: tuple[Interaction, ...]
    questions: tuple[Question, ...]
    reviews: tuple[Review, ...]
    server_version: str


def until_update(waiting: Iterator[Interaction]) -> Iterator[Interaction]:
    """The next interactions, up to the next update of code and with it."""
    for interaction in waiting:
        yield interaction
        if interaction.kind is InteractionKind.CODE_UPDATE:
            return


class Export(ABC):
    """One form. `add` gets all snapshots, in order and once, then `close` is called."""

    def __init__(self, archive: ZipFile, material: ExportMaterial) -> None:
        self._archive = archive
        self._material = material

    @abstractmethod
    def add(self, snapshots: Sequence[Snapshot]) -> None:
        """Write these snapshots, and what happened before them."""

    @abstractmethod
    def close(self) -> None:
        """Write the rest."""

    def _entry(self, name: str) -> IO[bytes]:
        """A new file of the zip; close it before the next one. The same content makes the same bytes."""
        info = ZipInfo(name)
        info.compress_type = ZIP_DEFLATED
        return self._archive.open(info, "w", force_zip64=True)

    def _write(self, name: str, text: str) -> None:
        with closing(self._entry(name)) as entry:
            entry.write(text.encode())
