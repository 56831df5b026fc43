"""Everything that a decision depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..documents.lines import unified
from ..model import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Paste:
    """The largest insertion since the last question, when it is large enough (paste.py).

    The range is in the present code, from 1, both ends included; `lines` counts those of it that
    are not blank.
    """

    start_line: int
    end_line: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One session and one of its documents at one moment, all that `decide` knows. Times are aware, else ValueError.

    Both texts have `\\n` as line end: a change of line ends alone is no change.
    """

    now: datetime
    code: str  #: the document now
    base: str  #: the code last asked about; before the first question the starter code, or empty
    language: str  #: as the editor names it; it may be unknown to us
    last_question_at: datetime | None  #: when the last question was decided
    last_deferred_at: datetime | None  #: when the candidate last said "not now"
    question_open: bool
    questions_asked: int
    paste: Paste | None
    closing: bool  #: the session is finishing or has ended
    time_left: float | None  #: seconds; None: no limit
    moment: Moment = Moment.PAUSE

    def __post_init__(self) -> None:
        for moment in (self.now, self.last_question_at, self.last_deferred_at):
            if moment is not None and moment.utcoffset() is None:
                raise ValueError(f"A trigger takes aware times only, not {moment!r}.")
        object.__setattr__(self, "code", unified(self.code))
        object.__setattr__(self, "base", unified(self.base))
