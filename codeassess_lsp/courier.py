"""Carries messages from the ledger to the session, in order, until each is acknowledged; brings the events back.

The server answers messages in the order in which it got them, each exactly once, so an
answer belongs to the oldest message on the way.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NoReturn

from codeassess_core.clients import Superseded
from codeassess_core.errors import (
    CodeAssessError,
    Forbidden,
    InvalidInput,
    NotFound,
    StoreUnavailable,
    Unauthenticated,
    UnsupportedProtocol,
)
from codeassess_core.messages import PROTOCOL_VERSION

from .places import Line, LineClosed, Place
from .sitting_ledger import SittingLedger

log = logging.getLogger(__name__)

WELCOME_SECONDS: Final = 10.0
FIRST_PAUSE: Final = 0.3
LONGEST_PAUSE: Final = 20.0
STORE_PAUSE: Final = 1.0  # after which a message that the server could not store is sent again
WINDOW: Final = 8  # messages that may be on the way at once
SHARE: Final = 0.8  # of the server's limit: a backlog must not lean on it
BURST: Final = 10
SUPERSEDED: Final = 4001
TERMINAL: Final = 4400  # from this close code on there is no use in coming back
ENDED: Final = 4410
_UNREADABLE: Final = frozenset({"invalid_input", "bad_frame", "too_large", "document_too_big", "unknown_message_type"})
"""Refusals before the server has looked at the number, which is then still free."""
_OVER: Final = frozenset({"question_not_open", "session_ended"})
"""Refusals for the state of the session: the number of the first is used up, and after the second none counts."""
_FOR_GOOD: Final = (Unauthenticated, Forbidden, NotFound, InvalidInput)


class Standing(StrEnum):
    """How the sitting stands with its session."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"  #: comes back by itself
    ELSEWHERE = "elsewhere"  #: another window or editor writes
    REFUSED = "refused"  #: the server wants no more of us: `problem` says why
    ENDED = "ended"


@dataclass(slots=True)
class _Flight:
    """A message on the present connection. `stale`: it was sent again, so its answer says nothing any more."""

    seq: int
    stale: bool = False


class Courier:
    """One sitting's line to its session. `take` gets every event, once; `changed` is called when `standing` is another,
    or the number of messages that wait; `refused` when a message will never be taken."""

    def __init__(
        self,
        *,
        place: Place,
        ledger: SittingLedger,
        client_id: str,
        take: Callable[[Mapping[str, Any]], None],
        changed: Callable[[], None],
        refused: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._place = place
        self._ledger = ledger
        self._client_id = client_id
        self._take = take
        self._changed = changed
        self._refused = refused
        self.standing = Standing.CONNECTING
        self.problem: CodeAssessError | None = None
        self.sent_up_to = ledger.outbox.last()  # by the process before this one, perhaps
        self._open_questions: tuple[Mapping[str, Any], ...] = ()  # at the last welcome
        self._next = 0  # the seq that is sent next on the present connection
        self._flight: deque[_Flight] = deque()
        self._interval = 0.0
        self._due = 0.0
        self._to_send = asyncio.Event()
        self._hurry = asyncio.Event()

    def wake(self) -> None:
        """There is something to send."""
        self._to_send.set()

    def hurry(self) -> None:
        """Try to connect now instead of later."""
        self._hurry.set()

    async def run(self) -> None:
        """Connect, and again when it breaks; returns when there is no use in going on (`standing` says why)."""
        pause = FIRST_PAUSE
        while True:
            final, problem, was_online = await self._attempt()
            if final is not None:
                self._stand(final, problem)
                return
            self._stand(Standing.OFFLINE, problem)
            pause = FIRST_PAUSE if was_online else min(LONGEST_PAUSE, pause * 2)
            self._hurry.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), pause * random.uniform(0.5, 1.0))

    async def _attempt(self) -> tuple[Standing | None, CodeAssessError | None, bool]:
        """One connection to its end: where that leaves us for good (or None), why, and whether it ever worked."""
        try:
            await self._converse()
        except LineClosed as closed:
            return *_outcome(closed), self.standing is Standing.ONLINE
        except Superseded as problem:
            return Standing.ELSEWHERE, problem, True
        except _FOR_GOOD as problem:
            return Standing.REFUSED, problem, False
        except CodeAssessError as problem:
            return None, problem, self.standing is Standing.ONLINE
        except sqlite3.Error as problem:
            return None, StoreUnavailable(f"This machine cannot write down what is typed: {problem}."), False

    async def _converse(self) -> NoReturn:
        async with self._place.connect(self._ledger.session) as line:
            await self._greet(line)
            both = [asyncio.create_task(self._write(line)), asyncio.create_task(self._read(line))]
            try:
                ended, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                ended.pop().result()
                raise AssertionError("reading and writing end by an exception only")
            finally:
                for task in both:
                    task.cancel()
                await asyncio.gather(*both, return_exceptions=True)

    async def _read(self, line: Line) -> NoReturn:
        while True:
            self._receive(await line.receive())

    async def _greet(self, line: Line) -> None:
        event_seq, epoch = self._ledger.cursor()
        hello = {"message_type": "hello", "protocol": PROTOCOL_VERSION, "client_id": self._client_id}
        await line.send(json.dumps(hello | {"last_event_seq": event_seq} | ({"epoch": epoch} if epoch else {})))
        try:
            answer = await asyncio.wait_for(line.receive(), WELCOME_SECONDS)
        except TimeoutError as problem:
            raise StoreUnavailable("The server does not welcome us.") from problem
        if answer.get("code") == UnsupportedProtocol.code:
            raise UnsupportedProtocol(f"{answer['message']} Update codeassess on the older side.")
        if answer["message_type"] != "welcome":
            raise StoreUnavailable(str(answer.get("message", "The server does not welcome us.")))
        self._welcome(answer)

    def _welcome(self, answer: Mapping[str, Any]) -> None:
        if self._ledger.cursor()[1] is None:
            self._ledger.count_from(answer["epoch"], anew=False)
        limit = answer["limits"].get("messages_per_second", 0)
        self._interval = 1 / (limit * SHARE) if limit else 0.0
        if self._ledger.outbox.waiting()[0] == 0:
            self._ledger.outbox.acknowledge(answer["acked_seq"])
        self._open_questions = tuple(answer["open_questions"])
        self._flight.clear()
        self._next = 0
        self._to_send.set()
        self._stand(Standing.ONLINE, None)

    async def _write(self, line: Line) -> NoReturn:
        while True:
            entry = self._ledger.outbox.next(self._next) if len(self._alive()) < WINDOW else None
            if entry is None:
                self._to_send.clear()
                await self._to_send.wait()
                continue
            await self._pace()
            if (entry := self._ledger.outbox.next(self._next)) is None:  # it changed while we waited
                continue
            self._next = entry.seq + 1
            self.sent_up_to = max(self.sent_up_to, entry.seq)
            self._flight.append(_Flight(entry.seq))
            await line.send(entry.frame)

    def _alive(self) -> list[_Flight]:
        return [flight for flight in self._flight if not flight.stale]

    async def _pace(self) -> None:
        now = time.monotonic()
        self._due = max(self._due, now - BURST * self._interval)
        if self._due > now:
            await asyncio.sleep(self._due - now)
        self._due += self._interval

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
                self._ledger.count_from(message["epoch"], anew=True)
                for question in self._open_questions:
                    self._take(question)
            case _ if "event_seq" in message and message["event_seq"] > self._ledger.cursor()[0]:
                self._ledger.note_event(message)
                self._take(message)
        self._to_send.set()
        self._changed()

    def _on_ack(self, seq: int) -> None:
        if self._flight and self._flight[0].stale:
            self._flight.popleft()
        while self._flight and not self._flight[0].stale and self._flight[0].seq <= seq:
            self._flight.popleft()
        self._ledger.outbox.acknowledge(seq)

    def _on_nack(self, expected: int) -> None:
        sent = self._flight.popleft() if self._flight else None
        if sent is None or sent.stale:
            return
        first = self._ledger.outbox.next(0)
        if first is not None and (first.seq > expected or self._ledger.outbox.next(expected) is None):
            self._renumber(first.seq, expected)
        self._rewind()

    def _on_error(self, error: Mapping[str, Any]) -> None:
        sent = self._flight.popleft() if self._flight else None
        if sent is None or sent.stale:
            return
        code = error["code"]
        if code == "sequence_conflict":
            self._renumber(sent.seq, int(error["detail"]["expected"]))
        elif (code == "hash_mismatch" or code in _UNREADABLE) and self._ledger.outbox.make_whole(sent.seq):
            pass  # the two sides do not have the same text to change
        elif code == "hash_mismatch":
            self._ledger.outbox.without_hash(sent.seq)
        elif code in _UNREADABLE:
            self._ledger.outbox.drop(sent.seq)
            self._refused(error)
        elif code in _OVER:
            self._ledger.outbox.acknowledge(sent.seq)
            self._refused(error)
            return
        else:
            self._due = time.monotonic() + STORE_PAUSE
        self._rewind()

    def _renumber(self, seq: int, expected: int) -> None:
        """Somebody else has written since: what is ours follows on theirs."""
        log.warning("messages from %d on are numbered anew from %d", seq, expected)
        self._ledger.outbox.renumber(seq, expected)
        self.sent_up_to = max(self.sent_up_to, self._ledger.outbox.last())

    def _rewind(self) -> None:
        """Send everything again that is not acknowledged."""
        for flight in self._flight:
            flight.stale = True
        self._next = 0

    def _stand(self, standing: Standing, problem: CodeAssessError | None) -> None:
        self.standing, self.problem = standing, problem
        self._changed()


def _outcome(closed: LineClosed) -> tuple[Standing | None, CodeAssessError | None]:
    if closed.code == ENDED:
        return Standing.ENDED, None
    if closed.code == SUPERSEDED:
        return Standing.ELSEWHERE, Superseded()
    if closed.code == 4401:
        return Standing.REFUSED, Unauthenticated("The token is past its time or was revoked; sign in again.")
    if closed.code == 4403:
        return Standing.REFUSED, Forbidden("This token does not open this session.")
    if closed.code == 4404:
        return Standing.REFUSED, NotFound("The server has no such session.")
    if closed.code >= TERMINAL:
        return Standing.REFUSED, CodeAssessError(f"The server closed the connection: {closed.reason} ({closed.code}).")
    return None, StoreUnavailable(f"The connection to the server broke ({closed.code}).")
