"""Sends the messages of the local store to the session, in order, until each is acknowledged; receives the events.

The server answers each message exactly once, in the order in which it got them, so an
answer belongs to the oldest message in flight.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from codeassess_core.client.backoff import Backoff
from codeassess_core.client.channel import SEQ_USED, UNREADABLE, Channel, ChannelClosed
from codeassess_core.client.errors import Superseded
from codeassess_core.client.handshake import Welcome, greet, hello
from codeassess_core.errors import (
    CodeAssessError,
    Forbidden,
    HashMismatch,
    InvalidInput,
    NotFound,
    SequenceConflict,
    SessionEnded,
    StoreUnavailable,
    Unauthenticated,
)
from codeassess_core.system.concurrency import stop, within

from ..backends.backend import Backend
from .link_state import LinkState, outcome
from .outbox import Content
from .send_rate import SendRate
from .session_store import SessionStore

log = logging.getLogger(__name__)

FIRST_PAUSE: Final = 0.3
LONGEST_PAUSE: Final = 20.0  # between two attempts to connect
STORE_PAUSE: Final = 1.0  # after which a message that the server could not store is sent again
WINDOW: Final = 8  # messages that may be in flight
LEASE_SECONDS: Final = 20.0
"""The lease of a process that died ends within 10 s. When messages wait here, the lease was ours: wait for it."""
_ENDED: Final = {"code": SessionEnded.code, "message": "The session has ended."}
_FINAL_ERRORS: Final = (Unauthenticated, Forbidden, NotFound, InvalidInput)


class _LeaseHeld(StoreUnavailable):
    """The lease of a process that died has not ended yet."""


@dataclass(slots=True)
class _Flight:
    """A message on the present connection. `stale`: it was sent again, so its answer is ignored."""

    seq: int
    stale: bool = False


class Sync:
    """Keeps one session in step with the server.

    `take` gets every event once; `changed` is called when `link_state` or the number of waiting
    messages changes; `refused` when a message is refused for good.
    `take_over`: the candidate wants to write here, whoever writes until now.
    """

    def __init__(
        self,
        *,
        backend: Backend,
        store: SessionStore,
        client_id: str,
        take_over: bool,
        take: Callable[[Mapping[str, Any]], None],
        changed: Callable[[], None],
        refused: Callable[[Mapping[str, Any], Sequence[Content]], None],
    ) -> None:
        self._backend = backend
        self._store = store
        self._client_id = client_id
        self._take_over = take_over  # until it is done
        self._begun = time.monotonic()
        self._take = take
        self._changed = changed
        self._refused = refused
        self.link_state = LinkState.CONNECTING
        self.problem: CodeAssessError | None = None
        self.features: Collection[str] = ()  #: of the server beyond protocol 1, at the last welcome
        self.sent_up_to = store.outbox.last()  # the process before this one may have sent it
        self._open_questions: tuple[Mapping[str, Any], ...] = ()  # at the last welcome
        self._status = "active"  # of the session, at the last welcome
        self._next = 0  # the seq that is sent next on the present connection
        self._flight: deque[_Flight] = deque()
        self._send_rate = SendRate()
        self._to_send = asyncio.Event()
        self._hurry = asyncio.Event()

    def wake(self) -> None:
        """There is something to send."""
        self._to_send.set()

    def hurry(self) -> None:
        """Try to connect now instead of later."""
        self._hurry.set()

    async def run(self) -> None:
        """Connect, and again when it breaks; returns when that is of no use (`link_state` says why)."""
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        while True:
            final, problem, was_online = await self._attempt()
            if final is LinkState.ENDED:
                self._give_up()
            if final is not None:
                self._set_state(final, problem)
                return
            self._set_state(LinkState.OFFLINE, problem)
            if was_online:
                backoff.reset()
            self._hurry.clear()
            with suppress(TimeoutError):
                await within(backoff.pause(), self._hurry.wait())

    def _give_up(self, error: Mapping[str, Any] = _ENDED) -> None:
        """The session has ended: drop the messages that wait, and say so."""
        outbox = self._store.outbox
        contents = outbox.contents(0, outbox.last())
        if contents:
            outbox.acknowledge(outbox.last())
            self._flight.clear()
            self._refused(error, contents)

    async def _attempt(self) -> tuple[LinkState | None, CodeAssessError | None, bool]:
        """One connection to its end: the final state (or None), the reason, and whether there was a welcome."""
        try:
            await self._converse()
        except ChannelClosed as closed:
            return *outcome(closed), self.link_state is LinkState.ONLINE
        except Superseded as problem:
            return LinkState.ELSEWHERE, problem, True
        except _LeaseHeld as problem:
            return None, problem, True  # asked again soon
        except _FINAL_ERRORS as problem:
            return LinkState.REFUSED, problem, False
        except CodeAssessError as problem:
            return None, problem, self.link_state is LinkState.ONLINE
        except sqlite3.Error as problem:
            return None, StoreUnavailable(f"This machine cannot write down what is typed: {problem}."), False

    async def _converse(self) -> NoReturn:
        async with self._backend.connect(self._store.session) as channel:
            await self._greet(channel)
            both = [asyncio.create_task(self._write(channel)), asyncio.create_task(self._read(channel))]
            try:
                ended, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                ended.pop().result()
                raise AssertionError("reading and writing end by an exception only")
            finally:
                await stop(*both)

    async def _read(self, channel: Channel) -> NoReturn:
        while True:
            self._receive(await channel.receive())

    async def _greet(self, channel: Channel) -> None:
        last_event, epoch = self._store.cursor()
        welcome, _ = await greet(
            channel, hello(self._client_id, last_event=last_event, epoch=epoch, take=self._take_over)
        )
        if not welcome.writes:
            if self._store.outbox.waiting()[0] and time.monotonic() < self._begun + LEASE_SECONDS:
                raise _LeaseHeld("Another process had this session until a moment ago.")
            raise Superseded()
        self._welcomed(welcome)

    def _welcomed(self, welcome: Welcome) -> None:
        self._take_over = False
        self.features = welcome.features
        self._status = welcome.status
        if self._store.cursor()[1] is None:
            self._store.begin_epoch(welcome.epoch, anew=False)
        self._send_rate.allow(welcome.messages_per_second)
        if self._store.outbox.waiting()[0] == 0:
            self._store.outbox.acknowledge(welcome.acked_seq)
        self._open_questions = welcome.open_questions
        self._flight.clear()
        self._next = 0
        self._to_send.set()
        self._set_state(LinkState.ONLINE, None)

    async def _write(self, channel: Channel) -> NoReturn:
        while True:
            entry = self._store.outbox.next(self._next) if len(self._awaited()) < WINDOW else None
            if entry is None:
                self._to_send.clear()
                await self._to_send.wait()
                continue
            await self._send_rate.turn()
            if (entry := self._store.outbox.next(self._next)) is None:  # the outbox changed while we waited
                continue
            self._next = entry.seq + 1
            self.sent_up_to = max(self.sent_up_to, entry.seq)
            self._flight.append(_Flight(entry.seq))
            await channel.send(entry.frame)

    def _awaited(self) -> list[_Flight]:
        return [flight for flight in self._flight if not flight.stale]

    # ── what the server says

    def _receive(self, message: Mapping[str, Any]) -> None:
        match message["message_type"]:
            case "ack":
                self._on_ack(message["seq"])
            case "nack":
                self._on_nack(message["expected"])
            case "error":
                self._on_error(message)
            case "resync":
                self._store.begin_epoch(message["epoch"], anew=True)
                self._take({"message_type": "session_state", "status": self._status})
                for question in self._open_questions:
                    self._take(question)
            case _ if "event_seq" in message and message["event_seq"] > self._store.cursor()[0]:
                self._store.note_event(message)
                self._take(message)
        self._to_send.set()
        self._changed()

    def _on_ack(self, seq: int) -> None:
        if self._flight and self._flight[0].stale:
            self._flight.popleft()
        while self._flight and not self._flight[0].stale and self._flight[0].seq <= seq:
            self._flight.popleft()
        self._store.outbox.acknowledge(seq)

    def _on_nack(self, expected: int) -> None:
        sent = self._flight.popleft() if self._flight else None
        if sent is None or sent.stale:
            return
        first = self._store.outbox.next(0)
        if first is not None and (first.seq > expected or self._store.outbox.next(expected) is None):
            self._renumber(first.seq, expected)
        self._rewind()

    def _on_error(self, error: Mapping[str, Any]) -> None:
        sent = self._flight.popleft() if self._flight else None
        if sent is None or sent.stale:
            return
        code = error["code"]
        if code == SequenceConflict.code:
            self._renumber(sent.seq, int(error["detail"]["expected"]))
        elif (code == HashMismatch.code or code in UNREADABLE) and self._store.outbox.make_whole(sent.seq):
            pass  # server and editor do not have the same text before the change
        elif code == HashMismatch.code:
            self._store.outbox.without_hash(sent.seq)
        elif code in UNREADABLE:
            contents = self._store.outbox.contents(sent.seq, sent.seq)
            self._store.outbox.drop(sent.seq)
            self._refused(error, contents)
        elif code == SEQ_USED:  # its number is used
            contents = self._store.outbox.contents(sent.seq, sent.seq)
            self._store.outbox.acknowledge(sent.seq)
            self._refused(error, contents)
            return
        elif code == SessionEnded.code:
            self._give_up(error)
            return
        else:
            self._send_rate.rest(STORE_PAUSE)
        self._rewind()

    def _renumber(self, seq: int, expected: int) -> None:
        """Another writer has used these numbers: ours follow theirs."""
        log.warning("messages from %d on are renumbered from %d", seq, expected)
        self._store.outbox.renumber(seq, expected)
        self.sent_up_to = max(self.sent_up_to, self._store.outbox.last())

    def _rewind(self) -> None:
        """Send everything again that is not acknowledged."""
        for flight in self._flight:
            flight.stale = True
        self._next = 0

    def _set_state(self, link_state: LinkState, problem: CodeAssessError | None) -> None:
        self.link_state, self.problem = link_state, problem
        self._changed()
