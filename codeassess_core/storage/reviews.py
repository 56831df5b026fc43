"""Reviews: what persons decided about scores. Each is a row of its own and makes a new version of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, new_id
from ..entries import ReviewEntry
from ..errors import IdempotencyConflict, InvalidInput, NotFound
from ..model import InteractionKind, Question, Review, ReviewVerdict
from . import rows
from .database import Database
from .ledger import Ledger
from .questions import read_question
from .reports import insert_version, read_report
from .tables import reviews

Revise = Callable[[dict[str, Any], Sequence[Review], int], dict[str, Any]]
"""The body of the next report version, from that of the newest, all reviews, and the last one's place in the record."""


class Reviews:
    """The reviews of all sessions."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[Review, ...]:
        """Up to `limit` reviews of a session with `number > after`, the oldest first."""
        async with self._database.read() as connection:
            return await _read(connection, session_id, after=after, limit=limit)

    async def add(self, entry: ReviewEntry, *, revise: Revise) -> Review:
        """Store a review and, with it, the next version of the report.

        With a key that this reviewer has used in the session, the review that was stored then.

        Raises:
            ReportNotReady: the session has no report yet.
            NotFound: the session has no such question.
            InvalidInput: there is no answer to review, or no score to confirm.
            IdempotencyConflict: the key was used for another review.
        """
        async with self._database.write() as connection:
            ledger = await Ledger.lock(connection, entry.session_id, self._clock())
            earlier = await _read(connection, entry.session_id)
            known = await _known(connection, entry, earlier)
            if known is not None:
                return known
            report = await read_report(connection, entry.session_id)
            review = _review(entry, await read_question(connection, entry.question_id), len(earlier) + 1, ledger)
            await connection.execute(insert(reviews).values(_row(review, entry, ledger)))
            version = report.version + 1
            await ledger.interaction(InteractionKind.REVIEW, _payload(review, version))
            body = revise(report.body, (*earlier, review), ledger.row["interaction_count"])
            await insert_version(ledger, version, body)
            await ledger.close()
        return review


async def _read(
    connection: AsyncConnection, session_id: str, *, after: int = 0, limit: int | None = None
) -> tuple[Review, ...]:
    statement = select(reviews).where(reviews.c.session_id == session_id, reviews.c.number > after)
    found = await connection.execute(statement.order_by(reviews.c.number).limit(limit))
    return tuple(rows.review(row) for row in found.mappings())


async def _known(connection: AsyncConnection, entry: ReviewEntry, earlier: Sequence[Review]) -> Review | None:
    """The review that this key stands for already."""
    if entry.idempotency_key is None:
        return None
    id = await connection.scalar(
        select(reviews.c.id).where(
            reviews.c.session_id == entry.session_id,
            reviews.c.reviewer == entry.reviewer,
            reviews.c.idempotency_key == entry.idempotency_key,
        )
    )
    if id is None:
        return None
    review = next(r for r in earlier if r.id == id)
    same = (review.question_id, review.verdict, review.reason) == (entry.question_id, entry.verdict, entry.reason)
    if not same or entry.score not in (None, review.score):
        raise IdempotencyConflict()
    return review


def _review(entry: ReviewEntry, question: Question | None, number: int, ledger: Ledger) -> Review:
    if question is None or question.session_id != entry.session_id:
        raise NotFound("There is no such question in this session.")
    if question.response is None:
        raise InvalidInput("This question was not answered: there is nothing to review.", field="question_id")
    score = entry.score
    if entry.verdict is ReviewVerdict.CONFIRM:
        if question.evaluation is None:
            raise InvalidInput("There is no score to confirm: override it with one.", field="verdict")
        score = question.evaluation.score
    assert score is not None, "an override has a score"
    return Review(
        id=new_id(),
        session_id=entry.session_id,
        question_id=question.id,
        number=number,
        verdict=entry.verdict,
        score=score,
        reason=entry.reason,
        reviewer=entry.reviewer,
        created_at=ledger.now,
    )


def _row(review: Review, entry: ReviewEntry, ledger: Ledger) -> dict[str, Any]:
    return {**asdict(review), "tenant": ledger.row["tenant"], "idempotency_key": entry.idempotency_key}


def _payload(review: Review, version: int) -> dict[str, Any]:
    return {
        "interaction_id": review.question_id,
        "review_id": review.id,
        "verdict": str(review.verdict),
        "score": review.score,
        "reviewer": review.reviewer,
        "version": version,
    }
