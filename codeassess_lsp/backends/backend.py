"""Where sessions are: on a server (`remote`) or in this process (`embedded`), behind one interface."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from codeassess_core.client.channel import Channel
from codeassess_core.client.starter import StarterFile
from codeassess_core.clock import isoformat

from ..session.consent import Agreement
from .invitation import Invitation


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
    files: tuple[StarterFile, ...] = ()

    @property
    def deadline(self) -> str | None:
        """When the time is over, in ISO 8601; None without a limit."""
        if self.time_limit is None or not self.created_at:
            return None
        return isoformat(datetime.fromisoformat(self.created_at) + timedelta(seconds=self.time_limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The wanted session. Two requests with the same `key` give the same session."""

    key: str
    assessment_id: str | None = None
    language: str | None = None
    consent_sha256: str | None = None  #: of the assessment's text to which the candidate has agreed


class Backend(Protocol):
    """Every method raises errors of codeassess_core.errors, or `ServerUnreachable`."""

    name: str  #: for people and for the local store: the server's URL, or "embedded"

    async def check(self) -> None:
        """Fail when it cannot be reached, or does not accept the credential."""
        ...

    async def agreement(self, assessment_id: str | None) -> Agreement | None:
        """What the assessment asks to agree to; None: nothing. Without an id: the one that the credential is for."""
        ...

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

    async def invitation(self, assessment_id: str) -> Invitation | None:
        """The candidate's invitation to an assessment; None: there is none."""
        ...

    def connect(self, session_id: str) -> AbstractAsyncContextManager[Channel]: ...

    async def aclose(self) -> None: ...
