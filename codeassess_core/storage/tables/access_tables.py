"""Credentials, tickets, the processes on this database, and the audit."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, text

from .columns import Id, Json, UtcDateTime, counter, created_at, metadata, session_id, tenant

_EMPTY = text("''")  # a plain "" is compared as no default at all

credentials = Table(
    "credentials",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    created_at(),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("assessment_id", Id),  # of an invited candidate: the only one that it is for
    Column("invitation_id", Id),  # with whose code it was given
    Column("lifetime", Float),  # seconds after its last use; empty: it is not renewed
)

tickets = Table(
    "tickets",
    metadata,
    Column("ticket_sha256", String(64), primary_key=True),
    tenant(),
    session_id(index=True),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("token_sha256", String(64)),  # of the token that requested it; empty: authenticated by Jupyter
    created_at(),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# The processes that share the database (`storage.instances`).
instances = Table(
    "instances",
    metadata,
    Column("id", String(200), primary_key=True),
    tenant(),
    Column("host", String(200), nullable=False),
    Column("interval", Float, nullable=False),  # seconds between two beats
    counter("beats"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
)

# Who did what to which object, allowed or refused (`storage.audit`).
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    Column("session_id", Id, index=True),
    Column("principal", String(200), nullable=False),  # empty: only the connection is known
    Column("role", String(20), nullable=False, server_default=_EMPTY),
    Column("action", String(60), nullable=False),
    Column("object", String(20), nullable=False, server_default=_EMPTY),  # its kind
    Column("object_id", String(200), nullable=False, server_default=_EMPTY),  # of what is no session
    Column("outcome", String(40), nullable=False, server_default="done"),  # or the code of the refusal
    Column("via", String(20), nullable=False, server_default=_EMPTY),
    Column("address", String(100), nullable=False, server_default=_EMPTY),
    Column("count", Integer, nullable=False, server_default="1"),  # the same within a minute is one line
    Column("detail", Json, nullable=False),
    created_at(),
    Column("last_at", UtcDateTime),  # of the last one, where there were several
    Index("ix_audit_tenant_id", "tenant", "id"),
    Index("ix_audit_tenant_principal_id", "tenant", "principal", "id"),
    Index("ix_audit_created_at", "created_at"),
)

# The open websockets of all processes: a limit counts those whose process lives.
connections = Table(
    "connections",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    Column("owner", String(200), nullable=False),
    Column("instance_id", String(200), nullable=False, index=True),
    created_at(),
    Index("ix_connections_tenant_owner", "tenant", "owner"),
)
