"""One connection to a session, and what its end and its error messages mean for a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from ..errors import CodeAssessError, QuestionNotOpen, StoreUnavailable
from ..live.close_codes import FIRST_FINAL_CODE, CloseCode
from .errors import ConnectionRefused, Superseded

LOST: Final = 1006
"""Stands for the close code of a connection that broke without one."""

RETRYABLE: Final = frozenset({"store_unavailable", "wrong_revision", "error"})
"""Error codes of messages that were not stored and are worth sending again."""
UNREADABLE: Final = frozenset(
    {"invalid_input", "bad_frame", "too_large", "document_too_big", "unknown_message_type", "session_full"}
)
"""Error codes of messages that were refused without using up their `seq`, which is still free."""
SEQ_USED: Final = QuestionNotOpen.code
"""The error code of a message that was stored although it was refused: its `seq` is used."""


class Channel(Protocol):
    """One connection to a session; both methods raise ChannelClosed when it has ended."""

    async def send(self, frame: str) -> None: ...

    async def receive(self) -> Mapping[str, Any]: ...


class ChannelClosed(Exception):
    """The connection has ended; `code` is the websocket's close code (docs/protocol.md)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason or 'the connection ended'} ({code})")
        self.code = code
        self.reason = reason

    @property
    def final(self) -> bool:
        """Must the client not connect again? Two clients that both did would supersede each other forever."""
        return self.code == CloseCode.SUPERSEDED or self.code >= FIRST_FINAL_CODE


def closing_error(closed: ChannelClosed) -> CodeAssessError | None:
    """The error that a close code stands for; None when the session has ended, as it should.

    StoreUnavailable is worth another connection, the others are final.
    """
    if closed.code == CloseCode.ENDED:
        return None
    if closed.code == CloseCode.SUPERSEDED:
        return Superseded()
    if closed.final:
        return ConnectionRefused(f"The server closed the connection: {closed.reason} ({closed.code}).")
    return StoreUnavailable(f"The connection to the server broke ({closed.code}).")
