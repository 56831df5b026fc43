"""What one candidate, one tenant and one session may use, and the errors of those who want more. 0: no limit."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Conflict, RateLimited


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of the settings."""

    messages_per_minute: float = 0.0  #: of one candidate, in one process
    bytes_per_minute: float = 0.0
    sockets_of_candidate: int = 0  #: open at once, in all processes
    sockets_of_tenant: int = 0
    sessions_of_candidate: int = 0  #: that have not ended
    sessions_of_tenant: int = 0
    session_bytes: int = 0  #: that one session stores


NO_LIMITS = Limits()


class TooManySessions(Conflict):
    """Too many sessions have not ended; end one before you begin another."""

    code = "too_many_sessions"


class SessionFull(Conflict):
    """This session has stored as much as one session may; end it."""

    code = "session_full"


class TooManySockets(RateLimited):
    """Too many connections are open; close one."""

    code = "too_many_sockets"
