"""Assessments: the tasks of sessions. Each version is immutable; whether they are open is a state beside them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..errors import ChangedMeanwhile, Conflict, NotFound
from ..identity import Principal
from ..model import AssessmentSession, AssessmentSpec, AssessmentState
from . import rows
from .audit import write_audit
from .database import Database
from .tables import assessment_states, assessments

_ATTEMPTS = 10
_CACHED = 32
_LIGHT = tuple(column for column in assessments.c if column.name not in ("files", "materials"))
"""What a list needs: files and materials may be a megabyte."""


class Assessments:
    """The assessments of all tenants."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cached: dict[tuple[str, int], AssessmentSpec] = {}  # versions never change; the oldest is dropped

    async def add(self, spec: AssessmentSpec, *, after: int | None = None) -> AssessmentSpec:
        """Store a new assessment, or the next version of the one with this id; returns it with its version.

        `after` is the version that has to be the newest before.

        Raises:
            ChangedMeanwhile: another version is the newest.
            Conflict: others added versions of it at the same time, ten times in a row.
        """
        for _ in range(_ATTEMPTS):
            with suppress(IntegrityError):  # another process has added that version
                return await self._add(spec, after)
        raise Conflict("This assessment is being changed by others; try again.")

    async def _add(self, spec: AssessmentSpec, after: int | None) -> AssessmentSpec:
        async with self._database.write() as connection:
            last = await connection.scalar(select(func.max(assessments.c.version)).where(assessments.c.id == spec.id))
            if after is not None and last != after:
                raise ChangedMeanwhile(f"Its newest version is {last} now, not {after}.", version=last)
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
        known = (session.assessment_id, session.assessment_version or 0)
        spec = self._cached.get(known) or await self.get(session.assessment_id, session.assessment_version)
        self._cached[known] = spec
        if len(self._cached) > _CACHED:
            del self._cached[next(iter(self._cached))]
        return spec

    async def state(self, assessment_id: str) -> AssessmentState:
        """Whether sessions of it may begin; also of an unknown assessment: open."""
        return (await self.states([assessment_id])).get(assessment_id, AssessmentState())

    async def states(self, assessment_ids: Collection[str]) -> dict[str, AssessmentState]:
        """The states of those that were ever closed, by id."""
        columns = assessment_states.c
        statement = select(columns.id, columns.closed, columns.changed_by, columns.changed_at)
        async with self._database.read() as connection:
            found = await connection.execute(statement.where(columns.id.in_(assessment_ids)))
            return {row.id: AssessmentState(row.closed, row.changed_by, row.changed_at) for row in found}

    async def set_closed(self, spec: AssessmentSpec, closed: bool, *, by: Principal, at: datetime) -> None:
        """Close or open an assessment. The audit tells who did; again changes nothing."""
        for _ in range(_ATTEMPTS):
            with suppress(IntegrityError):  # another process has closed it for the first time
                return await self._set_closed(spec, closed, by=by, at=at)
        raise Conflict("This assessment is being changed by others; try again.")

    async def _set_closed(self, spec: AssessmentSpec, closed: bool, *, by: Principal, at: datetime) -> None:
        known = assessment_states.c.id == spec.id
        values = {"closed": closed, "changed_by": by.name, "changed_at": at}
        action = "assessment_closed" if closed else "assessment_opened"
        async with self._database.write() as connection:
            before = await connection.scalar(select(assessment_states.c.closed).where(known))
            if bool(before) == closed:
                return
            if before is None:
                await connection.execute(insert(assessment_states).values(id=spec.id, tenant=spec.tenant, **values))
            await connection.execute(update(assessment_states).where(known).values(values))
            detail = {"assessment_id": spec.id}
            await write_audit(connection, by, action, at=at, object=("assessment", spec.id), detail=detail)

    async def titles(self, assessment_ids: Collection[str]) -> dict[tuple[str, int], str]:
        """The title of each version of the assessments, by id and version."""
        if not assessment_ids:
            return {}
        statement = select(assessments.c.id, assessments.c.version, assessments.c.title)
        async with self._database.read() as connection:
            found = await connection.execute(statement.where(assessments.c.id.in_(assessment_ids)))
            return {(row.id, row.version): row.title for row in found}

    async def list(self, tenant: str, *, before: str | None = None, limit: int = 100) -> tuple[AssessmentSpec, ...]:
        """The newest version of each assessment that is older than `before`, newest first; without their files."""
        newest = (
            select(assessments.c.id, func.max(assessments.c.version).label("version"))
            .where(assessments.c.tenant == tenant)
            .group_by(assessments.c.id)
            .subquery()
        )
        statement = select(*_LIGHT).join(
            newest, (assessments.c.id == newest.c.id) & (assessments.c.version == newest.c.version)
        )
        if before is not None:
            statement = statement.where(assessments.c.id < before)
        async with self._database.read() as connection:
            found = await connection.execute(statement.order_by(assessments.c.id.desc()).limit(limit))
            return tuple(rows.assessment(row) for row in found.mappings())


def _values(spec: AssessmentSpec) -> dict[str, object]:
    times = {"created_at": spec.created_at, "opens_at": spec.opens_at, "closes_at": spec.closes_at}
    return rows.plain(spec) | times  # type: ignore[no-any-return]
