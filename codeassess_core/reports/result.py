"""The score of a session, as the report shows it. Pure."""

from __future__ import annotations

from typing import Final

from codeassess_core import scoring
from codeassess_core.answers.score_words import answer_words, overall_words
from codeassess_core.model import QuestionStatus

from .body import OverallPart
from .wording import counted, number

NEVER_SEEN: Final = frozenset({QuestionStatus.PENDING, QuestionStatus.WITHDRAWN})
NOT_EVALUATED: Final = frozenset({QuestionStatus.ANSWERED, QuestionStatus.FAILED})

NOT_KNOWN: Final = {
    "score_min": 0.0,
    "score_max": scoring.MAX_SCORE,
    "score_text": answer_words(0.0, scoring.MAX_SCORE),
}
"""The score of an answer without an evaluation."""


def overall_part(overall: scoring.Overall, *, asked: int) -> OverallPart:
    """The score with a sentence that explains it; `asked` questions reached the candidate."""
    return OverallPart(
        score=overall.score,
        score_min=overall.score_min,
        score_max=overall.score_max,
        answers=overall.answers,
        open=overall.open,
        provisional=overall.provisional,
        failed=overall.failed,
        reviewed=overall.reviewed,
        score_text=overall_words(overall),
        explanation=_explanation(overall, asked=asked),
    )


def _explanation(overall: scoring.Overall, *, asked: int) -> str:
    """One sentence about where the score comes from, and what may change it."""
    if not overall.answers:
        reason = "no question was asked" if not asked else "no question was answered"
        return f"There is no score, because {reason}."
    mean = "The score of 1 answer" if overall.answers == 1 else f"The mean of {overall.answers} answers"
    mean += _by_persons(overall)
    if not overall.open:
        return f"{mean}."
    estimate = "" if overall.score is None else f" The estimate is {number(overall.score)}."
    return f"{mean}; provisional, because {_open_ends(overall)}.{estimate}"


def _open_ends(overall: scoring.Overall) -> str:
    parts = []
    if waiting := overall.open - overall.failed:
        parts.append(f"{counted(waiting, 'evaluation')} {'waits' if waiting == 1 else 'wait'} for a person")
    if overall.failed:
        have = "has" if overall.failed == 1 else "have"
        parts.append(f"{counted(overall.failed, 'answer')} {have} no evaluation and may be worth 0 to 10")
    return " and ".join(parts)


def _by_persons(overall: scoring.Overall) -> str:
    if not overall.reviewed:
        return ""
    some = f", {overall.reviewed} of them" if overall.answers > 1 else ","
    return f"{some} decided by a person"
