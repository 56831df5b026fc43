"""Why the server closes a websocket. Imports nothing heavy: the server, its clients and the wire types share it."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class CloseCode(IntEnum):
    """The close codes of the protocol (docs/protocol.md)."""

    SUPERSEDED = 4001  #: another connection writes now
    SLOW = 4008  #: the client did not read, or showed no sign of life
    DRAINING = 4012  #: the server stops, or cannot deliver
    RATE = 4029  #: too many messages, after `rate_limited`
    BAD_FRAMES = 4400  #: three frames in a row that were no messages
    CREDENTIAL = 4401  #: the credential was revoked or expired
    FORBIDDEN = 4403  #: the principal may not write in this session
    UNKNOWN = 4404  #: there is no such session for this principal
    ENDED = 4410  #: the session has ended


FIRST_FINAL_CODE: Final = 4400
"""After a lower code a client connects again; after this one or a higher one it does not."""
