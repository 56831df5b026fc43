"""What a candidate is told of an evaluation, depending on the feedback of the assessment. Pure.

Before the end of the session a candidate reads what their answer contained, not what was
missing, unless the assessment says `full`. With `none` the messages are withheld until just
before the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ..live.messages import EvaluationFailed, EvaluationResult, dump
from ..model import Evaluation, Feedback, Question, QuestionStatus
from .feedback import covered_text
from .score_words import answer_words, how_much

_NOT_EVALUATED: Final = "The examiner gave no usable evaluation."


def evaluation_message(
    question_id: str, evaluation: Evaluation, feedback: Feedback, *, followed_up: bool = False
) -> dict[str, Any]:
    """The `evaluation_result` of an answer. Before a follow-up it says only how much was right."""
    text = evaluation.text if feedback is Feedback.FULL else covered_text(evaluation.criteria)
    message = EvaluationResult(
        interaction_id=question_id,
        evaluation=how_much(evaluation.score) if followed_up else text,
        score=evaluation.score,
        needs_review=True if evaluation.needs_review else None,
        score_min=evaluation.score_min,
        score_max=evaluation.score_max,
        score_text=answer_words(evaluation.score_min, evaluation.score_max, evaluation.criteria),
    )
    return dump(message)


def failure_message(question_id: str) -> dict[str, Any]:
    """The `evaluation_failed` of an answer, without the reason, which is for graders."""
    return dump(EvaluationFailed(interaction_id=question_id, reason=_NOT_EVALUATED))


def withheld_messages(questions: Sequence[Question]) -> tuple[dict[str, Any], ...]:
    """The withheld messages of a session's evaluations, in the order of the questions."""
    return tuple(
        evaluation_message(q.id, q.evaluation, Feedback.NONE) if q.evaluation else failure_message(q.id)
        for q in questions
        if q.evaluation or q.status is QuestionStatus.FAILED
    )
