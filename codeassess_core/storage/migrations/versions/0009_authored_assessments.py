"""Assessments with files, materials, opening times and a state.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_LISTS = ("languages", "files", "materials", "question_kinds")


def upgrade() -> None:
    with op.batch_alter_table("assessments") as batch:
        for name in _LISTS:
            batch.add_column(sa.Column(name, _JSON, server_default=sa.text("'[]'"), nullable=False))
        batch.add_column(sa.Column("difficulty", sa.String(length=10), nullable=True))
        batch.add_column(sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("consent", sa.Text(), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column("integrity_signals", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch.add_column(sa.Column("verified", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "assessment_states",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_states")),
    )
