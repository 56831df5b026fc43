"""The files that an assessment begins with, put into a folder of the candidate. No file is ever overwritten."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from ..documents.relative_path import check_path
from ..errors import InvalidInput

_LONGEST_NAME: Final = 60
_EXTENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "c++": "cpp", "cpp": "cpp", "c": "c", "c#": "cs", "csharp": "cs", "go": "go", "java": "java",
        "javascript": "js", "julia": "jl", "kotlin": "kt", "python": "py", "r": "r", "ruby": "rb", "rust": "rs",
        "sql": "sql", "typescript": "ts",
    }
)  # fmt: skip

Outcome = Literal["written", "kept", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterFile:
    """A file of an assessment; `path` is below the folder, with slashes, and comes from the server as it is."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutFile:
    """What became of a file: it was written, one of this name was there and was kept, or it was refused, and why."""

    path: str
    outcome: Outcome
    problem: str = ""


def folder_name(title: str) -> str:
    """The name of the folder with the files of an assessment, as in JupyterLab."""
    name = re.sub(r"[\W_]+", "-", title.lower()).strip("-")[:_LONGEST_NAME].rstrip("-")
    return name or "assessment"


def starter_files(assessment: Mapping[str, Any]) -> tuple[StarterFile, ...]:
    """The files of an assessment as REST tells it: several, or one with the starter code, or none."""
    files = tuple(StarterFile(path=str(file["path"]), text=str(file["text"])) for file in assessment.get("files") or ())
    code = str(assessment.get("starter_code") or "")
    if files or not code:
        return files
    ending = _EXTENSIONS.get(str(assessment.get("language", "")).lower(), "txt")
    return (StarterFile(path=f"{folder_name(str(assessment.get('title', '')))}.{ending}", text=code),)


def put_files(folder: Path, files: Iterable[StarterFile]) -> tuple[PutFile, ...]:
    """Write the files into a folder, which is made if need be; what is there already stays as it is.

    Raises:
        InvalidInput: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(_put(folder.resolve(), file) for file in files)
    except OSError as problem:
        raise InvalidInput(
            f"The files of the task cannot be written into {folder}: {problem.strerror or problem}. "
            "Choose another folder.",
            field="folder",
        ) from problem


def _put(folder: Path, file: StarterFile) -> PutFile:
    """Write a file, unless its path leads out of the folder: a server may say anything."""
    try:
        target = folder / check_path(file.path)
    except ValueError as problem:
        return PutFile(path=file.path, outcome="refused", problem=f"its path {problem}")
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(folder):
        return PutFile(path=file.path, outcome="refused", problem="a link leads out of the folder")
    try:
        opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return PutFile(path=file.path, outcome="kept")
    with os.fdopen(opened, "w", encoding="utf-8", newline="") as writing:
        writing.write(file.text)
    return PutFile(path=file.path, outcome="written")
