"""Who writes in each session: one connection at a time; the others read.

The lease is in the database, so that it holds for all processes. While a lease changes its holder,
the numbering of messages under the session's lock keeps two writers apart.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection
from typing import Protocol
from weakref import WeakValueDictionary

from ..clock import Clock
from ..errors import StoreUnavailable
from ..model import Lease
from ..storage.leases import Leases

log = logging.getLogger(__name__)
RENEW_SECONDS = (
    3.0  # much shorter than the lifetime of a lease; also how late readers learn of a writer in another process
)


class Editor(Protocol):
    """A connection after its hello. `id` identifies the connection, `client_id` the client across its connections."""

    @property
    def id(self) -> str: ...

    @property
    def client_id(self) -> str: ...

    def superseded(self) -> None:
        """Another connection writes now: close."""

    def writer_changed(self, lease: Lease | None) -> None:
        """For a connection that reads: another connection writes now, or nobody does (None)."""

    async def alive(self) -> bool:
        """True when the client still answers; takes seconds at most."""


class Writers:
    """The connections of this process: who writes and who reads in each session."""

    def __init__(self, leases: Leases, *, clock: Clock) -> None:
        self._leases = leases
        self._clock = clock
        self._writers: dict[str, Editor] = {}
        self._readers: dict[str, set[Editor]] = defaultdict(set)
        self._entering: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._told_holders: dict[str, str | None] = {}  # by session: the holder that its readers were told

    async def enter(self, session_id: str, editor: Editor, *, take: bool) -> Lease:
        """Register this connection and return the lease: its own when nobody else writes, or with `take`.

        A holder that does not answer loses the lease.

        Raises:
            NotFound, StoreUnavailable: no such session, or the lease cannot be read.
        """
        # One at a time, so that the last one to get the lease is also the last one registered here.
        lock = self._entering.setdefault(session_id, asyncio.Lock())
        async with lock:
            own = Lease(holder=editor.id, client_id=editor.client_id, taken_at=self._clock())
            lease = await self._leases.take(session_id, own, force=take)
            if lease.holder != editor.id and not await self._answers(session_id, lease):
                lease = await self._leases.take(session_id, own, instead_of=lease.holder)
            if lease.holder == editor.id:
                self._write(session_id, editor, lease)
            else:
                self._readers[session_id].add(editor)
                self._told_holders[session_id] = lease.holder
            return lease

    async def _answers(self, session_id: str, lease: Lease) -> bool:
        """True when the holder answers, or is in another process, which renews the lease while it answers."""
        holder = self._writers.get(session_id)
        return holder is None or holder.id != lease.holder or await holder.alive()

    def _write(self, session_id: str, editor: Editor, lease: Lease) -> None:
        self._forget_reader(session_id, editor)
        before = self._writers.get(session_id)
        self._writers[session_id] = editor
        if before is not None and before is not editor:
            before.superseded()
        self._tell_readers(session_id, lease)

    async def leave(self, session_id: str, editor: Editor) -> None:
        """Remove this connection; if it was the writer, free the lease."""
        self._forget_reader(session_id, editor)
        if self._writers.get(session_id) is not editor:
            return
        del self._writers[session_id]
        try:
            await self._leases.free(editor.id)
        except StoreUnavailable as problem:
            log.warning("a lease ends by its lifetime: %s", problem.for_the_log)
            return
        if session_id not in self._writers:  # nobody else has come
            self._tell_readers(session_id, None)

    async def watch(self) -> None:
        """Renew the leases of this process, and tell readers of changes in other processes. Runs until cancelled."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self._renew()
                await self._look(list(self._readers))
            except StoreUnavailable:
                continue  # then no other process can take a lease either

    async def _renew(self) -> None:
        writers = dict(self._writers)
        if not writers:
            return
        renewed = await self._leases.renew([editor.id for editor in writers.values()])
        for session_id, editor in writers.items():
            if editor.id not in renewed and self._writers.get(session_id) is editor:
                del self._writers[session_id]
                editor.superseded()

    async def _look(self, session_ids: Collection[str]) -> None:
        found = await self._leases.of(session_ids) if session_ids else {}
        for session_id in session_ids:
            self._tell_readers(session_id, found.get(session_id))

    def _tell_readers(self, session_id: str, lease: Lease | None) -> None:
        """Tell the readers who writes, when that has changed."""
        holder = lease.holder if lease else None
        readers = self._readers.get(session_id, ())
        if not readers or self._told_holders.get(session_id) == holder:
            return
        self._told_holders[session_id] = holder
        for reader in readers:
            reader.writer_changed(lease)

    def _forget_reader(self, session_id: str, editor: Editor) -> None:
        readers = self._readers.get(session_id)
        if readers is None:
            return
        readers.discard(editor)
        if not readers:
            del self._readers[session_id]
            self._told_holders.pop(session_id, None)
