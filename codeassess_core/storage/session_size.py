"""How much one session may store. What the examiner adds counts, but only what a client sends is refused: its code and
its activities. Answers and skipped questions, which are few, are always kept, and so is its end."""

from __future__ import annotations

import json
from typing import Any, Final

from ..limits import SessionFull

ROW_BYTES: Final = 100
"""What a row takes besides its text, so that many small messages count as well."""


def check_stored(stored: int, *, most: int) -> None:
    """Return when a session that stores so many bytes may store more; `most` 0: always.

    Raises:
        SessionFull: the message has the limit.
    """
    if 0 < most <= stored:
        shown = f"{most / 1_048_576:.3g} MiB"
        raise SessionFull(
            f"This session has stored {shown}, as much as one session may: no more code is kept. End it.", limit=most
        )


def size_of(payload: dict[str, Any] | None) -> int:
    """The bytes of an interaction with this payload."""
    return ROW_BYTES + (len(json.dumps(payload)) if payload else 0)
