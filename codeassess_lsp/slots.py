"""One name for each window that works on the jobs of a folder's database, and the names of dead windows again.

A process takes up the jobs that the same name left unfinished (codeassess_core.jobs). So
no two that live may share one, and each name has to come back: a window takes the first
that is free, and the system frees that of a process however it dies.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path

from codeassess_core.clock import new_id


class Slot:
    """A claimed name, until `release` or the end of the process."""

    def __init__(self, file: int, name: str) -> None:
        self._file = file
        self.name = name

    def release(self) -> None:
        os.close(self._file)


def claim_slot(folder: Path) -> Slot:
    """The first name in `folder` that no living process has.

    It is kept in the file that is locked, and not made from its number, because several
    machines may share one database, each with a folder of its own.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in count():
        file = os.open(folder / f"window-{number}", os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(file):
            return Slot(file, _name(file))
        os.close(file)
    raise AssertionError("there are numbers enough")


def _name(file: int) -> str:
    name = os.read(file, 100).decode("ascii", "replace")
    if not name:
        name = f"language-server-{new_id()}"
        os.write(file, name.encode())
    return name


if sys.platform == "win32":
    import msvcrt

    _BEHIND = 1_000

    def _lock(file: int) -> bool:
        os.lseek(file, _BEHIND, os.SEEK_SET)  # others may not even read what is locked
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
