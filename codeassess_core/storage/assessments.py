"""Assessments: the tasks of sessions. Each version is immutable."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from ..errors import Conflict, NotFound
from ..model import AssessmentSession, AssessmentSpec
from . import rows
from .database import Database
from .tables import assessments

_ATTEMPTS = 10


class Assessments:
    """The assessments of all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, spec: AssessmentSpec) -> AssessmentSpec:
        """Store a new assessment, or the next version of the one with this id; returns it with its version.

        Raises:
            Conflict: others added versions of it at the same time, ten times in a row.
        """
        for _ in range(_ATTEMPTS):
            with suppress(IntegrityError):  # another process has added that version
                return await self._add(spec)
        raise Conflict("This assessment is being changed by others; try again.")

    async def _add(self, spec: AssessmentSpec) -> AssessmentSpec:
        async with self._database.write() as connection:
            last = await connection.scalar(select(func.max(assessments.c.version)).where(assessments.c.id == spec.id))
            spec = replace(spec, version=(last or 0) + 1)
            await connection.execute(insert(assessments).values(**_values(spec)))
        return spec

    async def get(self, assessment_id: str, version: int | None = None) -> AssessmentSpec:
        """One version, by default the newest.

        Raises:
            NotFound: no such assessment or version.
        """
        statement = select(assessments).where(assessments.c.id == assessment_id)
        if version is not None:
            statement = statement.where(assessments.c.version == version)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(assessments.c.version.desc()).limit(1))
            row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("There is no such assessment.")
        return rows.assessment(row)

    async def of_session(self, session: AssessmentSession) -> AssessmentSpec | None:
        """The assessment of a session, in the version with which it began; None: an open session."""
        if session.assessment_id is None:
            return None
        return await self.get(session.assessment_id, session.assessment_version)

    async def titles(self, assessment_ids: Collection[str]) -> dict[tuple[str, int], str]:
        """The title of each version of the assessments, by id and version."""
        if not assessment_ids:
            return {}
        statement = select(assessments.c.id, assessments.c.version, assessments.c.title)
        async with self._database.read() as connection:
            found = await connection.execute(statement.where(assessments.c.id.in_(assessment_ids)))
            return {(row.id, row.version): row.title for row in found}

    async def list(self, tenant: str, *, before: str | None = None, limit: int = 100) -> tuple[AssessmentSpec, ...]:
        """The newest version of each assessment that is older than `before`, newest first."""
        newest = (
            select(assessments.c.id, func.max(assessments.c.version).label("version"))
            .where(assessments.c.tenant == tenant)
            .group_by(assessments.c.id)
            .subquery()
        )
        statement = select(assessments).join(
            newest, (assessments.c.id == newest.c.id) & (assessments.c.version == newest.c.version)
        )
        if before is not None:
            statement = statement.where(assessments.c.id < before)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(assessments.c.id.desc()).limit(limit))
            return tuple(rows.assessment(row) for row in found.mappings())


def _values(spec: AssessmentSpec) -> dict[str, object]:
    created_at = spec.created_at
    return rows.plain(spec) | {"created_at": created_at}  # type: ignore[no-any-return]
