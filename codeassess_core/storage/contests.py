"""Contests: a candidate contests the score of an answer, once; a review decides it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, isoformat, new_id
from ..errors import InvalidInput, NotFound
from ..model import AssessmentSession, Contest, InteractionKind, Question, Review, SessionStatus
from ..rights_errors import AlreadyContested, ContestClosed
from . import rows
from .database import Database
from .entries import ContestEntry
from .question_rows import read_question
from .reports import read_report
from .session_writer import SessionWriter
from .tables import contests, reviews, sessions


class Contests:
    """The contests of all sessions."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, session_id: str) -> tuple[Contest, ...]:
        """All contests of a session, the oldest first, with the reviews that decided them."""
        async with self._database.read() as connection:
            return await read_contests(connection, session_id)

    async def add(self, entry: ContestEntry) -> tuple[Contest, bool]:
        """Store a contest. Returns it, and whether it is new: the same again is the earlier one.

        Raises:
            ReportNotReady: there is no report yet. ContestClosed: it is too late, or never allowed.
            NotFound: the session has no such question. InvalidInput: the question has no score to contest.
            AlreadyContested: this score was contested with another reason.
        """
        async with SessionWriter.open(self._database, entry.session_id, self._clock()) as writer:
            connection = writer.connection
            known = await read_contests(connection, entry.session_id)
            same = next((one for one in known if one.question_id == entry.question_id), None)
            if same is not None:
                return _repeated(same, entry), False
            await read_report(connection, entry.session_id)
            _check_time(writer, entry.within)
            _check_question(
                await read_question(connection, entry.question_id),
                entry,
                await read_reviews(connection, entry.session_id),
            )
            contest = await _store(writer, entry)
            await writer.close()
        return contest, True


def contest_until(session: AssessmentSession, within: timedelta) -> str | None:
    """Until when scores of the session may be contested; None: not at all, or there is no report yet."""
    if not within or session.status is not SessionStatus.ENDED or session.ended_at is None:
        return None
    return isoformat(session.ended_at + within)


async def read_reviews(
    connection: AsyncConnection, session_id: str, *, after: int = 0, limit: int | None = None
) -> tuple[Review, ...]:
    """Reviews of a session with `number > after`, the oldest first, inside the caller's transaction."""
    of_session = sessions.c.id == reviews.c.session_id
    statement = select(reviews, sessions.c.owner).join(sessions, of_session)
    statement = statement.where(reviews.c.session_id == session_id, reviews.c.number > after)
    found = await connection.execute(statement.order_by(reviews.c.number).limit(limit))
    return tuple(rows.review(row) for row in found.mappings())


async def read_contests(connection: AsyncConnection, session_id: str) -> tuple[Contest, ...]:
    """All contests of a session, the oldest first, inside the caller's transaction."""
    decided = {review.id: review for review in await read_reviews(connection, session_id)}
    statement = (
        select(contests).where(contests.c.session_id == session_id).order_by(contests.c.created_at, contests.c.id)
    )
    names = ("id", "session_id", "question_id", "reason", "created_at")
    return tuple(
        Contest(**{name: row[name] for name in names}, review=decided.get(row["review_id"]))
        for row in (await connection.execute(statement)).mappings()
    )


async def decide_contest(connection: AsyncConnection, review: Review) -> bool:
    """A contest of the same answer is decided by this review; False: none was waiting.

    Raises:
        InvalidInput: one was, and the review has no reason: the candidate would not know why.
    """
    waiting = (
        contests.c.session_id == review.session_id,
        contests.c.question_id == review.question_id,
        contests.c.review_id.is_(None),
    )
    moved = await connection.execute(update(contests).where(*waiting).values(review_id=review.id))
    if moved.rowcount and review.reason is None:
        raise InvalidInput("reason: the candidate contests this score; say why it stays or changes.", field="reason")
    return bool(moved.rowcount)


async def _store(writer: SessionWriter, entry: ContestEntry) -> Contest:
    contest = Contest(
        id=new_id(),
        session_id=entry.session_id,
        question_id=entry.question_id,
        reason=entry.reason,
        created_at=writer.now,
    )
    values = {name: value for name, value in asdict(contest).items() if name != "review"}
    await writer.connection.execute(insert(contests).values(**values, tenant=writer.row["tenant"]))
    payload = {"interaction_id": contest.question_id, "contest_id": contest.id, "reason": contest.reason}
    await writer.interaction(InteractionKind.CONTEST, payload)
    return contest


def _repeated(known: Contest, entry: ContestEntry) -> Contest:
    if known.reason != entry.reason:
        raise AlreadyContested()
    return known


def _check_time(writer: SessionWriter, within: timedelta) -> None:
    """Refuse a contest after its time, which begins with the first report."""
    if not within:
        raise ContestClosed("This server takes no contests of scores; speak to whoever gave you the assessment.")
    ended = writer.row["ended_at"]
    if ended is None or writer.now > ended + within:
        until = isoformat(ended + within) if ended else None
        raise ContestClosed(f"Scores of this session could be contested until {until}.", until=until)


def _check_question(question: Question | None, entry: ContestEntry, given: tuple[Review, ...]) -> None:
    if question is None or question.session_id != entry.session_id:
        raise NotFound("There is no such question in this session.")
    if question.response is None:
        raise InvalidInput("This question was not answered: there is no score to contest.", field="question_id")
    if question.evaluation is None and all(review.question_id != question.id for review in given):
        raise InvalidInput(
            "This answer has no score yet: a person will decide it without being asked.", field="question_id"
        )
