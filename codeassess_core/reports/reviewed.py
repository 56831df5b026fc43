"""The next version of a report, after decisions of graders. Pure: from the previous version and the reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from codeassess_core.answers.score_words import answer_words
from codeassess_core.clock import isoformat
from codeassess_core.model import Contest, Review

from .body import ReportBody, TimelineEntry
from .question_parts import ContestPart, EvaluationPart, QuestionPart, ReviewPart
from .result import overall_part
from .stored_body import decided_score, overall_of, read_body
from .wording import review_words


def reviewed_body(
    body: dict[str, Any], reviews: Sequence[Review], seq: int, contests: Sequence[Contest] = ()
) -> dict[str, Any]:
    """`body` with all reviews of the session, oldest first, and the scores that follow from them.

    Prose and the examiner's scores do not change. `seq` is the number of the last review in the
    session's record. A review by the candidate themself is shown and changes no score.
    """
    before = read_body(body)
    contested = {contest.question_id: contest_part(contest) for contest in contests}
    questions = [
        _question(q, [r for r in reviews if r.question_id == q.interaction_id], contested.get(q.interaction_id))
        for q in before.questions
    ]
    after = before.model_copy(
        update={
            "questions": questions,
            "overall": overall_part(overall_of(questions), asked=before.activity.questions),
            "timeline": [*before.timeline, _entry(before, questions, reviews[-1], seq)],
            "generated_at": isoformat(reviews[-1].created_at),
        }
    )
    return after.model_dump(mode="json")


def _question(question: QuestionPart, reviews: Sequence[Review], contest: ContestPart | None) -> QuestionPart:
    told = question.model_copy(update={"reviews": [review_part(review) for review in reviews], "contest": contest})
    decision = told.decision
    if decision is None:
        return told
    decided: dict[str, Any] = decided_score(decision.score)
    if question.evaluation is not None:
        decided["evaluation"] = _settled(question.evaluation)
    return told.model_copy(update=decided)


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
        by_owner=review.by_owner,
    )


def contest_part(contest: Contest) -> ContestPart:
    """One contest."""
    return ContestPart(
        contest_id=contest.id,
        reason=contest.reason,
        created_at=isoformat(contest.created_at),
        review=contest.review.number if contest.review else None,
    )


def _entry(body: ReportBody, questions: Sequence[QuestionPart], review: Review, seq: int) -> TimelineEntry:
    question = next(q for q in questions if q.interaction_id == review.question_id)
    contested = question.contest is not None and question.contest.review == review.number
    by = ", after the candidate contested its score" if contested else ""
    by = " by the candidate themself, which does not count" if review.by_owner else by
    start = datetime.fromisoformat(body.session.created_at)
    return TimelineEntry(
        at=isoformat(review.created_at),
        offset=max(0.0, round((review.created_at - start).total_seconds(), 1)),
        until=None,
        seq=seq,
        kind="review",
        count=1,
        text=f"Question {question.number} reviewed{by}: {review_words(review_part(review), question)}",
        interaction_id=question.interaction_id,
        snapshot=None,
    )
