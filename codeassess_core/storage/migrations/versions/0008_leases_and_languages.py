"""Who writes in a session; the language and the cause of each snapshot; the renames of documents.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_leases_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_leases")),
    )
    op.add_column("snapshots", sa.Column("language", sa.String(length=40), nullable=True))
    op.add_column("snapshots", sa.Column("cause", sa.String(length=10), nullable=True))
    op.create_index(
        "ix_interactions_renames",
        "interactions",
        ["session_id"],
        unique=False,
        postgresql_where=sa.text("(payload ->> 'kind') = 'document_renamed'"),
        sqlite_where=sa.text("json_extract(payload, '$.kind') = 'document_renamed'"),
    )
