"""The tables. Invariants live here, as keys and unique indexes, never as locks in Python.

Every table has a tenant. `REVISION` names the schema; Alembic's scripts
(`storage/migrations`) lead from one revision to the next.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

REVISION = "0004"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; a naive one is refused, whatever the database could do with it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime refused: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class IdType(TypeDecorator[str]):
    """A UUID as a string. Text that is none is bound as the nil UUID, which nobody has: it matches nothing."""

    impl = Uuid(as_uuid=False)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return str(UUID(value))
        except ValueError:
            return _NOBODY


_NOBODY = str(UUID(int=0))
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Id = IdType()

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _tenant() -> Column[str]:
    return Column("tenant", String(63), nullable=False, server_default="default")


def _session_id(**options: Any) -> Column[str]:
    return Column("session_id", Id, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, **options)


def _locked_session_id() -> Column[str]:
    """Of the two tables of the record path: who writes holds the lock of the session's row, so no key is checked.

    The check was half of what Postgres did for an update (docs/decisions/0012-no-foreign-keys-on-the-record-path.md).
    """
    return Column("session_id", Id, primary_key=True)


def _created_at() -> Column[datetime]:
    return Column("created_at", UtcDateTime, nullable=False)


def _counter(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


assessments = Table(
    "assessments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version", Integer, primary_key=True),
    _tenant(),
    Column("title", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("starter_code", Text, nullable=False),
    Column("language", String(40), nullable=False),
    Column("rubric", Json, nullable=False),
    Column("policy", Json, nullable=False),
    Column("time_limit", Float),
    Column("show_report", Boolean, nullable=False),
    Column("graders", Json, nullable=False),
    Column("created_by", String(200), nullable=False),
    _created_at(),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    _tenant(),
    Column("owner", String(200), nullable=False),
    Column("assessment_id", Id),
    Column("assessment_version", Integer),
    Column("language", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("epoch", Id, nullable=False),
    _created_at(),
    Column("ended_at", UtcDateTime),
    # Counters taken under this row's lock: contiguous per session, whatever process serves it.
    _counter("acked_seq"),
    _counter("head_event_seq"),
    _counter("interaction_count"),
    _counter("snapshot_count"),
    _counter("question_count"),
    _counter("decided_snapshot"),
    Column("last_update_at", UtcDateTime),
    Column("undecided_since", UtcDateTime),
    Column("last_question_at", UtcDateTime),
    Column("last_deferred_at", UtcDateTime),
    Column("idempotency_key", String(200)),
    Column("idempotency_digest", String(64)),
    UniqueConstraint("tenant", "owner", "idempotency_key"),
    Index("ix_sessions_tenant_id", "tenant", "id"),
)
# Only rows that wait for a decision are in it, so that an update in between does not touch it.
Index(
    "ix_sessions_undecided",
    sessions.c.id,
    postgresql_where=text("undecided_since IS NOT NULL"),
    sqlite_where=text("undecided_since IS NOT NULL"),
)

interactions = Table(
    "interactions",
    metadata,
    _locked_session_id(),
    Column("seq", Integer, primary_key=True),
    _tenant(),
    Column("id", Id, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("client_seq", Integer),
    Column("payload", Json),
    _created_at(),
    UniqueConstraint("session_id", "client_seq"),
)

# The updates in which a large block came in. Nearly no row is in it, so that it costs the record path nothing.
PASTED = {
    "postgresql": text("(payload -> 'pasted') IS NOT NULL"),
    "sqlite": text("json_extract(payload, '$.pasted') IS NOT NULL"),
}
Index(
    "ix_interactions_pasted",
    interactions.c.session_id,
    postgresql_where=PASTED["postgresql"],
    sqlite_where=PASTED["sqlite"],
)

snapshots = Table(
    "snapshots",
    metadata,
    _locked_session_id(),
    Column("n", Integer, primary_key=True),
    _tenant(),
    Column("document", Text, nullable=False),
    Column("client_seq", Integer),
    Column("keyframe", Integer, nullable=False),  # the n of the snapshot that the chain starts from
    Column("form", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("bytes", Integer, nullable=False),
    _created_at(),
)

decisions = Table(
    "decisions",
    metadata,
    _session_id(primary_key=True),
    Column("snapshot", Integer, primary_key=True),
    _tenant(),
    Column("asked", Boolean, nullable=False),
    Column("rule", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_lines", Integer),
    Column("start_line", Integer),
    Column("end_line", Integer),
    Column("question_id", Id),
    _created_at(),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Id, primary_key=True),
    _tenant(),
    _session_id(index=True),
    Column("status", String(20), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("document", Text, nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("start_line", Integer, nullable=False),
    Column("end_line", Integer, nullable=False),
    _created_at(),
    Column("kind", String(40), nullable=False, server_default=text("''")),
    Column("text", Text, nullable=False, server_default=text("''")),
    Column("excerpt", Text, nullable=False, server_default=text("''")),
    Column("expected", Json),
    Column("retrieved", Json),
    Column("provenance", Json),
    Column("asked_at", UtcDateTime),
    Column("response", Text),
    Column("responded_at", UtcDateTime),
    Column("evaluation", Json),
    Column("score", Float),
    Column("needs_review", Boolean),
    Column("failure", Text),
)
# One question at a time, even when two processes decide at the same moment.
Index(
    "uq_questions_one_open",
    questions.c.session_id,
    unique=True,
    postgresql_where=text("status IN ('pending', 'open')"),
    sqlite_where=text("status IN ('pending', 'open')"),
)

events = Table(
    "events",
    metadata,
    _session_id(primary_key=True),
    Column("event_seq", Integer, primary_key=True),
    _tenant(),
    Column("message", Json, nullable=False),
    _created_at(),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    _tenant(),
    _session_id(),
    Column("version", Integer, nullable=False),
    Column("body", Json),  # empty until the report is built, then never changed
    _created_at(),
    Column("score", Float),  # the two of `body` that lists show
    Column("provisional", Boolean),
    UniqueConstraint("session_id", "version"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Id, primary_key=True),
    _tenant(),
    _session_id(),
    Column("number", Integer, nullable=False),
    Column("question_id", Id, nullable=False, index=True),
    Column("verdict", String(20), nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", Text),
    Column("reviewer", String(200), nullable=False),
    Column("idempotency_key", String(200)),
    _created_at(),
    UniqueConstraint("session_id", "number"),
    UniqueConstraint("session_id", "reviewer", "idempotency_key"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("id", Id, primary_key=True),
    _tenant(),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    _created_at(),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

tickets = Table(
    "tickets",
    metadata,
    Column("ticket_sha256", String(64), primary_key=True),
    _tenant(),
    _session_id(index=True),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("token_sha256", String(64)),  # of whom it was given to; empty: Jupyter knew them
    _created_at(),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    _tenant(),
    Column("session_id", Id, index=True),
    Column("principal", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("detail", Json, nullable=False),
    _created_at(),
)
