"""Credentials, tickets, the processes on this database, and the audit."""

from __future__ import annotations

from sqlalchemy import Column, Float, String, Table

from .columns import Id, Json, UtcDateTime, counter, created_at, metadata, session_id, tenant

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

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    Column("session_id", Id, index=True),
    Column("principal", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("detail", Json, nullable=False),
    created_at(),
)
