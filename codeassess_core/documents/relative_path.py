"""Paths of files that are put into a candidate's folder: the same on every system, and never outside of it. Pure."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 200
_UNUSUAL: Final = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)  # of Windows


def check_path(path: str) -> str:
    """The path, when every system can store it below a folder.

    Raises:
        ValueError: the message says what is wrong and what would be right.
    """
    if not 1 <= len(path) <= LONGEST:
        raise ValueError(f"must have 1 to {LONGEST} characters")
    if path.startswith("/"):
        raise ValueError("must be relative, as in data/days.csv")
    found = _UNUSUAL.search(path)
    if found:
        raise ValueError(f"must not contain {found[0]!r}; folders are separated by /")
    for part in path.split("/"):
        _check_part(part)
    return path


def _check_part(part: str) -> None:
    if part in ("", ".", ".."):
        raise ValueError("must not have empty parts, `.` or `..`")
    if part != part.strip() or part.endswith("."):
        raise ValueError(f"must not have a part with a space or a dot at its end: {part!r}")
    if part.startswith("."):
        raise ValueError(f"must not have a hidden part: {part!r}")
    if _RESERVED.fullmatch(part):
        raise ValueError(f"must not be named {part!r}, which Windows keeps for itself")


def same_name(paths: list[str]) -> str | None:
    """The first path that is another one on a system where capital letters do not count; None: all differ.

    A path that is also the folder of another one counts as the same.
    """
    seen: set[str] = set()
    for path in sorted(map(str.casefold, paths)):
        if path in seen or any(path.startswith(f"{other}/") for other in seen):
            return path
        seen.add(path)
    return None
