"""Decisions of the trigger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Moment(StrEnum):
    """What caused a decision."""

    PAUSE = "pause"  #: the candidate stopped typing, or typed for a long time
    RUN = "run"  #: the candidate ran code or tests
    SAVE = "save"  #: the candidate saved
    CLOSING = "closing"  #: the closing round, for the missing questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether to ask, and why; stored also when no question is asked."""

    asked: bool
    rule: str  #: the rule that settled it, a name in docs/triggers.md
    reason: str  #: one sentence with the numbers
    changed_lines: int | None = None
    start_line: int | None = None  #: this and `end_line`: the changed lines for the question
    end_line: int | None = None
    moment: Moment = Moment.PAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A stored decision."""

    snapshot: int
    number: int = 0  #: from 1, in the session
    decision: Decision
    question_id: str | None
    created_at: datetime
