"""What the examiner may be reminded of: the conversation so far and passages near the code.

Both come from stores that may be away (Redis, Chroma). Then the conversation is read
from SQL and the passages are none; the session goes on, and the log says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from .errors import NotFound, StoreUnavailable
from .model import AssessmentSession, Evaluation, Passage, Question, Turn
from .ports import History, Retrieval

if TYPE_CHECKING:
    from .storage.record import Record

log = logging.getLogger(__name__)

TURNS = 20
PASSAGES = 3
PATIENCE = 0.5
"""Seconds that a turn may take to be added: a candidate waits for it, and what is missing is rebuilt."""


class Memory:
    """The chat history and the retrieval of all sessions, never across candidates."""

    def __init__(self, *, record: Record, history: History, retrieval: Retrieval) -> None:
        self._record = record
        self._history = history
        self._retrieval = retrieval
        self._behind: set[str] = set()  # sessions whose history misses a turn: not to be believed

    async def recall(self, session_id: str) -> tuple[Turn, ...]:
        """The last turns of the conversation, oldest first; rebuilt from SQL when the history has lost them."""
        try:
            turns = None if session_id in self._behind else await self._history.recent(session_id, TURNS)
        except StoreUnavailable as problem:
            log.warning("the chat history is read from the record: %s", problem.message)
            return conversation(await self._record.questions.of_session(session_id))[-TURNS:]
        if turns is None:
            turns = conversation(await self._record.questions.of_session(session_id))
            if await _quietly(self._history.replace(session_id, turns), "the chat history was not rebuilt"):
                self._behind.discard(session_id)
                await self.sweep(session_id)
        return turns[-TURNS:]

    async def remember(self, session_id: str, turn: Turn) -> None:
        """Add a turn that is stored in SQL to the history, at once or not at all: what is missing is rebuilt."""
        appending = asyncio.wait_for(self._history.append(session_id, turn), PATIENCE)
        if not await _quietly(appending, "the chat history misses a turn"):
            self._behind.add(session_id)

    async def passages(self, session: AssessmentSession, query: str) -> tuple[Passage, ...]:
        """What is near `query` in the assessment's material and in this session's own past."""
        shelves = [session_shelf(session.id)]
        if session.assessment_id is not None:
            shelves.insert(0, assessment_shelf(session.assessment_id))
        found: list[Passage] = []
        for shelf in shelves:
            try:
                found += await self._retrieval.search(shelf, query, PASSAGES)
            except StoreUnavailable as problem:
                log.warning("without retrieval: %s", problem.message)
        return tuple(found)

    async def shelve(self, question: Question, evaluation: Evaluation) -> None:
        """Make an evaluated question something that later questions of the session can be reminded of."""
        text = f"Question: {question.text}\nResponse: {question.response}\nEvaluation: {evaluation.text}"
        entry = (question.id, text, f"question {question.id}")
        shelf = session_shelf(question.session_id)
        if await _quietly(self._retrieval.add(shelf, [entry]), "retrieval misses an interaction"):
            await self.sweep(question.session_id)

    async def forget(self, session_id: str) -> None:
        """Erase what is remembered of a session.

        Raises:
            StoreUnavailable: a store is away and may still remember it.
        """
        self._behind.discard(session_id)
        await self._history.forget(session_id)
        await self._retrieval.forget(session_shelf(session_id))

    async def sweep(self, session_id: str) -> None:
        """Forget a session that was erased: a job that outlives it may have written of it a moment ago.

        Whoever writes something new looks here afterwards, and so does the erasure when SQL
        has forgotten the session: whichever is last leaves nothing.
        """
        try:
            await self._record.sessions.get(session_id)
        except NotFound:
            await _quietly(self.forget(session_id), "something of an erased session may be left")


def assessment_shelf(assessment_id: str) -> str:
    """Where the material of an assessment stands."""
    return f"assessment:{assessment_id}"


def session_shelf(session_id: str) -> str:
    """Where a session's own past stands; never read for another session."""
    return f"session:{session_id}"


def conversation(questions: Sequence[Question]) -> tuple[Turn, ...]:
    """The chat history as SQL tells it: each question with its response and evaluation."""
    turns: list[Turn] = []
    for question in questions:
        if question.text:
            turns.append(Turn(role="ai", kind="question", interaction_id=question.id, text=question.text))
        if question.response is not None:
            turns.append(Turn(role="human", kind="response", interaction_id=question.id, text=question.response))
        if question.evaluation is not None:
            text = question.evaluation.text
            turns.append(Turn(role="ai", kind="evaluation", interaction_id=question.id, text=text))
    return tuple(turns)


async def _quietly(work: Awaitable[None], consequence: str) -> bool:
    """Did it work? If not, the log says what follows."""
    try:
        await work
    except (StoreUnavailable, TimeoutError) as problem:
        log.warning("%s: %s", consequence, str(problem) or "no answer in time")
        return False
    return True
