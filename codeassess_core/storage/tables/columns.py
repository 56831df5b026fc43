"""The types of columns, and columns that many tables have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, DateTime, Dialect, ForeignKey, Integer, MetaData, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

REVISION = "0012"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; a naive one is refused on every database."""

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
    """A UUID as a string. Another text is bound as the nil UUID, which matches nothing."""

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


def tenant() -> Column[str]:
    return Column("tenant", String(63), nullable=False, server_default="default")


def session_id(**options: Any) -> Column[str]:
    return Column("session_id", Id, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, **options)


def locked_session_id() -> Column[str]:
    """For the two tables of the record path: no foreign key, because their writers have locked the session's row.

    Checking the key was half of the work of Postgres for an update
    (docs/decisions/0012-no-foreign-keys-on-the-record-path.md).
    """
    return Column("session_id", Id, primary_key=True)


def created_at() -> Column[datetime]:
    return Column("created_at", UtcDateTime, nullable=False)


def counter(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")
