"""The closing round: it begins with `finish {closing: true}` and ends with the report.

It ends when enough was asked, when nothing is left to ask about, at a second finish, at
the time limit, or after `CLOSING_SILENCE` without a message. `triggers.closing` decides what it asks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..clock import Clock
from ..errors import NotFound
from ..live.messages import Finish, SessionState, dump
from ..model import CLOSING_SILENCE, AssessmentSession, SessionStatus
from ..storage.entries import ClientAction, Receipt
from ..triggers import LEAST_TIME_LEFT
from .situations import Situations

if TYPE_CHECKING:
    from ..storage.record import Record


class ClosingRounds:
    """The closing rounds of all sessions. `finish(session_id)` ends one, and tells the clients."""

    def __init__(
        self, *, record: Record, situations: Situations, clock: Clock, finish: Callable[[str], Awaitable[object]]
    ) -> None:
        self._record = record
        self._situations = situations
        self._clock = clock
        self._finish_session = finish

    async def questions_left(self, session_id: str) -> int:
        """How many questions a closing round would ask now; 0: it would ask none."""
        session = await self._record.sessions.get(session_id)
        round_ = await self._situations.closing_round(session)
        if await self._too_late(session):
            return 0
        return round_.left if round_.question_open or round_.next_question() else 0

    async def step(self, session: AssessmentSession) -> bool:
        """Ask the next question, or end the round; nothing while a question is open. True: clients have a new event."""
        round_ = await self._situations.closing_round(session)
        if round_.question_open:
            return False
        following = None if await self._too_late(session) else round_.next_question()
        if following is None:
            await self._finish_session(session.id)
            return False
        snapshot, decision = following
        stored = await self._record.questions.decide(
            session.id,
            decision,
            upto=session.snapshot_count,
            snapshot=snapshot.n,
            document=snapshot.document,
            message=closing_state(round_.missing),
        )
        return stored is not None

    async def finish(self, session_id: str, message: Finish) -> Receipt:
        """Begin the round when the message asks for it and questions are missing, else finish the session."""
        action = ClientAction(session_id=session_id, message=message)
        finishing = dump(SessionState(status=SessionStatus.FINISHING))
        left = await self.questions_left(session_id) if message.closing else 0
        if left == 0:
            return await self._record.inbox.finish(action, message=finishing)
        return await self._record.inbox.begin_closing(action, message=closing_state(left), finishing=finishing)

    async def end_overdue(self) -> None:
        """Finish the sessions whose time limit is over, and those that sent nothing for `CLOSING_SILENCE`."""
        now = self._clock()
        for known in await self._record.sessions.closing():
            heard = known.last_update_at or known.until - CLOSING_SILENCE
            silent = known.until <= now and heard + CLOSING_SILENCE <= now
            try:
                end = await self._end(await self._record.sessions.get(known.id))
                if silent or (end is not None and end <= now):
                    await self._finish_session(known.id)
            except NotFound:  # it was erased
                continue

    async def _end(self, session: AssessmentSession) -> datetime | None:
        """When the time limit of the session ends; None without a limit."""
        spec = await self._record.assessments.of_session(session)
        limit = session.time_limit(spec)
        return None if limit is None else session.created_at + timedelta(seconds=limit)

    async def _too_late(self, session: AssessmentSession) -> bool:
        end = await self._end(session)
        return end is not None and (end - self._clock()).total_seconds() < LEAST_TIME_LEFT


def closing_state(questions_left: int) -> dict[str, Any]:
    """The event for clients in the closing round."""
    return dump(SessionState(status=SessionStatus.CLOSING, questions_left=questions_left))
