"""The tables. Invariants are keys and unique indexes here, never locks in Python.

Every table has a tenant. `REVISION` names the schema; Alembic's scripts
(`storage/migrations`) lead from one revision to the next.
"""

from __future__ import annotations

from .access_tables import audit, connections, credentials, instances, tickets
from .columns import REVISION, Id, UtcDateTime, metadata
from .people_tables import hand_overs, invitations, people
from .question_tables import assessment_states, assessments, contests, decisions, questions, reports, reviews
from .session_tables import PASTED, RENAMES, events, interactions, leases, sessions, snapshots

__all__ = [
    "Id",
    "PASTED",
    "RENAMES",
    "REVISION",
    "UtcDateTime",
    "assessment_states",
    "assessments",
    "audit",
    "connections",
    "contests",
    "credentials",
    "decisions",
    "events",
    "hand_overs",
    "instances",
    "interactions",
    "invitations",
    "leases",
    "metadata",
    "people",
    "questions",
    "reports",
    "reviews",
    "sessions",
    "snapshots",
    "tickets",
]
