"""The registration of this process in the database, its heartbeat, and the detection of dead processes.

Each process has its own id, random unless `instance_id` is set, and a row that it renews every
`heartbeat` seconds. A process without `SILENT_BEATS` renewals counts as dead, and its jobs are
taken over. It also locks a file in the data folder: the system frees the lock however the process
ends, so that processes on the same machine notice its end at once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..clock import new_id
from ..errors import InstanceInUse
from ..storage.instances import InstanceRow, Instances
from ..system.file_lock import try_lock

log = logging.getLogger(__name__)

HEARTBEAT = 5.0  #: seconds between two renewals
SILENT_BEATS = 6  #: so many missed renewals: dead
_LOOKS = 3  #: at least, also for an old row: while the database was unavailable, nobody could renew


@dataclass(slots=True)
class _Seen:
    beats: int
    looks: int = 0  # reads in which `beats` was unchanged


class Instance:
    """This process. `register` it, call `beat` and `remove_dead` every `heartbeat` seconds, then `leave`.

    `folder` has the lock files (None: no files); `scope` separates deployments that share it.
    """

    def __init__(
        self,
        rows: Instances,
        *,
        folder: Path | None = None,
        scope: str = "",
        id: str = "",
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self.id = id or new_id()
        self.heartbeat = heartbeat
        self._host = f"{socket.gethostname()}, process {os.getpid()}"[:200]
        self._rows = rows
        self._folder = folder
        self._scope = scope
        self._lock: int | None = None
        self._registered = False
        self._seen: dict[str, _Seen] = {}

    async def register(self) -> None:
        """Register the id for this process, until it leaves or ends. Idempotent.

        Raises:
            InstanceInUse: another process has the id, or had it a moment ago; the message names it.
        """
        if self._registered:
            return
        was_there = self._file(self.id) is not None and self._file(self.id).exists()  # type: ignore[union-attr]
        self._lock = self._locked(self.id)
        if self._lock is None and was_there:
            raise InstanceInUse(_in_use(self.id, "another process on this machine"), instance_id=self.id)
        try:
            await self._enter(known_dead=was_there)
        except BaseException:
            self._unlock()
            raise
        self._registered = True

    async def _enter(self, *, known_dead: bool) -> None:
        if await self._rows.add(self.id, host=self._host, interval=self.heartbeat):
            return
        found = next((row for row in await self._rows.all() if row.id == self.id), None)
        if found is not None and not known_dead and not _long_silent(found):
            raise InstanceInUse(_in_use(self.id, found.host), instance_id=self.id)
        await self._rows.remove(self.id)
        if not await self._rows.add(self.id, host=self._host, interval=self.heartbeat):
            raise InstanceInUse(_in_use(self.id, "another process"), instance_id=self.id)

    async def beat(self) -> None:
        """Renew the row. A process that was taken for dead registers again; its earlier jobs are no longer its own.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        if not await self._rows.beat(self.id):
            log.warning("this process showed no sign of life for too long; others have taken its jobs over")
            await self._rows.add(self.id, host=self._host, interval=self.heartbeat)

    async def remove_dead(self) -> tuple[str, ...]:
        """Read all rows once, remove those of dead processes and return their ids."""
        found = [row for row in await self._rows.all() if row.id != self.id]
        self._seen = {row.id: self._looked_at(row) for row in found}
        dead = [row for row in found if self._silent(row) or self._ended(row.id)]
        return tuple([row.id for row in dead if await self._rows.remove(row.id, beats=row.beats)])

    def _looked_at(self, row: InstanceRow) -> _Seen:
        seen = self._seen.get(row.id)
        return _Seen(row.beats, seen.looks + 1) if seen and seen.beats == row.beats else _Seen(row.beats)

    def _silent(self, row: InstanceRow) -> bool:
        """True after enough reads without a renewal, independent of clocks; sooner when the row is also old."""
        looks = self._seen[row.id].looks
        return looks * self.heartbeat >= SILENT_BEATS * row.interval or (looks >= _LOOKS and _long_silent(row))

    async def leave(self) -> None:
        """Free the id. Raises StoreUnavailable: then the other processes detect the end."""
        if self._registered:
            self._registered = False
            self._unlock()
            await self._rows.remove(self.id)

    # ── the file

    def _file(self, id: str) -> Path | None:
        name = hashlib.sha256(f"{self._scope}\n{id}".encode()).hexdigest()[:32]
        return self._folder / name if self._folder else None

    def _locked(self, id: str) -> int | None:
        """The descriptor of the locked file; None: another process has locked it, or it cannot be made."""
        if (file := self._file(id)) is None:
            return None
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None
        if try_lock(descriptor):
            return descriptor
        os.close(descriptor)
        return None

    def _ended(self, id: str) -> bool:
        """True when that process had a lock file here and no longer locks it: it has ended."""
        file = self._file(id)
        if file is None or not file.exists() or (descriptor := self._locked(id)) is None:
            return False
        file.unlink(missing_ok=True)
        os.close(descriptor)
        return True

    def _unlock(self) -> None:
        if self._lock is not None:
            with suppress(OSError):  # Windows does not remove an open file
                self._file(self.id).unlink(missing_ok=True)  # type: ignore[union-attr]
            os.close(self._lock)
            self._lock = None


def _long_silent(row: InstanceRow) -> bool:
    return row.age.total_seconds() >= SILENT_BEATS * row.interval


def _in_use(id: str, whose: str) -> str:
    return (
        f"The instance id {id!r} is in use by {whose}. Give each process an instance_id of its own, or none; "
        f"one of a process that has died is free {SILENT_BEATS * HEARTBEAT:g} s after its last sign of life."
    )
