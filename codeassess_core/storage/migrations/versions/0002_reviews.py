"""Reviews; what lists of sessions show of reports and pastes.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FROM_BODY = {
    "postgresql": """
        UPDATE reports SET score = (body #>> '{overall,score}')::float8,
                           provisional = (body #>> '{overall,provisional}')::boolean
        WHERE body IS NOT NULL
    """,
    "sqlite": """
        UPDATE reports SET score = json_extract(body, '$.overall.score'),
                           provisional = json_extract(body, '$.overall.provisional')
        WHERE body IS NOT NULL
    """,
}


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_reviews_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_reviews_session_id_number")),
        sa.UniqueConstraint(
            "session_id", "reviewer", "idempotency_key", name=op.f("uq_reviews_session_id_reviewer_idempotency_key")
        ),
    )
    op.create_index("ix_reviews_question_id", "reviews", ["question_id"], unique=False)
    op.add_column("reports", sa.Column("score", sa.Float(), nullable=True))
    op.add_column("reports", sa.Column("provisional", sa.Boolean(), nullable=True))
    op.execute(_FROM_BODY[op.get_bind().dialect.name])
    op.create_index(
        "ix_interactions_pasted",
        "interactions",
        ["session_id"],
        unique=False,
        postgresql_where=sa.text("(payload -> 'pasted') IS NOT NULL"),
        sqlite_where=sa.text("json_extract(payload, '$.pasted') IS NOT NULL"),
    )
