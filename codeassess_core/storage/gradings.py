"""How far sessions are graded, read for many sessions with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, case, exists, func, literal_column, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from ..model import Flag, Grading, QuestionStatus
from .database import Database
from .tables import PASTED, contests, interactions, questions, reports, reviews, sessions

_OF_REPORT: Final = ("score", "provisional", "score_min", "score_max")


class Gradings:
    """What graders see of each session in a list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_sessions(self, session_ids: Collection[str]) -> dict[str, Grading]:
        """The grading of each of the sessions."""
        if not session_ids:
            return {}
        async with self._database.read() as connection:
            counts = await self._counts(connection, session_ids)
            overall = await _overall(connection, session_ids)
            pasted = await self._pasted(connection, session_ids)
        return {id: _grading(counts.get(id), overall.get(id), pasted=id in pasted) for id in session_ids}

    async def _counts(self, connection: AsyncConnection, session_ids: Collection[str]) -> dict[str, RowMapping]:
        # A join, not a subquery per row: Postgres would compile such a statement for longer than it runs.
        counted = Counted(
            reviews.c.session_id.in_(session_ids),
            contests.c.session_id.in_(session_ids),
            sqlite=self._database.is_sqlite,
        )
        statement = counted.answers(func.count(questions.c.response).label("answered"))
        statement = statement.where(questions.c.session_id.in_(session_ids))
        return {row["session_id"]: row for row in (await connection.execute(statement)).mappings()}

    async def _pasted(self, connection: AsyncConnection, session_ids: Collection[str]) -> frozenset[str]:
        """The sessions with a paste."""
        dialect = "sqlite" if self._database.is_sqlite else "postgresql"
        statement = select(interactions.c.session_id).distinct()
        statement = statement.where(interactions.c.session_id.in_(session_ids), PASTED[dialect])
        return frozenset((await connection.execute(statement)).scalars())


class Counted:
    """The answers of each session, counted by what they wait for and by flags: one row for each session."""

    def __init__(self, of_reviews: ColumnElement[bool], of_contests: ColumnElement[bool], *, sqlite: bool) -> None:
        self._reviewed = _reviewed(of_reviews, by_owner=False).subquery("reviewed")
        self._by_owner = _reviewed(of_reviews, by_owner=True).subquery("reviewed_by_owner")
        undecided = select(contests.c.question_id).where(of_contests, contests.c.review_id.is_(None))
        self._contested = undecided.subquery("contested")
        self._sqlite = sqlite

    def answers(self, *more: ColumnElement[Any]) -> Select[Any]:
        """The statement; the caller says of which questions."""
        reviewed, by_owner, contested = self._reviewed, self._by_owner, self._contested
        is_contested = contested.c.question_id.is_not(None)
        needs_review = questions.c.needs_review & reviewed.c.question_id.is_(None)
        return (
            select(
                questions.c.session_id,
                *more,
                how_many(needs_review | is_contested).label("waiting"),
                how_many(is_contested).label("contested"),
                how_many(reviewed.c.question_id.is_not(None)).label("reviewed"),
                how_many(by_owner.c.question_id.is_not(None)).label("by_owner"),
                how_many(questions.c.status == QuestionStatus.FAILED).label(Flag.EVALUATION_FAILED),
                how_many(speaks_to_examiner(sqlite=self._sqlite)).label(Flag.INSTRUCTIONS),
            )
            .outerjoin(reviewed, reviewed.c.question_id == questions.c.id)
            .outerjoin(by_owner, by_owner.c.question_id == questions.c.id)
            .outerjoin(contested, contested.c.question_id == questions.c.id)
            .group_by(questions.c.session_id)
        )


def _reviewed(which: ColumnElement[bool], *, by_owner: bool) -> Select[Any]:
    """The reviewed questions: by somebody else, or by the candidate themself, whose review counts for nothing."""
    owner = reviews.c.reviewer == sessions.c.owner
    statement = select(reviews.c.question_id).join(sessions, sessions.c.id == reviews.c.session_id)
    return statement.where(which, owner if by_owner else ~owner).distinct()


async def _overall(connection: AsyncConnection, session_ids: Collection[str]) -> dict[str, RowMapping]:
    """The score and its interval from the newest written report version."""
    statement = (
        select(reports.c.session_id, *(reports.c[name] for name in _OF_REPORT))
        .where(reports.c.session_id.in_(session_ids), reports.c.provisional.is_not(None))
        .order_by(reports.c.version)
    )
    return {row["session_id"]: row for row in (await connection.execute(statement)).mappings()}


def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows meet the condition."""
    return func.count(case((condition, literal_column("1"))))


def speaks_to_examiner(*, sqlite: bool) -> ColumnElement[bool]:
    """True when the evaluation has the flag, also when nothing of it is open because code checked the whole answer."""
    if sqlite:
        flags = func.json_each(questions.c.evaluation, "$.flags").table_valued("value")
        said: ColumnElement[bool] = exists(
            select(1).select_from(flags).where(flags.c.value == Flag.INSTRUCTIONS).correlate(questions)
        )
    else:
        said = type_coerce(questions.c.evaluation, JSONB).contains({"flags": [Flag.INSTRUCTIONS]})
    return questions.c.evaluation.is_not(None) & said


def _grading(counts: RowMapping | None, overall: RowMapping | None, *, pasted: bool) -> Grading:
    flags = [Flag.PASTE] if pasted else []
    if counts is not None:
        flags += [flag for flag in (Flag.INSTRUCTIONS, Flag.EVALUATION_FAILED) if counts[flag]]
    return Grading(
        **{name: overall[name] if overall else None for name in _OF_REPORT},
        answered=counts["answered"] if counts else 0,  # no row: no question yet
        waiting_for_review=counts["waiting"] if counts else 0,
        contested=counts["contested"] if counts else 0,
        reviewed_by_candidate=counts["by_owner"] if counts else 0,
        flags=tuple(flags),
    )
