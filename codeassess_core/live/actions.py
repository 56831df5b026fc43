"""What a code update is for the record, and which messages cause a decision at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ..documents.renames import language_of
from ..model import Cause, Moment
from ..storage.entries import CodeEntry
from .messages import CodeUpdate, edits_of

MOMENTS: Final[Mapping[str, Moment]] = {"run": Moment.RUN, "test": Moment.RUN, "save": Moment.SAVE}
"""The causes of an update and the kinds of activity after which a decision is due at once."""


def code_entry(session_id: str, update: CodeUpdate, *, received_at: datetime, signals: bool = True) -> CodeEntry:
    """The code entry of a code update; without `signals` it does not tell of a paste."""
    cause = update.cause if signals or update.cause is not Cause.PASTE else None
    return CodeEntry(
        session_id=session_id,
        document=update.document.uri,
        code=update.code,
        edits=edits_of(update),
        sha256=update.sha256,
        cause=cause,
        signals=signals,
        language=language_of(update.document.uri, update.document.language),
        client_seq=update.seq,
        received_at=received_at,
    )
