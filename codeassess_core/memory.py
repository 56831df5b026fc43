"""What the examiner is reminded of: the conversation so far and passages about similar code.

Both come from stores that may be unavailable (Redis, Chroma). Then the conversation is read
from SQL and there are no passages; the session continues, and the log says so.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from .answers.slots import said
from .errors import NotFound, StoreUnavailable
from .model import AssessmentSession, Evaluation, Passage, Question, Turn
from .ports import History, Retrieval
from .system.concurrency import within

if TYPE_CHECKING:
    from .storage.record import Record

log = logging.getLogger(__name__)

TURNS = 20
PASSAGES = 3
APPEND_SECONDS = 0.5
"""The limit for adding a turn: a candidate waits for it, and missing turns are rebuilt from SQL."""


class Memory:
    """The chat history and the retrieval of all sessions; nothing is shared between candidates."""

    def __init__(self, *, record: Record, history: History, retrieval: Retrieval) -> None:
        self._record = record
        self._history = history
        self._retrieval = retrieval
        self._incomplete: set[str] = set()  # sessions whose history misses a turn

    async def recall(self, session_id: str) -> tuple[Turn, ...]:
        """The last turns of the conversation, oldest first; rebuilt from SQL when the history misses some."""
        try:
            turns = None if session_id in self._incomplete else await self._history.recent(session_id, TURNS)
        except StoreUnavailable as problem:
            log.warning("the chat history is read from the record: %s", problem.for_the_log)
            return conversation(await self._record.questions.of_session(session_id))[-TURNS:]
        if turns is None:
            turns = conversation(await self._record.questions.of_session(session_id))
            if await _quietly(self._history.replace(session_id, turns), "the chat history was not rebuilt"):
                self._incomplete.discard(session_id)
                await self.sweep(session_id)
        return turns[-TURNS:]

    async def remember(self, session_id: str, turn: Turn) -> None:
        """Add a turn, which is stored in SQL, to the history. When that fails, the history is rebuilt later."""
        appending = within(APPEND_SECONDS, self._history.append(session_id, turn))
        if not await _quietly(appending, "the chat history misses a turn"):
            self._incomplete.add(session_id)

    async def passages(self, session: AssessmentSession, query: str) -> tuple[Passage, ...]:
        """The passages most similar to `query`, from the assessment's material and this session's past."""
        shelves = [session_shelf(session.id)]
        if session.assessment_id is not None:
            shelves.insert(0, assessment_shelf(session.assessment_id))
        found: list[Passage] = []
        for shelf in shelves:
            try:
                found += await self._retrieval.search(shelf, query, PASSAGES)
            except StoreUnavailable as problem:
                log.warning("without retrieval: %s", problem.for_the_log)
        return tuple(found)

    async def shelve(self, question: Question, evaluation: Evaluation) -> None:
        """Add an evaluated question to the passages that later questions of the session can retrieve."""
        answer = said(question.response or "", question.slot_answers)
        text = f"Question: {question.text}\nResponse: {answer}\nEvaluation: {evaluation.text}"
        entry = (question.id, text, f"question {question.id}")
        shelf = session_shelf(question.session_id)
        if await _quietly(self._retrieval.add(shelf, [entry]), "retrieval misses an interaction"):
            await self.sweep(question.session_id)

    async def forget(self, session_id: str) -> None:
        """Erase a session from both stores.

        Raises:
            StoreUnavailable: a store is unavailable and may still contain the session.
        """
        self._incomplete.discard(session_id)
        await self._history.forget(session_id)
        await self._retrieval.forget(session_shelf(session_id))

    async def sweep(self, session_id: str) -> None:
        """Forget the session if it was erased in SQL: a job that was still running may have written of it since.

        Called after each write here and at the end of an erasure, so that whichever comes last
        leaves nothing behind.
        """
        try:
            await self._record.sessions.get(session_id)
        except NotFound:
            await _quietly(self.forget(session_id), "something of an erased session may be left")


def assessment_shelf(assessment_id: str) -> str:
    """The shelf of an assessment's material."""
    return f"assessment:{assessment_id}"


def session_shelf(session_id: str) -> str:
    """The shelf of a session's past; never read for another session."""
    return f"session:{session_id}"


def conversation(questions: Sequence[Question]) -> tuple[Turn, ...]:
    """The chat history as stored in SQL: each question with its response and evaluation."""
    turns: list[Turn] = []
    for question in questions:
        if question.text:
            turns.append(question_turn(question.id, question.text))
        if question.response is not None:
            text = said(question.response, question.slot_answers)
            turns.append(response_turn(question.id, text))
        if question.evaluation is not None:
            turns.append(evaluation_turn(question.id, question.evaluation.text))
    return tuple(turns)


def question_turn(question_id: str, text: str) -> Turn:
    return Turn(role="ai", kind="question", interaction_id=question_id, text=text)


def response_turn(question_id: str, text: str) -> Turn:
    return Turn(role="human", kind="response", interaction_id=question_id, text=text)


def evaluation_turn(question_id: str, text: str) -> Turn:
    return Turn(role="ai", kind="evaluation", interaction_id=question_id, text=text)


async def _quietly(work: Awaitable[None], consequence: str) -> bool:
    """True when it worked; else the log says the consequence."""
    try:
        await work
    except (StoreUnavailable, TimeoutError) as problem:
        log.warning("%s: %s", consequence, str(problem) or "no answer in time")
        return False
    return True
