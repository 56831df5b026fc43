"""What a candidate sends besides code: responses, "not now", activity, finish.

Each is one transaction under the session's lock. A message with a seq uses it up even
when it is refused for the session's state (the refusal is recorded), or the client
could never send its next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock
from ..entries import Letter, Receipt
from ..errors import CodeAssessError, QuestionNotOpen, SequenceGap, SessionEnded
from ..model import Interaction, InteractionKind, QuestionStatus, SessionStatus
from ..ports import Jobs
from . import rows
from .conflicts import Conflicting
from .database import Database
from .decisions import UNSETTLED
from .ledger import Ledger
from .questions import answers_under_way
from .reports import request_report
from .tables import interactions, questions

_OUTCOME = "outcome"  # in the record of a letter that changed nothing: why
_FINISHED_FIRST = "The session was finished before it was written."

Act = Callable[[Ledger, Letter], Awaitable[CodeAssessError | None]]
"""What a letter does to the session; it returns why it does nothing."""


class Inbox:
    """Records letters. Every method raises NotFound, SessionEnded, SequenceGap and SequenceConflict."""

    def __init__(self, database: Database, *, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def respond(self, letter: Letter) -> Receipt:
        """Store a response and enqueue its evaluation. Sent twice it is stored once.

        Raises:
            QuestionNotOpen: there is no such open question in this session.
        """
        await self._jobs.ready()
        return await self._receive(letter, self._respond)

    async def defer(self, letter: Letter) -> Receipt:
        """ "Not now": close the question without an answer and start the cool-down.

        Raises:
            QuestionNotOpen: there is no such open question in this session.
        """
        return await self._receive(letter, self._defer)

    async def note(self, letter: Letter) -> Receipt:
        """Store an activity."""
        return await self._receive(letter, self._note)

    async def consent(self, letter: Letter) -> tuple[Interaction, bool]:
        """Store what the candidate agreed to, once: the interaction, and whether it is new.

        Raises:
            NotFound, SessionEnded: no such session, or it takes nothing new.
        """
        async with self._database.write() as connection:
            ledger = await Ledger.lock(connection, letter.session_id, self._clock())
            known = await _recorded(ledger, letter)
            if known is not None:
                return known, False
            if ledger.row["status"] != SessionStatus.ACTIVE:
                raise SessionEnded()
            await ledger.interaction(letter.kind, letter.payload)
            await ledger.close()
            recorded = await _recorded(ledger, letter)
        assert recorded is not None
        return recorded, True

    async def finish(self, letter: Letter, *, message: dict[str, Any]) -> Receipt:
        """Take no more messages and start the report once no answer is being evaluated. Idempotent."""

        async def close(ledger: Ledger, letter: Letter) -> CodeAssessError | None:
            return await self._finish(ledger, letter, message)

        await self._jobs.ready()
        return await self._receive(letter, close)

    async def _receive(self, letter: Letter, act: Act) -> Receipt:
        async with self._database.write() as connection:
            ledger = await Ledger.lock(connection, letter.session_id, self._clock())
            outcome = await _take(ledger, letter, act)
            await ledger.close()
        if isinstance(outcome, CodeAssessError):
            raise outcome
        return outcome

    async def _respond(self, ledger: Ledger, letter: Letter) -> CodeAssessError | None:
        interaction_id, response = letter.payload["interaction_id"], letter.payload["response"]
        moved = await _move(
            ledger,
            interaction_id,
            {"status": QuestionStatus.ANSWERED, "response": response, "responded_at": ledger.now},
        )
        if not moved:
            refusal = await _not_open(ledger.connection, ledger.session_id, letter)
            if refusal is None:
                await _repeated(ledger, letter)
            return refusal
        await ledger.interaction(letter.kind, letter.payload, client_seq=letter.client_seq)
        await self._enqueue(ledger.connection, "evaluate", interaction_id)
        return None

    async def _defer(self, ledger: Ledger, letter: Letter) -> CodeAssessError | None:
        moved = await _move(ledger, letter.payload["interaction_id"], {"status": QuestionStatus.DEFERRED})
        if not moved:
            return await _not_open(ledger.connection, ledger.session_id, letter)
        ledger.row["last_deferred_at"] = ledger.now
        await ledger.interaction(letter.kind, letter.payload, client_seq=letter.client_seq)
        return None

    async def _note(self, ledger: Ledger, letter: Letter) -> CodeAssessError | None:
        await ledger.interaction(letter.kind, letter.payload, client_seq=letter.client_seq)
        return None

    async def _finish(self, ledger: Ledger, letter: Letter, message: dict[str, Any]) -> CodeAssessError | None:
        if ledger.row["status"] != SessionStatus.ACTIVE:
            await _repeated(ledger, letter)
            return None
        ledger.row["status"] = SessionStatus.FINISHING
        ledger.row["undecided_since"] = None
        await ledger.interaction(letter.kind, letter.payload, client_seq=letter.client_seq)
        await _close_question(ledger)
        await ledger.event(message)
        report_id = await request_report(ledger)
        if not await answers_under_way(ledger.connection, ledger.session_id):
            await self._enqueue(ledger.connection, "report", report_id)
        return None

    async def _enqueue(self, connection: AsyncConnection, kind: str, subject: str) -> None:
        await connection.run_sync(lambda sync: self._jobs.enqueue(sync, kind, subject))


async def _take(ledger: Ledger, letter: Letter, act: Act) -> Receipt | CodeAssessError:
    """The receipt, or why there is none; what was written by then is to be committed either way."""
    seen = await _seen(ledger, letter)
    if seen is not None:
        return seen
    over = ledger.row["status"] != SessionStatus.ACTIVE
    if over and letter.kind is not InteractionKind.FINISH:
        return SessionEnded()
    if letter.client_seq is not None:
        ledger.row["acked_seq"] = letter.client_seq
    refusal = await act(ledger, letter)
    if refusal is None:
        return Receipt(acked_seq=ledger.row["acked_seq"], known=over)
    if letter.client_seq is not None:
        await ledger.interaction(letter.kind, letter.payload | {_OUTCOME: refusal.code}, client_seq=letter.client_seq)
    return refusal


async def _seen(ledger: Ledger, letter: Letter) -> Receipt | CodeAssessError | None:
    """What to answer when the seq is stored already or does not follow; None when the letter is new."""
    acked = ledger.row["acked_seq"]
    if letter.client_seq is None or letter.client_seq == acked + 1:
        return None
    if letter.client_seq > acked:
        return SequenceGap(expected=acked + 1)
    statement = select(interactions.c.kind, interactions.c.payload).where(
        interactions.c.session_id == ledger.session_id, interactions.c.client_seq == letter.client_seq
    )
    row = (await ledger.connection.execute(statement)).one_or_none()
    stored = {k: v for k, v in ((row.payload if row else None) or {}).items() if k != _OUTCOME}
    if row is not None and row.kind == letter.kind and stored == letter.payload:
        return Receipt(acked_seq=acked, known=True)
    conflict = Conflicting(
        session_id=ledger.session_id,
        tenant=ledger.row["tenant"],
        client_seq=letter.client_seq,
        expected=acked + 1,
        detail={"kind": str(letter.kind)},
        at=ledger.now,
    )
    return await conflict.record(ledger.connection)


async def _recorded(ledger: Ledger, letter: Letter) -> Interaction | None:
    """The first interaction of the session that says the same as the letter."""
    statement = select(interactions).where(
        interactions.c.session_id == ledger.session_id,
        interactions.c.kind == letter.kind,
        interactions.c.payload["kind"].as_string() == letter.payload["kind"],
    )
    found = (await ledger.connection.execute(statement.order_by(interactions.c.seq))).mappings()
    return next((rows.interaction(row) for row in found if row["payload"] == letter.payload), None)


async def _repeated(ledger: Ledger, letter: Letter) -> None:
    """It was done before, under another seq or none: only the seq is used up."""
    if letter.client_seq is not None:
        await ledger.interaction(letter.kind, letter.payload | {_OUTCOME: "repeated"}, client_seq=letter.client_seq)


async def _close_question(ledger: Ledger) -> None:
    """The question that is not settled (there is at most one) stays unanswered, or is no longer asked."""
    unsettled = select(questions.c.id, questions.c.status).where(
        questions.c.session_id == ledger.session_id, questions.c.status.in_(UNSETTLED)
    )
    row = (await ledger.connection.execute(unsettled)).one_or_none()
    if row is None:
        return
    values: dict[str, Any] = {"status": QuestionStatus.UNANSWERED}
    if row.status == QuestionStatus.PENDING:
        values = {"status": QuestionStatus.WITHDRAWN, "failure": _FINISHED_FIRST}
        ledger.row["question_count"] -= 1
        payload = {"interaction_id": row.id, "reason": _FINISHED_FIRST}
        await ledger.interaction(InteractionKind.QUESTION_WITHDRAWN, payload)
    await ledger.connection.execute(update(questions).where(questions.c.id == row.id).values(values))


async def _move(ledger: Ledger, question_id: str, values: dict[str, Any]) -> bool:
    moved = await ledger.connection.execute(
        update(questions)
        .where(questions.c.id == question_id, questions.c.session_id == ledger.session_id)
        .where(questions.c.status == QuestionStatus.OPEN)
        .values(values)
    )
    return bool(moved.rowcount)


async def _not_open(connection: AsyncConnection, session_id: str, letter: Letter) -> CodeAssessError | None:
    """Why the question cannot be answered; None when this very response is stored already."""
    interaction_id = letter.payload["interaction_id"]
    statement = select(questions.c.status, questions.c.response).where(
        questions.c.id == interaction_id, questions.c.session_id == session_id
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is not None and row.response is not None and row.response == letter.payload.get("response"):
        return None  # a plain client, which has no seq, sent its response again
    state = "is not one of this session's questions" if row is None else f"is {row.status}"
    return QuestionNotOpen(f"Question {interaction_id} {state}; only an open question can be answered.")
