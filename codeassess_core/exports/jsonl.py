"""JSON Lines: the record as it is, one line for each interaction and each snapshot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from zipfile import ZipFile

from ..clock import isoformat
from ..model import Snapshot
from .export import Export, ExportMaterial, until_update

NAME = "session.jsonl"


class JsonLines(Export):
    """Each line is an object with `type`: session, interaction or snapshot. A snapshot follows its interaction."""

    def __init__(self, archive: ZipFile, material: ExportMaterial) -> None:
        super().__init__(archive, material)
        self._lines = self._entry(NAME)
        self._waiting = iter(material.interactions)
        self._line("session", material.session)

    def add(self, snapshots: Sequence[Snapshot]) -> None:
        for snapshot in snapshots:
            for interaction in until_update(self._waiting):
                self._line("interaction", interaction)
            self._line("snapshot", snapshot)

    def close(self) -> None:
        for interaction in self._waiting:
            self._line("interaction", interaction)
        self._lines.close()

    def _line(self, type: str, value: Any) -> None:
        line = {"type": type} | {f.name: getattr(value, f.name) for f in fields(value)}
        self._lines.write(json.dumps(line, ensure_ascii=False, default=_told).encode() + b"\n")


def _told(value: Any) -> str:
    assert isinstance(value, datetime)
    return isoformat(value)
