"""Reviews: decisions of persons about scores. Each is one row and makes a new version of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, isoformat, new_id
from ..errors import IdempotencyConflict, InvalidInput, NotFound, ReviewedMeanwhile
from ..model import Contest, InteractionKind, Mode, Question, Review, ReviewVerdict
from ..rights_errors import OwnReview
from ..scoring import MAX_SCORE
from .contests import decide_contest, read_contests, read_reviews
from .database import Database
from .entries import ReviewEntry
from .question_rows import read_question
from .reports import insert_version, read_report
from .session_writer import SessionWriter
from .tables import reviews

Revise = Callable[[dict[str, Any], Sequence[Review], int, Sequence[Contest]], dict[str, Any]]
"""Makes the body of the next report version from the newest body, all reviews, the seq of the last review, and all
contests."""


class Reviews:
    """The reviews of all sessions."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, session_id: str, *, after: int = 0, limit: int = 100) -> tuple[Review, ...]:
        """Up to `limit` reviews of a session with `number > after`, the oldest first."""
        async with self._database.read() as connection:
            return await read_reviews(connection, session_id, after=after, limit=limit)

    async def add(self, entry: ReviewEntry, *, revise: Revise) -> Review:
        """Store a review together with the next version of the report.

        An idempotency key that this reviewer has used in the session returns the earlier review.

        It decides a contest of the same answer, unless it is by the candidate themself.

        Raises:
            OwnReview: a service recorded the session, and the reviewer is its candidate.
            ReportNotReady: the session has no report yet.
            NotFound: the session has no such question.
            InvalidInput: there is no answer to review, no score to confirm, or no reason for a contested score.
            IdempotencyConflict: the key was used for another review.
            ReviewedMeanwhile: there is a newer review of this answer that the reviewer has not seen.
        """
        async with SessionWriter.open(self._database, entry.session_id, self._clock()) as writer:
            connection = writer.connection
            _refuse_own(entry, writer)
            earlier = await read_reviews(connection, entry.session_id)
            known = await _known(connection, entry, earlier)
            if known is not None:
                return known
            _check_seen(entry, earlier)
            report = await read_report(connection, entry.session_id)
            review = _review(entry, await read_question(connection, entry.question_id), len(earlier) + 1, writer)
            await connection.execute(insert(reviews).values(_row(review, entry, writer)))
            contested = not review.by_owner and await decide_contest(connection, review)
            version = report.version + 1
            await writer.interaction(InteractionKind.REVIEW, _payload(review, version, contested=contested))
            contests = await read_contests(connection, entry.session_id)
            body = revise(report.body, (*earlier, review), writer.row["interaction_count"], contests)
            await insert_version(writer, version, body)
            await writer.close()
        return review


def _refuse_own(entry: ReviewEntry, writer: SessionWriter) -> None:
    """In a service nobody reviews their own session; in embedded mode such a review is named as what it is."""
    if entry.reviewer == writer.row["owner"] and writer.row["mode"] != Mode.EMBEDDED:
        raise OwnReview()


async def _known(connection: AsyncConnection, entry: ReviewEntry, earlier: Sequence[Review]) -> Review | None:
    """The review that was stored with this idempotency key."""
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


def _check_seen(entry: ReviewEntry, earlier: Sequence[Review]) -> None:
    """Refuse a review by somebody who has not seen the newest review of the answer."""
    newest = next((review for review in reversed(earlier) if review.question_id == entry.question_id), None)
    if newest is None or newest.number == entry.seen:
        return
    decided = "confirmed" if newest.verdict is ReviewVerdict.CONFIRM else "set"
    raise ReviewedMeanwhile(
        f"{newest.reviewer} has reviewed this answer meanwhile: {newest.score:g} of {MAX_SCORE:g} {decided}. "
        f"To decide all the same, send the review with seen = {newest.number}.",
        seen=newest.number,
        review=_told(newest),
    )


def _told(review: Review) -> dict[str, Any]:
    """A review for the detail of an error, in the form of REST."""
    values = asdict(review)
    named = {"review_id": values.pop("id"), "verdict": str(review.verdict), "created_at": isoformat(review.created_at)}
    del values["session_id"]
    return values | named


def _review(entry: ReviewEntry, question: Question | None, number: int, writer: SessionWriter) -> Review:
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
        created_at=writer.now,
        by_owner=entry.reviewer == writer.row["owner"],
    )


def _row(review: Review, entry: ReviewEntry, writer: SessionWriter) -> dict[str, Any]:
    values = {**asdict(review), "tenant": writer.row["tenant"], "idempotency_key": entry.idempotency_key}
    del values["by_owner"]  # it follows from who owns the session
    return values


def _payload(review: Review, version: int, *, contested: bool) -> dict[str, Any]:
    told = {"by_owner": review.by_owner, "contested": contested}
    return {name: True for name, true in told.items() if true} | {
        "interaction_id": review.question_id,
        "review_id": review.id,
        "verdict": str(review.verdict),
        "score": review.score,
        "reviewer": review.reviewer,
        "version": version,
    }
