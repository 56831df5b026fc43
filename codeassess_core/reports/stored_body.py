"""Reads a stored body of any version. Pure; what is stored never changes.

A report of version 1 has no intervals: an evaluation was final, or waited as a whole for a
person. Waiting evaluations are read with the interval from 0 to 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from codeassess_core import scoring
from codeassess_core.answers.score_words import answer_words, decided_words

from .body import SCHEMA_VERSION, ReportBody
from .question_parts import QuestionPart
from .result import NEVER_SEEN, NOT_EVALUATED, NOT_KNOWN, overall_part


def read_body(body: dict[str, Any]) -> ReportBody:
    """The body as this version understands it."""
    return ReportBody.model_validate(upgraded(body))


def upgraded(body: dict[str, Any]) -> dict[str, Any]:
    """The body in the form of this version; unchanged when it has that form already."""
    if body.get("schema_version") != 1 or "questions" not in body:
        return body
    questions = [_question(question) for question in body["questions"]]
    parts = [QuestionPart.model_validate(question) for question in questions]
    asked = sum(part.status not in NEVER_SEEN for part in parts)
    overall = overall_part(overall_of(parts), asked=asked).model_dump(mode="json")
    return body | {"schema_version": SCHEMA_VERSION, "questions": questions, "overall": overall}


def overall_of(questions: Sequence[QuestionPart]) -> scoring.Overall:
    """The score of the session from the questions of its report."""
    judged = list(_judged(questions))
    waiting = sum(q.status in NOT_EVALUATED and q.evaluation is None and q.decision is None for q in questions)
    return scoring.overall(judged, failed=waiting)


def _judged(questions: Sequence[QuestionPart]) -> Iterator[scoring.Judged]:
    for question in questions:
        if question.decision:
            yield scoring.Reviewed(question.decision.score)
        elif question.evaluation:
            yield question.evaluation


def _question(question: dict[str, Any]) -> dict[str, Any]:
    evaluation = question["evaluation"]
    reviews = question.get("reviews") or []
    ends: dict[str, Any] = NOT_KNOWN if question["status"] in NOT_EVALUATED else {}
    if evaluation is not None:
        waits = evaluation["needs_review"] and not reviews
        ends = _ends(evaluation["score"], waits=waits)
        criteria = [criterion | {"settled": not waits} for criterion in evaluation["criteria"]]
        evaluation = evaluation | {"criteria": criteria, "needs_review": waits} | ends
    if reviews:
        ends = decided_score(reviews[-1]["score"])
    return question | {"evaluation": evaluation} | ends


def _ends(score: float, *, waits: bool) -> dict[str, Any]:
    low, high = (0.0, scoring.MAX_SCORE) if waits else (score, score)
    return {"score_min": low, "score_max": high, "score_text": answer_words(low, high)}


def decided_score(score: float) -> dict[str, Any]:
    """The fields about a question's score after a person's decision."""
    return {"final_score": score, "score_min": score, "score_max": score, "score_text": decided_words(score)}
