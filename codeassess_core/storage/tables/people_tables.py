"""People, their invitations, and the one-use codes with which they go on in an editor."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, String, Table

from .columns import Id, UtcDateTime, created_at, metadata, tenant

people = Table(
    "people",
    metadata,
    Column("tenant", String(63), primary_key=True, server_default="default"),
    Column("id", String(200), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("group", String(100), nullable=False),
    Column("extra_share", Float, nullable=False),  # of the time limit: 0.25 is a quarter more
    Column("extra_seconds", Float, nullable=False),
    created_at(),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    tenant(),
    Column("assessment_id", Id, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("code_sha256", String(64), nullable=False, unique=True),
    Column("created_by", String(200), nullable=False),
    created_at(),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("opened_at", UtcDateTime),
    Column("joined_at", UtcDateTime),
    Index("uq_invitations_one_each", "tenant", "assessment_id", "person_id", unique=True),
    Index("ix_invitations_person", "tenant", "person_id"),
)

hand_overs = Table(
    "hand_overs",
    metadata,
    Column("code_sha256", String(64), primary_key=True),
    tenant(),
    Column("invitation_id", Id, nullable=False),
    created_at(),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
