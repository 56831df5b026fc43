"""Stores the steps of questions: decided, asked, answered, evaluated.

Each step is a compare-and-set on the question's status under the session's lock. So a job that
runs twice stores its result once: the second run finds another status and stores nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .. import __version__
from ..clock import Clock
from ..costs.budget import Spending
from ..errors import NotFound
from ..model import (
    Decision,
    Evaluation,
    InteractionKind,
    Passage,
    Provenance,
    Question,
    QuestionStatus,
    RecordedDecision,
    SessionStatus,
)
from ..ports import Jobs, QuestionDraft
from ..questions.follow_ups import FollowUp
from . import rows
from .database import Database
from .decisions import insert_decision, is_due, unsettled
from .question_rows import answers_under_way, insert_question, read_question, session_of, take_back
from .reports import request_report
from .session_writer import SessionWriter
from .tables import questions


class Questions:
    """The questions of all sessions; also stores the decisions, with and without a question."""

    def __init__(self, database: Database, *, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def get(self, question_id: str) -> Question | None:
        """The question, or None."""
        async with self._database.read() as connection:
            return await read_question(connection, question_id)

    async def found(self, question_id: str) -> Question:
        """The question.

        Raises:
            NotFound: no such question; its session may have been erased.
        """
        question = await self.get(question_id)
        if question is None:
            raise NotFound("There is no such question.")
        return question

    async def of_session(self, session_id: str) -> tuple[Question, ...]:
        """All questions of a session, in the order in which they were decided."""
        statement = select(questions).where(questions.c.session_id == session_id).order_by(questions.c.id)
        async with self._database.read() as connection:
            return tuple(rows.question(row) for row in (await connection.execute(statement)).mappings())

    async def decide(
        self,
        session_id: str,
        decision: Decision,
        *,
        upto: int,
        snapshot: int,
        document: str,
        message: dict[str, Any] | None = None,
    ) -> RecordedDecision | None:
        """Store a decision about all snapshots up to `upto` and, when it asks, the question and its job.

        A question is about `snapshot`, which is of `document`. None when another process has
        decided as far at the same time, or a question is open. At a run, a save and in the closing
        round the last snapshot may be decided about again. `message` is stored as an event.
        """
        await self._jobs.ready()
        async with SessionWriter.open(self._database, session_id, self._clock()) as writer:
            if not is_due(writer, decision, upto):
                return None
            if decision.asked and await unsettled(writer.connection, session_id):
                return None
            question_id = None
            if decision.asked:
                question_id = await self._ask(writer, decision, snapshot=snapshot, document=document)
            recorded = await insert_decision(writer, decision, upto=upto, question_id=question_id)
            if message is not None:
                await writer.event(message)
            await writer.close()
        return recorded

    async def _ask(
        self,
        writer: SessionWriter,
        decision: Decision,
        *,
        snapshot: int,
        document: str,
        planned: Provenance | None = None,
    ) -> str:
        question_id = await insert_question(writer, decision, snapshot=snapshot, document=document, planned=planned)
        await self._enqueue(writer.connection, "ask", question_id)
        return question_id

    async def _enqueue(self, connection: AsyncConnection, kind: str, subject: str) -> None:
        await connection.run_sync(lambda sync: self._jobs.enqueue(sync, kind, subject))

    async def publish(
        self,
        question_id: str,
        draft: QuestionDraft,
        *,
        excerpt: str,
        retrieved: tuple[Passage, ...],
        message: dict[str, Any],
    ) -> bool:
        """Open the question: store its text, the interaction and the event. False when that was done before."""
        values = {
            "status": QuestionStatus.OPEN,
            "text": draft.text,
            "kind": draft.kind,
            "start_line": draft.start_line,
            "end_line": draft.end_line,
            "excerpt": excerpt,
            "expected": rows.plain(draft.expected),
            "slots": rows.plain(draft.slots) or None,
            "claims": rows.plain(draft.claims) or None,
            "retrieved": rows.plain(retrieved),
            "provenance": rows.plain(draft.provenance),
            "asked_at": self._clock(),
        }
        # The candidate may read the interaction: of slots it contains only what the message contains.
        recorded = {"question": draft.text, "kind": draft.kind}
        recorded |= {"slots": message["slots"]} if "slots" in message else {}
        return await self._settle(
            question_id,
            from_status=QuestionStatus.PENDING,
            values=values,
            kind=InteractionKind.QUESTION_ASKED,
            payload=recorded,
            message=message,
        )

    async def withdraw(self, question_id: str, *, reason: str, spent: Spending | None = None) -> bool:
        """Record that no question could be written. It does not count in the budget of questions."""
        return await self._settle(
            question_id,
            from_status=QuestionStatus.PENDING,
            values={"status": QuestionStatus.WITHDRAWN, "failure": reason},
            kind=InteractionKind.QUESTION_WITHDRAWN,
            payload=_with_spending({"reason": reason}, spent),
            message=None,
        )

    async def evaluated(
        self,
        question_id: str,
        evaluation: Evaluation,
        *,
        message: dict[str, Any],
        withheld: bool = False,
        follow_up: FollowUp | None = None,
    ) -> bool:
        """Store the evaluation, its interaction and event, and the question of the follow-up.

        The interaction contains what the candidate is told. `withheld`: there is no event until the
        report. False when it was done before.
        """
        if follow_up is not None:
            await self._jobs.ready()
        values = {
            "status": QuestionStatus.EVALUATED,
            "evaluation": rows.plain(evaluation),
            "score": evaluation.score,
            "needs_review": evaluation.needs_review,
        }
        return await self._settle(
            question_id,
            from_status=QuestionStatus.ANSWERED,
            values=values,
            kind=InteractionKind.EVALUATION,
            payload={
                "evaluation": message.get("evaluation", evaluation.text),
                "score": evaluation.score,
                "needs_review": evaluation.needs_review,
                **{name: message[name] for name in ("score_min", "score_max", "score_text") if name in message},
            },
            message=None if withheld else message,
            follow_up=follow_up,
        )

    async def failed(
        self,
        question_id: str,
        *,
        reason: str,
        message: dict[str, Any],
        withheld: bool = False,
        spent: Spending | None = None,
    ) -> bool:
        """Record that the answer could not be evaluated: a person has to. False when done before.

        The interaction contains what the candidate is told, the question has the reason; `withheld`
        as in `evaluated`.
        """
        return await self._settle(
            question_id,
            from_status=QuestionStatus.ANSWERED,
            values={"status": QuestionStatus.FAILED, "failure": reason, "needs_review": True},
            kind=InteractionKind.EVALUATION_FAILED,
            payload=_with_spending({"reason": message.get("reason", reason)}, spent),
            message=None if withheld else message,
        )

    async def _settle(
        self,
        question_id: str,
        *,
        from_status: QuestionStatus,
        values: dict[str, Any],
        kind: InteractionKind,
        payload: dict[str, Any],
        message: dict[str, Any] | None,
        follow_up: FollowUp | None = None,
    ) -> bool:
        async with self._database.read() as connection:
            session_id = await session_of(connection, question_id)
        if session_id is None:  # the session was erased
            return False
        async with SessionWriter.open(self._database, session_id, self._clock()) as writer:
            await self._jobs.guard(writer.connection)
            moved = await writer.connection.execute(
                update(questions).where(questions.c.id == question_id, questions.c.status == from_status).values(values)
            )
            if moved.rowcount == 0:
                return False
            id = question_id if kind is InteractionKind.QUESTION_ASKED else None
            await writer.interaction(kind, payload | {"interaction_id": question_id}, id=id)
            if message is not None:
                await writer.event(message)
            if kind is InteractionKind.QUESTION_WITHDRAWN:
                await take_back(writer, question_id)
            if follow_up is not None:
                await self._follow_up(writer, follow_up)
            if from_status is QuestionStatus.ANSWERED and writer.row["status"] == SessionStatus.FINISHING:
                await self._report_if_last(writer)
            await writer.close()
        return True

    async def _follow_up(self, writer: SessionWriter, follow_up: FollowUp) -> None:
        """Ask the follow-up, unless the session is no longer active or another question is open."""
        over = writer.row["status"] != SessionStatus.ACTIVE or writer.row["closing_until"] is not None
        if over or await unsettled(writer.connection, writer.session_id):
            return
        region, plan = follow_up.region, follow_up.plan
        decision = Decision(
            asked=True, rule=plan.kind, reason=plan.reason, start_line=region.start_line, end_line=region.end_line
        )
        planned = Provenance(examiner="", model="", version=__version__, plan=plan)
        await self._ask(writer, decision, snapshot=region.snapshot, document=region.document, planned=planned)

    async def _report_if_last(self, writer: SessionWriter) -> None:
        """Enqueue the report of a finishing session when this was the last evaluation."""
        connection = writer.connection
        if not await answers_under_way(connection, writer.session_id):
            await self._enqueue(connection, "report", await request_report(writer))


def _with_spending(payload: dict[str, Any], spent: Spending | None) -> dict[str, Any]:
    return payload | {"spent": spent.as_dict()} if spent and spent.tokens.total else payload
