"""The agreement with which the record of a session begins."""

from __future__ import annotations

from typing import Any

from ..clock import new_id
from ..model import AssessmentSession, InteractionKind


def consent_row(session: AssessmentSession, agreed: dict[str, Any]) -> dict[str, Any]:
    """The first interaction of a session: its candidate has agreed."""
    return {
        "session_id": session.id,
        "tenant": session.tenant,
        "seq": 1,
        "id": new_id(),
        "kind": InteractionKind.CONSENT,
        "payload": agreed,
        "created_at": session.created_at,
    }
