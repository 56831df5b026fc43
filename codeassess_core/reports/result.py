"""The score of a session as its report tells it. Pure."""

from __future__ import annotations

from typing import Final

from codeassess_core import scoring
from codeassess_core.model import QuestionStatus

from .body import OverallPart
from .wording import counted, number

NEVER_SEEN: Final = frozenset({QuestionStatus.PENDING, QuestionStatus.WITHDRAWN})
NOT_EVALUATED: Final = frozenset({QuestionStatus.ANSWERED, QuestionStatus.FAILED})


def overall_part(overall: scoring.Overall, *, asked: int) -> OverallPart:
    """The score with a sentence that explains it; `asked` questions reached the candidate."""
    return OverallPart(
        score=overall.score,
        with_waiting=overall.with_waiting,
        provisional=overall.provisional,
        counted=overall.counted,
        waiting=overall.waiting,
        failed=overall.failed,
        reviewed=overall.reviewed,
        explanation=_explanation(overall, asked=asked),
    )


def _explanation(overall: scoring.Overall, *, asked: int) -> str:
    """One sentence that says where the score comes from and what it leaves out."""
    open_ends = _open_ends(overall)
    if overall.score is None and not open_ends:
        reason = "no question was asked" if not asked else "no question was answered"
        return f"There is no score, because {reason}."
    if overall.score is None:
        return f"No score stands yet: {open_ends}."
    mean = "The score of 1 evaluation" if overall.counted == 1 else f"The mean of {overall.counted} evaluations"
    mean += _by_persons(overall)
    return f"{mean}; provisional, because {open_ends}." if open_ends else f"{mean}."


def _open_ends(overall: scoring.Overall) -> str:
    parts = []
    if overall.waiting:
        wait, them = ("waits", "it") if overall.waiting == 1 else ("wait", "them")
        mean = f"the mean with {them} is {number(overall.with_waiting)}"
        parts.append(f"{counted(overall.waiting, 'evaluation')} {wait} for a person ({mean})")
    if overall.failed:
        have = "has" if overall.failed == 1 else "have"
        parts.append(f"{counted(overall.failed, 'answer')} {have} no evaluation")
    return " and ".join(parts)


def _by_persons(overall: scoring.Overall) -> str:
    if not overall.reviewed:
        return ""
    some = f", {overall.reviewed} of them" if overall.counted > 1 else ","
    return f"{some} decided by a person"
