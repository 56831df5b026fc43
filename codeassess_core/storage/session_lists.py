"""Lists of sessions as graders want them: sorted by any column, filtered by what waits and by flags.

A page goes on behind the last session of the page before, whatever was added meanwhile (keyset pagination): its place
is its value in the column and its id. Sessions without a value stand at the end, whichever way the list is sorted.
A grouped list has the newest assessment first and open sessions last; the order of the column is that within a group.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from ..model import AssessmentSession, Flag, SessionStatus
from . import rows
from .database import Database
from .gradings import Counted, how_many
from .sessions import SessionFilter, conditions
from .tables import PASTED, assessments, contests, interactions, questions, reports, reviews, sessions

_LEAST_OF_ID = 8  #: characters: shorter beginnings are those of many ids
_SESSION = tuple(sessions.c[f.name] for f in fields(AssessmentSession))


class SessionColumn(StrEnum):
    """What a list may be sorted by."""

    STARTED = "started"
    CANDIDATE = "candidate"
    TITLE = "title"
    STATUS = "status"
    QUESTIONS = "questions"
    SCORE = "score"
    WAITING = "waiting"
    FLAGS = "flags"


GRADING = frozenset({SessionColumn.SCORE, SessionColumn.WAITING, SessionColumn.FLAGS})
"""The columns that only graders know."""


class Place(NamedTuple):
    """Where a session stands in a sorted list: its value in the column, None for none, and its id."""

    value: str | int | float | None
    id: str
    assessment_id: str | None = None  #: its group; of interest in a grouped list only


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOrder:
    """How a list is sorted, and which sessions are left out besides those of the filter."""

    column: SessionColumn = SessionColumn.STARTED
    descending: bool = True
    grouped: bool = False  #: the sessions of an assessment stand together
    waiting: bool = False  #: only those with an answer that needs a review and has none, or is contested
    contested: bool = False  #: only those with a contested score that is undecided
    flags: tuple[Flag, ...] = ()  #: only those with all of these
    words: tuple[
        str, ...
    ] = ()  #: only those with each of them in candidate or title, or (8 characters) at the start of their id


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGroup:
    """The sessions of one assessment, or the open sessions: how many there are, and how many of them are like that."""

    assessment_id: str | None
    version: int | None  #: the newest one that a session of the group is about
    sessions: int
    active: int  #: that have not ended
    waiting: int  #: in which an answer waits for a review
    reviewed: int  #: in which somebody reviewed an answer and nothing waits
    contested: int  #: in which a contested score is undecided
    flagged: int  #: with a flag


class SessionLists:
    """Pages of sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, wanted: SessionFilter, order: SessionOrder, *, after: Place | None = None, limit: int = 100
    ) -> tuple[tuple[AssessmentSession, ...], Place | None]:
        """Up to `limit` sessions behind `after`, and the place of the last one when there may be more."""
        tables = _Tables(wanted.tenant, sqlite=self._database.is_sqlite)
        key = tables.key(order.column)
        left_in = tables.left_in(order)
        statement: Select[Any] = tables.joined(select(*_SESSION, key.label("sorted_by"))).where(
            *conditions(wanted, sqlite=self._database.is_sqlite), *left_in
        )
        if after is not None:
            behind = _behind(after, key, descending=order.descending)
            statement = statement.where(_behind_in_groups(after, behind) if order.grouped else behind)
        in_order = (key.is_(None), key.desc() if order.descending else key.asc(), sessions.c.id.desc())
        statement = statement.order_by(*(_BY_GROUP if order.grouped else ()), *in_order)
        async with self._database.read() as connection:
            found = (await connection.execute(statement.limit(limit))).mappings().all()
        return tuple(rows.session(row) for row in found), _place(found[-1]) if len(found) == limit else None

    async def groups(self, wanted: SessionFilter, order: SessionOrder) -> tuple[SessionGroup, ...]:
        """The groups of all that the filter and the order leave in, in the order of a grouped list."""
        tables = _Tables(wanted.tenant, sqlite=self._database.is_sqlite)
        left_in = tables.left_in(order)
        statement: Select[Any] = tables.joined(select(*tables.counts())).where(
            *conditions(wanted, sqlite=self._database.is_sqlite), *left_in
        )
        async with self._database.read() as connection:
            found = await connection.execute(statement.group_by(sessions.c.assessment_id).order_by(*_BY_GROUP))
            return tuple(SessionGroup(**row) for row in found.mappings())


_BY_GROUP = (sessions.c.assessment_id.is_(None), sessions.c.assessment_id.desc())  # UUIDv7: the newest first


def _place(row: RowMapping) -> Place:
    return Place(row["sorted_by"], row["id"], row["assessment_id"])


def _behind_in_groups(place: Place, behind: ColumnElement[bool]) -> ColumnElement[bool]:
    """Behind a place in a grouped list, where `behind` is what is behind it in any."""
    group = sessions.c.assessment_id
    if place.assessment_id is None:
        return and_(group.is_(None), behind)
    return or_(group < place.assessment_id, group.is_(None), and_(group == place.assessment_id, behind))


def _behind(place: Place, key: ColumnElement[Any], *, descending: bool) -> ColumnElement[bool]:
    if place.value is None:
        return and_(key.is_(None), sessions.c.id < place.id)
    further = key < place.value if descending else key > place.value
    return or_(further, key.is_(None), and_(key == place.value, sessions.c.id < place.id))


class _Tables:
    """What a list is sorted and filtered by, one row for each session; only what is asked for is joined."""

    def __init__(self, tenant: str, *, sqlite: bool) -> None:
        self._tenant = tenant
        self._sqlite = sqlite
        self._joins: dict[str, tuple[FromClause, ColumnElement[bool]]] = {}

    def joined(self, statement: Select[Any]) -> Select[Any]:
        source: FromClause = sessions
        for table, condition in self._joins.values():
            source = source.outerjoin(table, condition)
        return statement.select_from(source)

    def left_in(self, order: SessionOrder) -> list[ColumnElement[bool]]:
        """The conditions of an order. Call `joined` after it."""
        found = [self._answers("waiting") > 0] if order.waiting else []
        found += [self._answers("contested") > 0] if order.contested else []
        found += [self._flag(flag) > 0 for flag in order.flags]
        return found + [self._named(word) for word in order.words]

    def counts(self) -> tuple[ColumnElement[Any], ...]:
        """The columns of `SessionGroup`."""
        waits = self._answers("waiting") > 0
        return (
            sessions.c.assessment_id,
            func.max(sessions.c.assessment_version).label("version"),
            func.count().label("sessions"),
            how_many(sessions.c.status != SessionStatus.ENDED).label("active"),
            how_many(waits).label("waiting"),
            how_many(~waits & (self._answers("reviewed") > 0)).label("reviewed"),
            how_many(self._answers("contested") > 0).label("contested"),
            how_many(or_(*(self._flag(flag) > 0 for flag in Flag))).label("flagged"),
        )

    def _named(self, word: str) -> ColumnElement[bool]:
        """Does the word stand in the candidate or the title, in whatever case, or begin the id?"""
        texts = (sessions.c.owner, func.coalesce(self._title(), ""))
        found = (part for text in texts for part in (_contains(func.lower(text), word.lower()), _contains(text, word)))
        if len(word) < _LEAST_OF_ID:
            return or_(*found)
        digits = func.replace(cast(sessions.c.id, String), "-", "", type_=String)  # as SQLite keeps it
        return or_(*found, digits.startswith(word.replace("-", "").lower(), autoescape=True))

    def key(self, column: SessionColumn) -> ColumnElement[Any]:
        match column:
            case SessionColumn.STARTED:
                return sessions.c.id  # UUIDv7: in order of time
            case SessionColumn.CANDIDATE:
                return self._text(sessions.c.owner)
            case SessionColumn.TITLE:
                return self._text(func.coalesce(self._title(), ""))
            case SessionColumn.STATUS:
                return _state()
            case SessionColumn.QUESTIONS:
                return sessions.c.question_count
            case SessionColumn.SCORE:
                return self._score()
            case SessionColumn.WAITING:
                return self._answers("waiting")
            case SessionColumn.FLAGS:
                return self._flag(Flag.PASTE) + self._flag(Flag.INSTRUCTIONS) + self._flag(Flag.EVALUATION_FAILED)

    def _text(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Sorted without regard to case, byte by byte on both databases."""
        lower = func.lower(text)
        return lower if self._sqlite else lower.collate("C")

    def _title(self) -> ColumnElement[str]:
        of_session = and_(
            assessments.c.id == sessions.c.assessment_id, assessments.c.version == sessions.c.assessment_version
        )
        self._joins["assessments"] = (assessments, of_session)
        return assessments.c.title

    def _flag(self, flag: Flag) -> ColumnElement[int]:
        """1 with the flag, 0 without."""
        if flag is not Flag.PASTE:
            return case((self._answers(flag) > 0, 1), else_=0)
        pasted = select(interactions.c.session_id).where(
            interactions.c.tenant == self._tenant, PASTED["sqlite" if self._sqlite else "postgresql"]
        )
        known = self._joins.get("pasted")
        found = known[0] if known else self._join("pasted", pasted.distinct().subquery("pasted"))
        return case((found.c.session_id.is_not(None), 1), else_=0)

    def _answers(self, name: str) -> ColumnElement[int]:
        """How many answers of a session wait for a review, or have a flag."""
        tenant = self._tenant
        counted = Counted(reviews.c.tenant == tenant, contests.c.tenant == tenant, sqlite=self._sqlite)
        statement = counted.answers().where(questions.c.tenant == tenant)
        known = self._joins.get("answers")
        found = known[0] if known else self._join("answers", statement.subquery("answers"))
        return func.coalesce(found.c[name], 0)

    def _score(self) -> ColumnElement[float]:
        """What is settled of the newest written report version."""
        newest_first = func.row_number().over(partition_by=reports.c.session_id, order_by=reports.c.version.desc())
        written = select(reports.c.session_id, reports.c.score_min, newest_first.label("place")).where(
            reports.c.tenant == self._tenant, reports.c.provisional.is_not(None)
        )
        ranked = written.subquery("ranked")
        newest = select(ranked.c.session_id, ranked.c.score_min).where(ranked.c.place == 1)
        return self._join("scores", newest.subquery("scores")).c.score_min

    def _join(self, name: str, table: Subquery) -> Subquery:
        self._joins[name] = (table, table.c.session_id == sessions.c.id)
        return table


def _contains(text: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return text.contains(word, autoescape=True)


def _state() -> ColumnElement[int]:
    """The states in the order in which a session goes through them."""
    closing = (sessions.c.status == SessionStatus.ACTIVE) & sessions.c.closing_until.is_not(None)
    return case(
        (closing, 1),
        (sessions.c.status == SessionStatus.ACTIVE, 0),
        (sessions.c.status == SessionStatus.FINISHING, 2),
        else_=3,
    )
