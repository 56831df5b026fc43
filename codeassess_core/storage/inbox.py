"""Stores what a candidate sends besides code: responses, deferrals, activities, finish.

Each is one transaction under the session's lock. A refused message uses up its seq as well, and
the refusal is recorded: otherwise the client could never send its next message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock
from ..documents.renames import RENAMED
from ..errors import CodeAssessError, InvalidInput, QuestionNotOpen, SequenceGap, SessionEnded
from ..live.messages import Activity, DeferQuestion, Finish, ResponseSubmitted
from ..live.validation import printable
from ..model import Interaction, InteractionKind, QuestionStatus, SessionStatus
from ..ports import Jobs
from .conflicts import Conflicting
from .database import Database
from .decisions import UNSETTLED
from .entries import Action, ClientAction, M, Receipt
from .question_rows import answers_under_way
from .recorded import find_recorded
from .reports import request_report
from .session_size import check_stored
from .session_writer import SessionWriter
from .tables import interactions, questions

_OUTCOME = "outcome"  # in the payload of a refused client action: the code of the error
_SNAPSHOT = "snapshot"  # in the payload of a rename: the number of the last snapshot before it
_ADDED = frozenset({_OUTCOME, _SNAPSHOT})  # added by the server; the rest of a payload is from the client
_FINISHED_FIRST = "The session was finished before it was written."

Act = Callable[[SessionWriter, ClientAction[M]], Awaitable[CodeAssessError | None]]
"""Applies a client action to the session; returns an error when it was refused."""


class Inbox:
    """Records client actions. Every method raises NotFound, SessionEnded, SessionFull, SequenceGap and
    SequenceConflict."""

    def __init__(self, database: Database, *, jobs: Jobs, clock: Clock, most_bytes: int = 0) -> None:
        """`most_bytes`: that one session may store; 0: any number."""
        self._database = database
        self._most_bytes = most_bytes
        self._jobs = jobs
        self._clock = clock

    async def respond(self, action: ClientAction[ResponseSubmitted]) -> Receipt:
        """Store a response and enqueue its evaluation. A response that is sent twice is stored once.

        Raises:
            QuestionNotOpen: there is no such open question in this session.
            InvalidInput: it answers slots that the question does not have.
        """
        await self._jobs.ready()
        return await self._receive(action, self._respond)

    async def defer(self, action: ClientAction[DeferQuestion]) -> Receipt:
        """Defer a question: close it without an answer and start the cool-down.

        Raises:
            QuestionNotOpen: there is no such open question in this session.
        """
        return await self._receive(action, self._defer)

    async def note(self, action: ClientAction[Activity]) -> Receipt:
        """Store an activity."""
        return await self._receive(action, self._note)

    async def consent(self, session_id: str, statement: str) -> tuple[Interaction, bool]:
        """Store, once, that the candidate agreed to `statement`. Returns the interaction, and whether it is new.

        Raises:
            NotFound, SessionEnded: no such session, or it accepts nothing new.
        """
        agreed = Activity(message_type="activity", kind="consent", detail={"text": statement})
        action = ClientAction(session_id=session_id, message=agreed)
        async with SessionWriter.open(self._database, session_id, self._clock()) as writer:
            known = await find_recorded(writer, action)
            if known is not None:
                return known, False
            if writer.row["status"] != SessionStatus.ACTIVE:
                raise SessionEnded()
            await writer.interaction(action.kind, action.payload)
            await writer.close()
            recorded = await find_recorded(writer, action)
        assert recorded is not None
        return recorded, True

    async def finish(self, action: ClientAction[Finish], *, message: dict[str, Any]) -> Receipt:
        """Accept no more messages, and start the report when no answer is being evaluated any more. Idempotent."""

        async def close(writer: SessionWriter, action: ClientAction[Finish]) -> CodeAssessError | None:
            return await self._finish(writer, action, message)

        await self._jobs.ready()
        return await self._receive(action, close)

    async def begin_closing(
        self, action: ClientAction[Finish], *, message: dict[str, Any], finishing: dict[str, Any]
    ) -> Receipt:
        """Begin the closing round with the event `message`; when it has begun already, finish with `finishing`."""

        async def act(writer: SessionWriter, action: ClientAction[Finish]) -> CodeAssessError | None:
            if writer.row["closing_until"] is not None or writer.row["status"] != SessionStatus.ACTIVE:
                return await self._finish(writer, action, finishing)
            writer.row["closing_until"] = writer.now
            writer.closing_goes_on()
            await writer.interaction(action.kind, action.payload, client_seq=action.client_seq)
            await writer.event(message)
            return None

        await self._jobs.ready()
        return await self._receive(action, act)

    async def _receive(self, action: ClientAction[M], act: Act[M]) -> Receipt:
        async with SessionWriter.open(self._database, action.session_id, self._clock()) as writer:
            outcome = await _apply(writer, action, act, most_bytes=self._most_bytes)
            await writer.close()
        if isinstance(outcome, CodeAssessError):
            raise outcome
        return outcome

    async def _respond(self, writer: SessionWriter, action: ClientAction[ResponseSubmitted]) -> CodeAssessError | None:
        answer, slots = action.message, action.message.slots
        values = {"response": answer.response, "slot_answers": slots or None, "responded_at": writer.now}
        await _check_slots(writer, answer.interaction_id, slots)
        moved = await _update_open(writer, answer.interaction_id, values | {"status": QuestionStatus.ANSWERED})
        if not moved:
            refusal = await _not_open(writer.connection, writer.session_id, action)
            if refusal is None:
                await _record_repetition(writer, action)
            return refusal
        await writer.interaction(action.kind, action.payload, client_seq=action.client_seq)
        writer.closing_goes_on()
        await self._enqueue(writer.connection, "evaluate", answer.interaction_id)
        return None

    async def _defer(self, writer: SessionWriter, action: ClientAction[DeferQuestion]) -> CodeAssessError | None:
        moved = await _update_open(writer, action.message.interaction_id, {"status": QuestionStatus.DEFERRED})
        if not moved:
            return await _not_open(writer.connection, writer.session_id, action)
        writer.row["last_deferred_at"] = writer.now
        writer.closing_goes_on()
        await writer.interaction(action.kind, action.payload, client_seq=action.client_seq)
        return None

    async def _note(self, writer: SessionWriter, action: ClientAction[Activity]) -> CodeAssessError | None:
        if not action.recorded:
            return None
        at = {_SNAPSHOT: writer.row["snapshot_count"]} if action.message.kind == RENAMED else {}
        await writer.interaction(action.kind, action.payload | at, client_seq=action.client_seq)
        return None

    async def _finish(
        self, writer: SessionWriter, action: ClientAction[Finish], message: dict[str, Any]
    ) -> CodeAssessError | None:
        if writer.row["status"] == SessionStatus.FINISHING:
            await self._start_report(writer)  # an earlier report may have failed
        if writer.row["status"] != SessionStatus.ACTIVE:
            await _record_repetition(writer, action)
            return None
        writer.row.update(status=SessionStatus.FINISHING, undecided_since=None, closing_until=None)
        await writer.interaction(action.kind, action.payload, client_seq=action.client_seq)
        await _close_question(writer)
        await writer.event(message)
        await self._start_report(writer)
        return None

    async def _start_report(self, writer: SessionWriter) -> None:
        """Request the report; its job starts when no answer is being evaluated. Two requests give one report."""
        report_id = await request_report(writer)
        if not await answers_under_way(writer.connection, writer.session_id):
            await self._enqueue(writer.connection, "report", report_id)

    async def _enqueue(self, connection: AsyncConnection, kind: str, subject: str) -> None:
        await connection.run_sync(lambda sync: self._jobs.enqueue(sync, kind, subject))


async def _apply(
    writer: SessionWriter, action: ClientAction[M], act: Act[M], *, most_bytes: int
) -> Receipt | CodeAssessError:
    """The receipt or an error; the caller commits in both cases."""
    seen = await _answer_to_known_seq(writer, action)
    if seen is not None:
        return seen
    over = writer.row["status"] != SessionStatus.ACTIVE
    if over and action.kind is not InteractionKind.FINISH:
        return SessionEnded()
    if action.kind is InteractionKind.ACTIVITY:
        check_stored(writer.row["stored_bytes"], most=most_bytes)
    if action.client_seq is not None:
        writer.row["acked_seq"] = action.client_seq
    refusal = await act(writer, action)
    if refusal is None:
        closing = writer.row["closing_until"] is not None
        return Receipt(acked_seq=writer.row["acked_seq"], known=over, closing=closing)
    check_stored(writer.row["stored_bytes"], most=most_bytes)  # answers are as many as questions, refusals any number
    if action.client_seq is not None:
        await writer.interaction(action.kind, action.payload | {_OUTCOME: refusal.code}, client_seq=action.client_seq)
    return refusal


async def _answer_to_known_seq(writer: SessionWriter, action: ClientAction[Action]) -> Receipt | CodeAssessError | None:
    """The answer to a seq that is stored already or does not follow; None when the client action is new."""
    acked = writer.row["acked_seq"]
    if action.client_seq is None or action.client_seq == acked + 1:
        return None
    if action.client_seq > acked:
        return SequenceGap(expected=acked + 1)
    statement = select(interactions.c.kind, interactions.c.payload).where(
        interactions.c.session_id == writer.session_id, interactions.c.client_seq == action.client_seq
    )
    row = (await writer.connection.execute(statement)).one_or_none()
    if row is None and not action.recorded:
        return Receipt(acked_seq=acked, known=True)
    stored = {k: v for k, v in ((row.payload if row else None) or {}).items() if k not in _ADDED}
    if row is not None and row.kind == action.kind and stored == action.payload:
        return Receipt(acked_seq=acked, known=True)
    conflict = Conflicting(
        session_id=writer.session_id,
        tenant=writer.row["tenant"],
        client_seq=action.client_seq,
        expected=acked + 1,
        detail={"kind": str(action.kind)},
        at=writer.now,
    )
    return await conflict.record(writer.connection)


async def _record_repetition(writer: SessionWriter, action: ClientAction[Action]) -> None:
    """The same was done before, with another seq or none: record only the seq."""
    if action.client_seq is not None:
        await writer.interaction(action.kind, action.payload | {_OUTCOME: "repeated"}, client_seq=action.client_seq)


async def _close_question(writer: SessionWriter) -> None:
    """End the open or pending question (there is at most one): it is unanswered, or withdrawn."""
    unsettled = select(questions.c.id, questions.c.status).where(
        questions.c.session_id == writer.session_id, questions.c.status.in_(UNSETTLED)
    )
    row = (await writer.connection.execute(unsettled)).one_or_none()
    if row is None:
        return
    values: dict[str, Any] = {"status": QuestionStatus.UNANSWERED}
    if row.status == QuestionStatus.PENDING:
        values = {"status": QuestionStatus.WITHDRAWN, "failure": _FINISHED_FIRST}
        writer.row["question_count"] -= 1
        payload = {"interaction_id": row.id, "reason": _FINISHED_FIRST}
        await writer.interaction(InteractionKind.QUESTION_WITHDRAWN, payload)
    await writer.connection.execute(update(questions).where(questions.c.id == row.id).values(values))


async def _check_slots(writer: SessionWriter, question_id: str, answers: Mapping[str, str]) -> None:
    """Refuse answers to unknown slots before anything is stored, so that the seq is not used up."""
    statement = select(questions.c.slots).where(
        questions.c.id == question_id, questions.c.session_id == writer.session_id
    )
    known = [slot["id"] for slot in (await writer.connection.scalar(statement) or ())] if answers else []
    unknown = [id for id in answers if id not in known]
    if unknown:
        has = f"it has {', '.join(known)}" if known else "it has none"
        shown = ", ".join(map(printable, unknown))
        raise InvalidInput(f"slots: the question has no slot {shown}; {has}.", field="slots", unknown=unknown)


async def _update_open(writer: SessionWriter, question_id: str, values: dict[str, Any]) -> bool:
    moved = await writer.connection.execute(
        update(questions)
        .where(questions.c.id == question_id, questions.c.session_id == writer.session_id)
        .where(questions.c.status == QuestionStatus.OPEN)
        .values(values)
    )
    return bool(moved.rowcount)


async def _not_open(
    connection: AsyncConnection, session_id: str, action: ClientAction[ResponseSubmitted | DeferQuestion]
) -> CodeAssessError | None:
    """The error for a question that is not open; None when the same response is stored already."""
    interaction_id = action.message.interaction_id
    statement = select(questions.c.status, questions.c.response, questions.c.slot_answers).where(
        questions.c.id == interaction_id, questions.c.session_id == session_id
    )
    row = (await connection.execute(statement)).one_or_none()
    answer = (action.payload.get("response"), action.payload.get("slots"))
    if row is not None and row.response is not None and (row.response, row.slot_answers) == answer:
        return None  # a plain client, without seq, has repeated its response
    state = "is not one of this session's questions" if row is None else f"is {row.status}"
    return QuestionNotOpen(f"Question {interaction_id} {state}; only an open question can be answered.")
