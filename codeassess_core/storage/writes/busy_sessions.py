"""Sessions that another transaction has locked: their updates wait here in order, and delay no other session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from ...errors import StoreBusy, StoreUnavailable
from ...system.concurrency import stop
from ..entries import CodeEntry, Receipt
from .updates import Update

_PAUSE = 0.02  # seconds between two tries
_MOST = 500  # updates in one try
_AT_ONCE = 2  # sessions that are tried alone at the same time


@dataclass(slots=True, eq=False)
class Waiting:
    """An update whose sender waits; `tell` is called once, with the receipt or the error."""

    update: Update
    tell: Callable[[Receipt | Exception], None]
    since: float = field(default_factory=monotonic)
    answered: bool = False

    @property
    def entry(self) -> CodeEntry:
        return self.update.entry

    def answer(self, outcome: Receipt | Exception) -> None:
        """Give the sender the receipt or the error, unless it has an answer."""
        if not self.answered:
            self.answered = True
            self.tell(outcome)


class BusySessions:
    """Retries all of them in one transaction, which skips the sessions that are still locked.

    `attempt` answers the updates that it stores and leaves the others; it returns why it
    failed. After `timeout` seconds an update is answered with StoreBusy.
    """

    def __init__(self, attempt: Callable[[Sequence[Waiting]], Awaitable[Exception | None]], *, timeout: float) -> None:
        self._attempt = attempt
        self._timeout = timeout
        self._waiting: dict[str, list[Waiting]] = {}
        self._try_alone = False
        self._task: asyncio.Task[None] | None = None

    def queue_behind(self, waiting: Waiting) -> bool:
        """Queue the update behind others of its session; False when none of that session waits here."""
        others = self._waiting.get(waiting.entry.session_id)
        if others is None:
            return False
        others.append(waiting)
        return True

    def add(self, batch: Iterable[Waiting], *, try_alone: bool = False) -> None:
        """Let updates wait here. `try_alone`: one unknown session of them made the whole batch fail."""
        self._try_alone |= try_alone
        for waiting in batch:
            others = self._waiting.setdefault(waiting.entry.session_id, [])
            if waiting not in others:
                others.append(waiting)
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._work(), name="codeassess-busy-sessions")

    def __contains__(self, waiting: Waiting) -> bool:
        return waiting in self._waiting.get(waiting.entry.session_id, ())

    async def aclose(self) -> None:
        """Answer what still waits with StoreUnavailable."""
        if self._task is not None:
            await stop(self._task)
        for waiting in [w for of_session in self._waiting.values() for w in of_session]:
            waiting.answer(StoreUnavailable())
        self._waiting.clear()

    async def _work(self) -> None:
        while self._waiting:
            await asyncio.sleep(_PAUSE)
            problem: Exception | None = None
            if not self._try_alone:
                problem = await self._attempt([w for of_session in self._waiting.values() for w in of_session][:_MOST])
            if self._try_alone or _may_be_one_session(problem):
                await self._try_each_alone()
            self._drop_answered(problem)

    async def _try_each_alone(self) -> None:
        """One session makes the batch fail, and it is not known which."""
        self._try_alone = False
        slots = asyncio.Semaphore(_AT_ONCE)

        async def attempt(of_session: Sequence[Waiting]) -> None:
            async with slots:
                problem = await self._attempt(of_session)
            if problem is not None and not isinstance(problem, StoreUnavailable):
                for waiting in of_session:
                    waiting.answer(problem)

        await asyncio.gather(*(attempt(list(of_session)) for of_session in self._waiting.values()))

    def _drop_answered(self, problem: Exception | None) -> None:
        """Forget updates that have an answer; first answer those that have waited for `timeout`."""
        latest = monotonic() - self._timeout
        for waiting in [w for of_session in self._waiting.values() for w in of_session if w.since < latest]:
            waiting.answer(problem if isinstance(problem, StoreUnavailable) else StoreBusy())
        left = {s: [w for w in waits if not w.answered] for s, waits in self._waiting.items()}
        self._waiting = {session_id: waits for session_id, waits in left.items() if waits}


def _may_be_one_session(problem: Exception | None) -> bool:
    """False when the database itself is unavailable: then it is not one session that fails."""
    return problem is not None and (isinstance(problem, StoreBusy) or not isinstance(problem, StoreUnavailable))
