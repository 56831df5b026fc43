"""Answers with a review by a person, as examples for the evaluation of similar answers.

They are used only in their assessment and tenant. Retrieval only finds the similar answers; their
text is read from the record with the newest review, so that neither erased answers nor outdated
reviews are shown. An example has question, answer, score and reason, and no names. Without
retrieval there are no examples, and the evaluation continues.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..errors import CodeAssessError, NotFound, StoreUnavailable
from ..model import AssessmentSession, Question, Review
from ..ports import Example, Retrieval
from ..system.concurrency import within
from .slots import said

if TYPE_CHECKING:
    from ..storage.record import Record

log = logging.getLogger(__name__)

MOST: Final = 3
_LOOKED_AT: Final = 6  #: similar answers to look up; some may be erased
SEARCH_SECONDS: Final = 2.0
"""The limit for finding examples: an evaluation waits for it."""


class ReviewedAnswers:
    """The reviewed answers of all assessments."""

    def __init__(self, *, record: Record, retrieval: Retrieval, timeout: float = SEARCH_SECONDS) -> None:
        self._record = record
        self._retrieval = retrieval
        self._timeout = timeout

    async def learn(self, review: Review) -> None:
        """Add a reviewed answer to the examples; not when the candidate reviewed it themself. Never fails."""
        if review.by_owner:
            return
        try:
            session = await self._record.sessions.get(review.session_id)
            question = await self._record.questions.get(review.question_id)
            if question is None or session.assessment_id is None:
                return
            entry = (question.id, _text(question), question.id)
            await within(self._timeout, self._retrieval.add(_shelf(session), [entry]))
            await self._record.sessions.get(session.id)
        except NotFound:  # it was erased
            await self._remove(_shelf(session), [review.question_id])
        except (CodeAssessError, TimeoutError) as problem:
            log.warning("a reviewed answer is no example: %s", str(problem) or "no answer in time")

    async def near(self, session: AssessmentSession, question: Question) -> tuple[Example, ...]:
        """Up to `MOST` reviewed answers of the same assessment, the most similar first."""
        if session.assessment_id is None:
            return ()
        try:
            return await within(self._timeout, self._near(session, question))
        except (CodeAssessError, TimeoutError) as problem:  # an answer may be erased at the same time
            log.warning("judged without examples: %s", str(problem) or "no answer in time")
            return ()

    async def forget(self, session: AssessmentSession) -> None:
        """Remove the answers of a session. Raises StoreUnavailable: they may still be there."""
        if session.assessment_id is not None:
            asked = await self._record.questions.of_session(session.id)
            await self._retrieval.remove(_shelf(session), [question.id for question in asked])

    async def _near(self, session: AssessmentSession, question: Question) -> tuple[Example, ...]:
        found = await self._retrieval.search(_shelf(session), _text(question), _LOOKED_AT)
        examples = [await self._example(session, passage.source) for passage in found if passage.source != question.id]
        return tuple(example for example in examples if example is not None)[:MOST]

    async def _example(self, session: AssessmentSession, question_id: str) -> Example | None:
        """The answer with its newest review; None when it was erased, or belongs to another tenant."""
        question = await self._record.questions.get(question_id)
        if question is None:
            return None
        theirs = await self._record.sessions.get(question.session_id)
        if (theirs.tenant, theirs.assessment_id) != (session.tenant, session.assessment_id):
            return None
        reviews = await self._record.reviews.list(theirs.id, limit=1_000)
        newest = next((r for r in reversed(reviews) if r.question_id == question_id and not r.by_owner), None)
        if newest is None:
            return None
        answer = said(question.response or "", question.slot_answers)
        return Example(question=question.text, answer=answer, score=newest.score, reason=newest.reason or "")

    async def _remove(self, shelf: str, ids: Sequence[str]) -> None:
        try:
            await self._retrieval.remove(shelf, ids)
        except StoreUnavailable as problem:
            log.warning("something of an erased session may be left: %s", problem.for_the_log)


def _shelf(session: AssessmentSession) -> str:
    """The shelf of the reviewed answers of an assessment and tenant."""
    return f"reviewed:{session.tenant}:{session.assessment_id}"


def _text(question: Question) -> str:
    return f"{question.text}\n{question.excerpt}\n{said(question.response or '', question.slot_answers)}"
