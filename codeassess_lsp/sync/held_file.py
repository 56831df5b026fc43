"""A lock on a file, among the processes of this machine. The system releases it when the process ends."""

from __future__ import annotations

import os
from pathlib import Path

from codeassess_core.system.file_lock import try_lock


class HeldFile:
    """A locked file, until `release` or the end of the process."""

    def __init__(self, file: int, name: str) -> None:
        self._file = file
        self.name = name

    def release(self) -> None:
        os.close(self._file)


def hold(path: Path) -> HeldFile | None:
    """Lock a file for this process; None when another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if try_lock(file):
        return HeldFile(file, path.name)
    os.close(file)
    return None
