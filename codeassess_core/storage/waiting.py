"""Limits for waiting for the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from time import monotonic

ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)
"""The moment (monotonic) until which the current task may wait for the database."""

_GRACE = 0.5
"""Extra seconds for the connection to time out by itself: then SQLAlchemy discards all connections of its age."""


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Limit all waiting for the database in this block to `seconds`; then TimeoutError at the latest."""
    before = ends_at.get()
    end = monotonic() + seconds
    ends_at.set(end if before is None else min(before, end))
    try:
        async with asyncio.timeout(seconds + _GRACE):
            yield
    finally:
        ends_at.set(before)
