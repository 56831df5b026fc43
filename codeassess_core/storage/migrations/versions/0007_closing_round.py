"""The closing round, decisions at more than one moment, attempts and feedback.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NUMBERED = """
    UPDATE decisions SET number = (
        SELECT count(*) FROM decisions AS earlier
        WHERE earlier.session_id = decisions.session_id AND earlier.snapshot <= decisions.snapshot
    )
"""


def upgrade() -> None:
    with op.batch_alter_table("sessions") as batch:
        batch.add_column(sa.Column("closing_until", sa.DateTime(timezone=True), nullable=True))
    where = sa.text("closing_until IS NOT NULL")
    op.create_index("ix_sessions_closing", "sessions", ["id"], postgresql_where=where, sqlite_where=where)
    with op.batch_alter_table("decisions") as batch:
        batch.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("moment", sa.String(length=10), server_default="pause", nullable=False))
    op.execute(_NUMBERED)
    with op.batch_alter_table("decisions") as batch:
        batch.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint("pk_decisions", type_="primary")
        batch.create_primary_key("pk_decisions", ["session_id", "number"])
    with op.batch_alter_table("assessments") as batch:
        batch.add_column(sa.Column("attempts", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("feedback", sa.String(length=10), server_default="covered", nullable=False))
