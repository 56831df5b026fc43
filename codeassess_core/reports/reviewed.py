"""The next version of a report, with what persons decided. Pure: from the version before it and the reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from codeassess_core import scoring
from codeassess_core.clock import isoformat
from codeassess_core.model import Review

from .body import QuestionPart, ReportBody, ReviewPart, TimelineEntry
from .result import NOT_EVALUATED, overall_part
from .wording import review_words


def reviewed_body(body: dict[str, Any], reviews: Sequence[Review], seq: int) -> dict[str, Any]:
    """`body` with all reviews of the session, oldest first, and the scores that follow from them.

    Prose and evaluations stay as they were. `seq` is the place of the last review in the
    session's record.
    """
    before = ReportBody.model_validate(body)
    questions = [_question(q, [r for r in reviews if r.question_id == q.interaction_id]) for q in before.questions]
    failed = sum(q.status in NOT_EVALUATED and q.final_score is None and q.evaluation is None for q in questions)
    overall = scoring.overall(list(_judged(questions)), failed=failed)
    after = before.model_copy(
        update={
            "questions": questions,
            "overall": overall_part(overall, asked=before.activity.questions),
            "timeline": [*before.timeline, _entry(before, questions, reviews[-1], seq)],
            "generated_at": isoformat(reviews[-1].created_at),
        }
    )
    return after.model_dump(mode="json")


def _question(question: QuestionPart, reviews: Sequence[Review]) -> QuestionPart:
    evaluation = question.evaluation
    parts = [review_part(review) for review in reviews]
    final = evaluation.score if evaluation and not evaluation.needs_review else None
    return question.model_copy(update={"reviews": parts, "final_score": parts[-1].score if parts else final})


def review_part(review: Review) -> ReviewPart:
    """One decision."""
    return ReviewPart(
        review_id=review.id,
        number=review.number,
        verdict=str(review.verdict),
        score=review.score,
        reason=review.reason,
        reviewer=review.reviewer,
        created_at=isoformat(review.created_at),
    )


def _judged(questions: Sequence[QuestionPart]) -> Iterator[scoring.Judged]:
    for question in questions:
        if question.reviews:
            yield scoring.Reviewed(question.reviews[-1].score)
        elif question.evaluation:
            yield question.evaluation


def _entry(body: ReportBody, questions: Sequence[QuestionPart], review: Review, seq: int) -> TimelineEntry:
    question = next(q for q in questions if q.interaction_id == review.question_id)
    start = datetime.fromisoformat(body.session.created_at)
    return TimelineEntry(
        at=isoformat(review.created_at),
        offset=max(0.0, round((review.created_at - start).total_seconds(), 1)),
        until=None,
        seq=seq,
        kind="review",
        count=1,
        text=f"Question {question.number} reviewed: {review_words(review_part(review), question)}",
        interaction_id=question.interaction_id,
        snapshot=None,
    )
