"""The parts of a body that reports show: decisions without a question as one number, attempts in words. Pure.

The body keeps everything; the JSON and the list of decisions have the details.
"""

from __future__ import annotations

from ..model import QuestionStatus
from .body import AttemptPart, ReportBody
from .wording import counted, moment, number


def shown(body: ReportBody) -> ReportBody:
    """The body without the questions that were never written, and without their lines of the timeline."""
    gone = {q.interaction_id for q in body.questions if q.status == QuestionStatus.WITHDRAWN}
    return body.model_copy(
        update={
            "questions": [q for q in body.questions if q.interaction_id not in gone],
            "timeline": [entry for entry in body.timeline if entry.interaction_id not in gone],
        }
    )


def unasked_words(body: ReportBody) -> str:
    """How often a question was due and none could be asked, from the whole body; empty when there was no such case."""
    times = sum(q.status == QuestionStatus.WITHDRAWN for q in body.questions)
    if not times:
        return ""
    return f"{counted(times, 'moment')} at which nothing was asked: no question worth asking could be written."


def attempt_lines(body: ReportBody) -> list[str]:
    """The earlier attempts, one sentence each."""
    return [_attempt_words(n, attempt) for n, attempt in enumerate(body.attempts, 1)]


def _attempt_words(place: int, attempt: AttemptPart) -> str:
    score = "without a report" if attempt.score is None else f"{number(attempt.score)} of 10 as an estimate"
    begun = f"Attempt {place}: begun {moment(attempt.created_at)}, {attempt.status}"
    return f"{begun}, {score} (session {attempt.session_id})"
