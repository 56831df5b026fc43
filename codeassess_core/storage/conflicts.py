"""A seq that is sent a second time with other content: it is refused and recorded in the audit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import SequenceConflict
from .audit import NOBODY, count_again, write_audit

_ACTION = "sequence_conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicting:
    """What was sent with a used seq. `detail` describes it, without its text."""

    session_id: str
    tenant: str
    client_seq: int
    expected: int
    detail: dict[str, Any]
    at: datetime

    async def record(self, connection: AsyncConnection) -> SequenceConflict:
        """Write it into the audit, one line a minute; returns the error for the client, to be sent after the commit."""
        if not await count_again(connection, self.session_id, _ACTION, at=self.at):
            await write_audit(
                connection,
                replace(NOBODY, tenant=self.tenant),
                _ACTION,
                at=self.at,
                session_id=self.session_id,
                detail={"seq": self.client_seq, **self.detail},
                outcome=SequenceConflict.code,
            )
        return SequenceConflict(
            f"seq {self.client_seq} was already used for another message; the next is {self.expected}.",
            seq=self.client_seq,
            expected=self.expected,
        )
