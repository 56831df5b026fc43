"""Where sessions are: on a server (`remote`) or in this process (`embedded`), behind one interface."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from codeassess_core.clock import isoformat


class LineClosed(Exception):
    """The connection has ended; `code` is the websocket's (codeassess_core.connection.CloseCode)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason or 'the connection ended'} ({code})")
        self.code = code
        self.reason = reason


class Line(Protocol):
    """One connection to a session; both methods raise LineClosed when it has ended."""

    async def send(self, frame: str) -> None: ...

    async def receive(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """A session as its candidate may know it. `time_limit` in seconds, `created_at` in ISO 8601."""

    id: str
    status: str
    created_at: str
    acked_seq: int
    language: str
    title: str = ""
    instructions: str = ""
    time_limit: float | None = None

    @property
    def deadline(self) -> str | None:
        """When the time is over, in ISO 8601; None without a limit."""
        if self.time_limit is None or not self.created_at:
            return None
        return isoformat(datetime.fromisoformat(self.created_at) + timedelta(seconds=self.time_limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a new session is to be about. With the same `key`, the same session."""

    key: str
    assessment_id: str | None = None
    language: str | None = None


class Place(Protocol):
    """Every method raises errors of codeassess_core.errors, `ServerUnreachable` among them."""

    name: str  #: for people and for the ledger: the server's URL, or "embedded"

    async def begin(self, wanted: Wanted) -> SessionInfo: ...

    async def session(self, session_id: str) -> SessionInfo: ...

    async def responses(self, session_id: str) -> Mapping[str, str]:
        """The candidate's answers, by question."""
        ...

    async def snapshot(self, session_id: str, n: int) -> str:
        """The code of a snapshot."""
        ...

    async def report(self, session_id: str) -> str:
        """The report as Markdown."""
        ...

    def connect(self, session_id: str) -> AbstractAsyncContextManager[Line]: ...

    async def aclose(self) -> None: ...
