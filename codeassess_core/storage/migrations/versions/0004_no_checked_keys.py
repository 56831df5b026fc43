"""No foreign keys on the two tables of the record path: their writers hold the lock of the session's row.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("interactions", "snapshots"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_session_id", type_="foreignkey")
