"""What is wrong in a folder: with file, line, field, and the right form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake. `line` is from 1, 0 for a whole file; `field` is empty where no field is meant."""

    file: str
    line: int = 0
    field: str = ""
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        said = ": ".join(part for part in (where, self.field, self.message) if part)
        return said if said.endswith("?") else f"{said}."


class FolderRejected(InvalidInput):
    """The folder is no assessment yet."""

    def __init__(self, folder: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = f"{len(self.problems)} mistakes" if len(self.problems) > 1 else "a mistake"
        super().__init__(f"There {'are' if len(self.problems) > 1 else 'is'} {count} in {folder}.")
