"""The texts of an evaluation: a full one for graders, and one for the candidate without what was missing. Pure.

Both are made from the criteria, like the score, so that text and score agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ..model import CriterionResult, Verdict
from ..ports import EvaluationDraft

_NOTHING: Final = "There is no answer here that could be compared with what was expected."
_WAITS: Final = "What is open waits for a person."
_RECORDED: Final = "Your answer is recorded."
_SHOWN: Final = 160  #: characters of a quote from the answer


def full_text(criteria: Sequence[CriterionResult]) -> str:
    """What was found and what was missing, for graders and the report."""
    if criteria and all(c.verdict is Verdict.NOT and not c.quote and c.settled and c.slot is None for c in criteria):
        return _NOTHING
    parts = [*_results(criteria), *_points([c for c in criteria if c.slot is None])]
    if any(not c.settled for c in criteria):
        parts.append(_WAITS)
    return " ".join(parts) or _NOTHING


def evaluation_text(draft: EvaluationDraft, criteria: Sequence[CriterionResult]) -> str:
    """The whole text of an evaluation: first what code found in the slots, then the text of the model."""
    if draft.provenance.examiner == "offline":
        return full_text(criteria)
    return " ".join([*_results(criteria), draft.text])


def covered_text(criteria: Sequence[CriterionResult]) -> str:
    """What was right, with quotes from the answer; never what was missing, nor that something was missing."""
    right = [_is_right(_bare(c.criterion)) for c in criteria if c.slot is not None and c.verdict is Verdict.MET]
    quotes = dict.fromkeys(
        _short(c.quote).rstrip(".") for c in criteria if c.slot is None and c.verdict is Verdict.MET and c.quote
    )
    parts = [f"{'; '.join(right)}."] if right else []
    if quotes:
        parts.append(f"This counts: {'; '.join(f'“{quote}”' for quote in quotes)}.")
    if not parts:
        return _RECORDED
    if any(not c.settled for c in criteria):
        parts.append("A person may look at the rest.")
    return " ".join(parts)


def _is_right(label: str) -> str:
    return f"“{label}” is answered right" if label.endswith("?") else f"{label} is right"


def _results(criteria: Iterable[CriterionResult]) -> Iterator[str]:
    """One sentence for each slot: right or wrong."""
    for c in criteria:
        if c.slot is not None:
            found = "right" if c.verdict is Verdict.MET else "not right" if c.settled else "not read"
            yield f"{_bare(c.criterion)}: {found}."


def _points(criteria: Sequence[CriterionResult]) -> Iterator[str]:
    """The criteria of the free part: met, partly met, or not."""
    if not criteria:
        return
    by = {verdict: [c.criterion for c in criteria if c.verdict is verdict] for verdict in Verdict}
    covered = by[Verdict.MET]
    yield f"The answer covers {len(covered)} of {len(criteria)} expected points{_listed(covered)}."
    if by[Verdict.PARTLY]:
        yield f"In part{_listed(by[Verdict.PARTLY])}."
    if by[Verdict.NOT]:
        yield f"Not found{_listed(by[Verdict.NOT])}."


def _listed(points: Sequence[str]) -> str:
    return ": " + "; ".join(map(_bare, points)) if points else ""


def _bare(text: str) -> str:
    return text.strip().rstrip(".:")


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _SHOWN else folded[: _SHOWN - 1].rstrip() + "…"
