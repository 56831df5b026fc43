"""The closing round: a candidate who is done gets the questions that are missing to the minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..documents.lines import editor_lines, line_count, split_lines
from ..documents.notebooks import as_written
from ..model import Decision, Moment, Question, QuestionStatus, Snapshot, TriggerPolicy
from .region import any_statement, statement_lines

CLOSING_RULE: Final = "closing_round"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRound:
    """A session whose candidate is done: everything that decides what is still asked."""

    policy: TriggerPolicy
    language: str  #: of documents that name none
    questions: tuple[Question, ...]  #: all of the session
    documents: tuple[Snapshot, ...]  #: the newest snapshot of each

    @property
    def question_open(self) -> bool:
        """Is a question being written, or waiting for its answer?"""
        return any(q.status in (QuestionStatus.PENDING, QuestionStatus.OPEN) for q in self.questions)

    @property
    def missing(self) -> int:
        """Number of questions that are still to be asked."""
        return max(0, min(self.policy.min_questions, self.policy.max_questions) - len(self._asked))

    @property
    def left(self) -> int:
        """Number of questions that are still to be answered, with the open one."""
        return self.missing + self.question_open

    def next_question(self) -> tuple[Snapshot, Decision] | None:
        """The snapshot and the decision to ask about it; None when the round is over.

        The question is about the longest stretch of code that no question was about yet.
        """
        if any(q.rule == CLOSING_RULE and q.status is QuestionStatus.WITHDRAWN for q in self.questions):
            return None  # the examiner found nothing more to ask
        stretches = [
            (s, self._unasked(s)) for s in self.documents if any_statement(s.code, s.language or self.language)
        ]
        if not self.missing or not stretches:
            return None
        snapshot, lines = max(stretches, key=lambda one: len(one[1]))
        asked = len(self._asked)
        decision = Decision(
            asked=True,
            rule=CLOSING_RULE,
            reason=f"The candidate is done; {asked} of at least {asked + self.missing} questions were asked.",
            start_line=lines[0] if lines else 1,
            end_line=lines[-1] if lines else max(1, line_count(snapshot.code)),
            moment=Moment.CLOSING,
        )
        return snapshot, decision

    @property
    def _asked(self) -> list[Question]:
        return [q for q in self.questions if q.status is not QuestionStatus.WITHDRAWN]

    def _unasked(self, snapshot: Snapshot) -> list[int]:
        """The longest stretch of lines with statements that no question was about, in order."""
        excerpts = [q.excerpt for q in self._asked if q.region.document == snapshot.document]
        known = {line.strip() for excerpt in excerpts for line in split_lines(excerpt)}
        texts = editor_lines(as_written(snapshot.code, snapshot.document))
        longest: list[int] = []
        stretch: list[int] = []
        for line in statement_lines(snapshot.code, snapshot.language or self.language):
            stretch = [] if texts[line - 1].strip() in known else [*stretch, line]
            longest = max(stretch, longest, key=len)
        return longest
