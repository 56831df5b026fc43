"""The audit of accesses; what limits count: open websockets, open sessions, stored bytes.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_EMPTY = sa.text("''")
_TEXTS = (("role", 20), ("object", 20), ("object_id", 200), ("via", 20), ("address", 100))


def upgrade() -> None:
    for name, length in _TEXTS:
        op.add_column("audit", sa.Column(name, sa.String(length=length), server_default=_EMPTY, nullable=False))
    op.add_column("audit", sa.Column("outcome", sa.String(length=40), server_default="done", nullable=False))
    op.add_column("audit", sa.Column("count", sa.Integer(), server_default="1", nullable=False))
    op.add_column("audit", sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_audit_tenant_id", "audit", ["tenant", "id"], unique=False)
    op.create_index("ix_audit_tenant_principal_id", "audit", ["tenant", "principal", "id"], unique=False)
    op.create_index("ix_audit_created_at", "audit", ["created_at"], unique=False)
    op.create_table(
        "connections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=63), server_default="default", nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connections")),
    )
    op.create_index("ix_connections_tenant_owner", "connections", ["tenant", "owner"], unique=False)
    op.create_index(op.f("ix_connections_instance_id"), "connections", ["instance_id"], unique=False)
    op.add_column("sessions", sa.Column("stored_bytes", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_sessions_active",
        "sessions",
        ["tenant", "owner"],
        unique=False,
        postgresql_where=sa.text("status = 'active'"),
        sqlite_where=sa.text("status = 'active'"),
    )
