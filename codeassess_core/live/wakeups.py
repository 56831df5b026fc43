"""Notifies the other processes of stored events, so that their connections need not wait for the next poll.

A notification may be lost, and the connection to the others may be broken: then events reach their
clients through the poll every two seconds (`Subscriptions.watch`).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Protocol

from ..errors import StoreUnavailable
from .subscriptions import Subscriptions

log = logging.getLogger(__name__)

SEND_SECONDS = 2.0  #: for one notification
LONGEST_PAUSE = 5.0  #: between two attempts to listen
MOST_AT_ONCE = 500


class _Wakes(Protocol):
    async def send(self, words: Sequence[str]) -> None: ...

    def listen(self) -> AsyncIterator[str]: ...

    async def aclose(self) -> None: ...


class Wakeups:
    """Connects the subscriptions of all processes. `wakes` None: the database has no notifications."""

    def __init__(self, wakes: _Wakes | None, subscriptions: Subscriptions) -> None:
        self._wakes = wakes
        self._subscriptions = subscriptions
        self._name = secrets.token_hex(4)  # marks the notifications of this process
        self._pending: dict[str, None] = {}
        self._has_pending = asyncio.Event()
        self._problem = ""

    def notify(self, session_id: str) -> None:
        """Something was stored for this session, or it was erased: wake its subscriptions in all processes."""
        self._subscriptions.wake(session_id)
        if self._wakes is not None and len(self._pending) < MOST_AT_ONCE:
            self._pending[session_id] = None
            self._has_pending.set()

    async def send(self) -> None:
        """Notify the other processes. Runs until cancelled."""
        if self._wakes is None:
            return
        while True:
            await self._has_pending.wait()
            self._has_pending.clear()
            batch, self._pending = [f"{self._name} {session_id}" for session_id in self._pending], {}
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._wakes.send(batch)
                self._log_change("")
            except (StoreUnavailable, TimeoutError) as problem:
                self._log_change(f"The other processes are not told at once: {_reason(problem)}")

    async def listen(self) -> None:
        """Receive notifications. After an interruption wake all subscriptions. Runs until cancelled."""
        if self._wakes is None:
            return
        pause = 0.1
        while True:
            try:
                async with aclosing(self._wakes.listen()) as notifications:  # type: ignore[type-var]
                    async for text in notifications:
                        pause = 0.1
                        self._received(text)
            except StoreUnavailable as problem:
                self._log_change(f"The other processes are not heard at once: {_reason(problem)}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _received(self, text: str) -> None:
        name, _, session_id = text.partition(" ")
        if not text:
            self._log_change("")
            self._subscriptions.wake_all()
        elif name != self._name:
            self._subscriptions.wake(session_id)

    def _log_change(self, problem: str) -> None:
        """Log one line when a problem begins, and one when it ends."""
        if problem and not self._problem:
            log.warning("%s; events reach other processes by the look every two seconds", problem)
        elif self._problem and not problem:
            log.info("the other processes are reached at once again")
        self._problem = problem

    async def aclose(self) -> None:
        if self._wakes is not None:
            await self._wakes.aclose()


def _reason(problem: Exception) -> str:
    return problem.message if isinstance(problem, StoreUnavailable) else "no answer in time"
