"""The files of a folder: read as text, with a problem for each that cannot be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..documents.relative_path import check_path, same_name
from ..errors import InvalidInput
from ..new_assessment import FileIn
from .chunking import pieces_of
from .marked_yaml import NotYaml, decoded
from .problems import Problem

MOST_FILES: Final = 100
LARGEST: Final = 500_000
"""Bytes of one file."""
_MADE_BY_TOOLS: Final = frozenset({"__pycache__", "node_modules", "Thumbs.db"})


@dataclass(slots=True)
class Files:
    """What was read, what is wrong, and what was left out because tools made it."""

    files: list[FileIn] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_text(file: Path, shown: str) -> str | Problem:
    """The text of a file, or what is wrong with it."""
    try:
        if file.is_symlink():
            return Problem(file=shown, message="is a symbolic link; put the file itself there")
        if file.stat().st_size > LARGEST:
            return Problem(file=shown, message=f"has {file.stat().st_size} bytes; a file may have {LARGEST}")
        text = decoded(file.read_bytes())
    except OSError as problem:
        return Problem(file=shown, message=f"cannot be read: {problem.strerror}")
    except NotYaml:
        return Problem(file=shown, message="is no text in UTF-8; only such files can be given to candidates")
    return Problem(file=shown, message="contains NUL, so it is no text") if "\0" in text else text


def read_files(folder: Path, *, materials: bool = False) -> Files:
    """The files below `folder`, which need not exist; of `materials` each must be of a kind that can be cut."""
    found = Files()
    for file in sorted(_walk(folder)):
        _take(found, file, folder, materials=materials)
    if len(found.files) > MOST_FILES:
        found.problems.append(Problem(file=folder.name, message=f"has {len(found.files)} files; {MOST_FILES} may be"))
    twice = same_name([file.path for file in found.files])
    if twice:
        message = f"has two files named {twice} where capital letters do not count; rename one"
        found.problems.append(Problem(file=folder.name, message=message))
    return found


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder; what is hidden, and what tools made, is left out."""
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.name.startswith(".") or entry.name in _MADE_BY_TOOLS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        else:
            yield entry


def _take(found: Files, file: Path, folder: Path, *, materials: bool) -> None:
    path = file.relative_to(folder).as_posix()
    shown = f"{folder.name}/{path}"
    text = read_text(file, shown)
    if isinstance(text, Problem):
        found.problems.append(text)
        return
    wrong = _wrong_name(path) or _wrong_content(path, text, materials=materials)
    if wrong:
        found.problems.append(Problem(file=shown, message=wrong))
    else:
        found.files.append(FileIn(path=path, text=text))


def _wrong_name(path: str) -> str:
    try:
        check_path(path)
    except ValueError as problem:
        return f"its path {problem}"
    return ""


def _wrong_content(path: str, text: str, *, materials: bool) -> str:
    if materials:
        try:
            pieces_of(path, text, Path(path).suffix.lower())
        except InvalidInput as problem:
            return problem.message.removeprefix(path).strip().removesuffix(".")
    elif path.lower().endswith(".ipynb") and not _is_notebook(text):
        return "is no notebook of format 4; save it again with Jupyter"
    return ""


def _is_notebook(text: str) -> bool:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(notebook, dict) and notebook.get("nbformat") == 4 and isinstance(notebook.get("cells"), list)
