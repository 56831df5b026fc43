"""How this editor is connected to its session, and what the end of a connection changes. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from codeassess_core.client.channel import ChannelClosed, closing_error
from codeassess_core.errors import CodeAssessError, Forbidden, NotFound, Unauthenticated
from codeassess_core.live.close_codes import CloseCode


class LinkState(StrEnum):
    """How this editor is connected to its session."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"  #: connects again without help
    ELSEWHERE = "elsewhere"  #: another window or editor writes
    REFUSED = "refused"  #: the server does not accept us any more: `problem` says why
    ENDED = "ended"


_FINAL: Final[dict[int, LinkState]] = {CloseCode.ENDED: LinkState.ENDED, CloseCode.SUPERSEDED: LinkState.ELSEWHERE}
_REFUSED: Final[dict[int, tuple[type[CodeAssessError], str]]] = {
    CloseCode.CREDENTIAL: (
        Unauthenticated,
        "Your access has ended or was withdrawn. Join again with a code, or give another token.",
    ),
    CloseCode.FORBIDDEN: (Forbidden, "This token does not open this session."),
    CloseCode.UNKNOWN: (NotFound, "The server has no such session."),
}
"""What the candidate is told, by close code; what is not here has the words of `closing_error`."""


def outcome(closed: ChannelClosed) -> tuple[LinkState | None, CodeAssessError | None]:
    """The final state after this close, or None where the editor connects again; and the reason."""
    problem = closing_error(closed)
    if closed.code in _REFUSED:
        kind, sentence = _REFUSED[closed.code]
        problem = kind(sentence)
    return _FINAL.get(closed.code, LinkState.REFUSED) if closed.final else None, problem
