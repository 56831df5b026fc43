"""People, invitations and hand-over codes; credentials for one assessment; extra time.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("tenant", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("group", sa.String(length=100), nullable=False),
        sa.Column("extra_share", sa.Float(), nullable=False),
        sa.Column("extra_seconds", sa.Float(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_people")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_invitations_code_sha256")),
    )
    op.create_index("ix_invitations_person", "invitations", ["tenant", "person_id"], unique=False)
    op.create_index(
        "uq_invitations_one_each", "invitations", ["tenant", "assessment_id", "person_id"], unique=True
    )
    op.create_table(
        "hand_overs",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_hand_overs")),
    )
    op.create_index(op.f("ix_hand_overs_expires_at"), "hand_overs", ["expires_at"], unique=False)
    op.add_column("credentials", sa.Column("assessment_id", sa.Uuid(), nullable=True))
    op.add_column("credentials", sa.Column("invitation_id", sa.Uuid(), nullable=True))
    op.add_column("credentials", sa.Column("lifetime", sa.Float(), nullable=True))
    op.add_column("sessions", sa.Column("extra_time", sa.Float(), server_default="0", nullable=False))
