"""What a candidate sends besides code: responses, "not now", activity, finish.

Each is one transaction under the session's lock. A message with a seq uses it up even
when it is refused for the session's state (the refusal is recorded), or the client
could never send its next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, new_id
from ..entries import Letter, Receipt
from ..errors import CodeAssessError, QuestionNotOpen, SequenceConflict, SequenceGap, SessionEnded
from ..model import InteractionKind, QuestionStatus, SessionStatus
from ..ports import Jobs
from .database import Database
from .ledger import Ledger
from .questions import answers_under_way
from .tables import interactions, questions, reports

_OUTCOME = "outcome"  # in the record of a letter that changed nothing: why


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

    async def finish(self, letter: Letter, *, message: dict[str, Any]) -> Receipt:
        """Take no more messages and start the report once no answer is being evaluated. Idempotent."""

        async def close(ledger: Ledger, letter: Letter) -> CodeAssessError | None:
            return await self._finish(ledger, letter, message)

        await self._jobs.ready()
        return await self._receive(letter, close)

    async def _receive(self, letter: Letter, act: Act) -> Receipt:
        async with self._database.write() as connection:
            ledger = await Ledger.lock(connection, letter.session_id, self._clock())
            if await _is_known(ledger, letter):
                return Receipt(acked_seq=ledger.row["acked_seq"], known=True)
            if ledger.row["status"] != SessionStatus.ACTIVE:
                if letter.kind is InteractionKind.FINISH:
                    return Receipt(acked_seq=ledger.row["acked_seq"], known=True)
                raise SessionEnded()
            if letter.client_seq is not None:
                ledger.row["acked_seq"] = letter.client_seq
            refusal: CodeAssessError | None = await act(ledger, letter)
            if refusal is not None and letter.client_seq is not None:
                await ledger.interaction(
                    letter.kind, letter.payload | {_OUTCOME: refusal.code}, client_seq=letter.client_seq
                )
            await ledger.close()
        if refusal is not None:
            raise refusal
        return Receipt(acked_seq=ledger.row["acked_seq"])

    async def _respond(self, ledger: Ledger, letter: Letter) -> CodeAssessError | None:
        interaction_id, response = letter.payload["interaction_id"], letter.payload["response"]
        moved = await _move(
            ledger,
            interaction_id,
            {"status": QuestionStatus.ANSWERED, "response": response, "responded_at": ledger.now},
        )
        if not moved:
            refusal = await _not_open(ledger.connection, ledger.session_id, letter)
            if refusal is None and letter.client_seq is not None:
                repeated = letter.payload | {_OUTCOME: "repeated"}
                await ledger.interaction(letter.kind, repeated, client_seq=letter.client_seq)
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
        of_session = questions.c.session_id == ledger.session_id
        for frm, to in (
            (QuestionStatus.OPEN, QuestionStatus.UNANSWERED),
            (QuestionStatus.PENDING, QuestionStatus.WITHDRAWN),
        ):
            await ledger.connection.execute(
                update(questions).where(of_session, questions.c.status == frm).values(status=to)
            )
        ledger.row["status"] = SessionStatus.FINISHING
        ledger.row["undecided_since"] = None
        await ledger.interaction(letter.kind, letter.payload, client_seq=letter.client_seq)
        await ledger.event(message)
        report_id = new_id()
        await ledger.connection.execute(
            insert(reports).values(
                id=report_id,
                tenant=ledger.row["tenant"],
                session_id=ledger.session_id,
                version=1,
                created_at=ledger.now,
            )
        )
        if not await answers_under_way(ledger.connection, ledger.session_id):
            await self._enqueue(ledger.connection, "report", report_id)
        return None

    async def _enqueue(self, connection: AsyncConnection, kind: str, subject: str) -> None:
        await connection.run_sync(lambda sync: self._jobs.enqueue(sync, kind, subject))


async def _is_known(ledger: Ledger, letter: Letter) -> bool:
    """Is this seq stored with the same content? Raises when it is stored with other content or does not follow."""
    if letter.client_seq is None:
        return False
    acked = ledger.row["acked_seq"]
    if letter.client_seq > acked:
        if letter.client_seq != acked + 1:
            raise SequenceGap(expected=acked + 1)
        return False
    statement = select(interactions.c.kind, interactions.c.payload).where(
        interactions.c.session_id == ledger.session_id, interactions.c.client_seq == letter.client_seq
    )
    row = (await ledger.connection.execute(statement)).one_or_none()
    stored = {k: v for k, v in ((row.payload if row else None) or {}).items() if k != _OUTCOME}
    if row is not None and row.kind == letter.kind and stored == letter.payload:
        return True
    raise SequenceConflict(
        f"seq {letter.client_seq} was already used for another message; the next is {acked + 1}.",
        seq=letter.client_seq,
        expected=acked + 1,
    )


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
