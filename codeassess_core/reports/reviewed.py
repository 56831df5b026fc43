"""The next version of a report, after decisions of graders. Pure: from the previous version and the reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from codeassess_core.answers.score_words import answer_words
from codeassess_core.clock import isoformat
from codeassess_core.model import Review

from .body import ReportBody, TimelineEntry
from .question_parts import EvaluationPart, QuestionPart, ReviewPart
from .result import overall_part
from .stored_body import decided_score, overall_of, read_body
from .wording import review_words


def reviewed_body(body: dict[str, Any], reviews: Sequence[Review], seq: int) -> dict[str, Any]:
    """`body` with all reviews of the session, oldest first, and the scores that follow from them.

    Prose and the examiner's scores do not change. `seq` is the number of the last review in the
    session's record.
    """
    before = read_body(body)
    questions = [_question(q, [r for r in reviews if r.question_id == q.interaction_id]) for q in before.questions]
    after = before.model_copy(
        update={
            "questions": questions,
            "overall": overall_part(overall_of(questions), asked=before.activity.questions),
            "timeline": [*before.timeline, _entry(before, questions, reviews[-1], seq)],
            "generated_at": isoformat(reviews[-1].created_at),
        }
    )
    return after.model_dump(mode="json")


def _question(question: QuestionPart, reviews: Sequence[Review]) -> QuestionPart:
    parts = [review_part(review) for review in reviews]
    if not parts:
        return question
    decided: dict[str, Any] = {"reviews": parts, **decided_score(parts[-1].score)}
    if question.evaluation is not None:
        decided["evaluation"] = _settled(question.evaluation)
    return question.model_copy(update=decided)


def _settled(evaluation: EvaluationPart) -> EvaluationPart:
    """The evaluation after a person has decided: nothing in it is open any more."""
    score = evaluation.score
    criteria = [criterion.model_copy(update={"settled": True}) for criterion in evaluation.criteria]
    ends = {"score_min": score, "score_max": score, "score_text": answer_words(score, score), "needs_review": False}
    return evaluation.model_copy(update={"criteria": criteria, **ends})


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
