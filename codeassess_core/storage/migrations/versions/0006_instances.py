"""The processes that share the database, each with a row that it renews.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instances",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("tenant", sa.String(63), nullable=False, server_default="default"),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
    )
