"""Sessions and their record: interactions, snapshots, events, and the lease of the writer."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from .columns import Id, Json, UtcDateTime, counter, created_at, locked_session_id, metadata, session_id, tenant

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    Column("owner", String(200), nullable=False),
    Column("assessment_id", Id),
    Column("assessment_version", Integer),
    Column("language", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("epoch", Id, nullable=False),
    created_at(),
    Column("ended_at", UtcDateTime),
    Column("extra_time", Float, nullable=False, server_default="0"),  # seconds beyond the assessment's time limit
    # Counters that are increased under this row's lock: without gaps in a session, across all processes.
    counter("acked_seq"),
    counter("head_event_seq"),
    counter("interaction_count"),
    counter("snapshot_count"),
    counter("question_count"),
    counter("decided_snapshot"),
    Column("stored_bytes", BigInteger, nullable=False, server_default="0"),  # of snapshots and messages, as stored
    Column("last_update_at", UtcDateTime),
    Column("undecided_since", UtcDateTime),
    Column("last_question_at", UtcDateTime),
    Column("last_deferred_at", UtcDateTime),
    Column("closing_until", UtcDateTime),  # set in the closing round: when it ends without a message
    Column("idempotency_key", String(200)),
    Column("idempotency_digest", String(64)),
    UniqueConstraint("tenant", "owner", "idempotency_key"),
    Index("ix_sessions_tenant_id", "tenant", "id"),
)

# A partial index: it has only rows that wait for a decision, so that most updates do not change it.
Index(
    "ix_sessions_undecided",
    sessions.c.id,
    postgresql_where=text("undecided_since IS NOT NULL"),
    sqlite_where=text("undecided_since IS NOT NULL"),
)

Index(
    "ix_sessions_closing",
    sessions.c.id,
    postgresql_where=text("closing_until IS NOT NULL"),
    sqlite_where=text("closing_until IS NOT NULL"),
)

# The sessions that go on, which are counted when another one begins.
Index(
    "ix_sessions_active",
    sessions.c.tenant,
    sessions.c.owner,
    postgresql_where=text("status = 'active'"),
    sqlite_where=text("status = 'active'"),
)

interactions = Table(
    "interactions",
    metadata,
    locked_session_id(),
    Column("seq", Integer, primary_key=True),
    tenant(),
    Column("id", Id, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("client_seq", Integer),
    Column("payload", Json),
    created_at(),
    UniqueConstraint("session_id", "client_seq"),
)

# The updates with a paste: few rows, so that the index costs the record path nothing.
PASTED = {
    "postgresql": text("(payload -> 'pasted') IS NOT NULL"),
    "sqlite": text("json_extract(payload, '$.pasted') IS NOT NULL"),
}

Index(
    "ix_interactions_pasted",
    interactions.c.session_id,
    postgresql_where=PASTED["postgresql"],
    sqlite_where=PASTED["sqlite"],
)

# The renames of documents: a session has few or none.
RENAMES = {
    "postgresql": text("(payload ->> 'kind') = 'document_renamed'"),
    "sqlite": text("json_extract(payload, '$.kind') = 'document_renamed'"),
}

Index(
    "ix_interactions_renames",
    interactions.c.session_id,
    postgresql_where=RENAMES["postgresql"],
    sqlite_where=RENAMES["sqlite"],
)

snapshots = Table(
    "snapshots",
    metadata,
    locked_session_id(),
    Column("n", Integer, primary_key=True),
    tenant(),
    Column("document", Text, nullable=False),
    Column("client_seq", Integer),
    Column("keyframe", Integer, nullable=False),  # the n of the snapshot with which the chain begins
    Column("form", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("bytes", Integer, nullable=False),
    created_at(),
    Column("language", String(40)),  # of the document; empty: that of the session
    Column("cause", String(10)),  # empty for typing
)

events = Table(
    "events",
    metadata,
    session_id(primary_key=True),
    Column("event_seq", Integer, primary_key=True),
    tenant(),
    Column("message", Json, nullable=False),
    created_at(),
)

leases = Table(
    "leases",
    metadata,
    session_id(primary_key=True),
    tenant(),
    Column("holder", Id, nullable=False),  # the id of one connection, of any process
    Column("client_id", String(200), nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("renewed_at", UtcDateTime, nullable=False),
)
