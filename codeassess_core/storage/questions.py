"""Questions: decided, asked, answered, evaluated.

Each step is a compare-and-set on the question's status under the session's lock, so a
job that runs twice stores its result once: the second finds the status moved on and
returns None.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .. import __version__
from ..clock import Clock, new_id
from ..costs import Spending
from ..follow_ups import FollowUp
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
from . import rows
from .database import Database
from .decisions import unsettled
from .ledger import Ledger
from .reports import request_report
from .tables import decisions, questions


class Questions:
    """The questions of all sessions, and the decisions that led to them or did not."""

    def __init__(self, database: Database, *, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def get(self, question_id: str) -> Question | None:
        """The question, or None."""
        async with self._database.read() as connection:
            return await read_question(connection, question_id)

    async def of_session(self, session_id: str) -> tuple[Question, ...]:
        """All questions of a session, in the order in which they were decided."""
        statement = select(questions).where(questions.c.session_id == session_id).order_by(questions.c.id)
        async with self._database.read() as connection:
            return tuple(rows.question(row) for row in (await connection.execute(statement)).mappings())

    async def decide(
        self, session_id: str, decision: Decision, *, upto: int, snapshot: int, document: str
    ) -> RecordedDecision | None:
        """Store a decision about all snapshots up to `upto` and, when it asks, the question and its job.

        A question is about `snapshot`, which is of `document`. None when the session has
        been decided that far meanwhile, by another process, or a question is open.
        """
        await self._jobs.ready()
        now = self._clock()
        async with self._database.write() as connection:
            ledger = await Ledger.lock(connection, session_id, now)
            if ledger.row["decided_snapshot"] >= upto or ledger.row["status"] != SessionStatus.ACTIVE:
                return None
            if decision.asked and await unsettled(connection, session_id):
                return None
            question_id = await self._ask(ledger, decision, snapshot, document) if decision.asked else None
            await connection.execute(
                insert(decisions).values(
                    session_id=session_id,
                    tenant=ledger.row["tenant"],
                    snapshot=upto,
                    question_id=question_id,
                    created_at=now,
                    **rows.plain(decision),
                )
            )
            ledger.row["decided_snapshot"] = upto
            ledger.row["undecided_since"] = None if ledger.row["snapshot_count"] == upto else now
            await ledger.close()
        return RecordedDecision(snapshot=upto, decision=decision, question_id=question_id, created_at=now)

    async def _ask(
        self, ledger: Ledger, decision: Decision, snapshot: int, document: str, *, planned: Provenance | None = None
    ) -> str:
        question_id = new_id()
        ledger.row["question_count"] += 1
        ledger.row["last_question_at"] = ledger.now
        await ledger.connection.execute(
            insert(questions).values(
                id=question_id,
                tenant=ledger.row["tenant"],
                session_id=ledger.session_id,
                status=QuestionStatus.PENDING,
                rule=decision.rule,
                document=document,
                snapshot=snapshot,
                start_line=decision.start_line or 1,
                end_line=decision.end_line or decision.start_line or 1,
                provenance=rows.plain(planned) if planned else None,
                created_at=ledger.now,
            )
        )
        await self._enqueue(ledger.connection, "ask", question_id)
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
            "retrieved": rows.plain(retrieved),
            "provenance": rows.plain(draft.provenance),
            "asked_at": self._clock(),
        }
        recorded = {"question": draft.text, "kind": draft.kind}
        return await self._settle(
            question_id,
            frm=QuestionStatus.PENDING,
            values=values,
            kind=InteractionKind.QUESTION_ASKED,
            payload=recorded,
            message=message,
        )

    async def withdraw(self, question_id: str, *, reason: str, spent: Spending | None = None) -> bool:
        """No question could be written: say so in the record. The budget gets it back."""
        return await self._settle(
            question_id,
            frm=QuestionStatus.PENDING,
            values={"status": QuestionStatus.WITHDRAWN, "failure": reason},
            kind=InteractionKind.QUESTION_WITHDRAWN,
            payload=_with_spending({"reason": reason}, spent),
            message=None,
        )

    async def evaluated(
        self, question_id: str, evaluation: Evaluation, *, message: dict[str, Any], follow_up: FollowUp | None = None
    ) -> bool:
        """Store the evaluation on the question, the interaction and the event, and the follow-up that is to be asked.

        The interaction says what the candidate was told. False when it was done before.
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
            frm=QuestionStatus.ANSWERED,
            values=values,
            kind=InteractionKind.EVALUATION,
            payload={
                "evaluation": message.get("evaluation", evaluation.text),
                "score": evaluation.score,
                "needs_review": evaluation.needs_review,
            },
            message=message,
            follow_up=follow_up,
        )

    async def failed(
        self, question_id: str, *, reason: str, message: dict[str, Any], spent: Spending | None = None
    ) -> bool:
        """The answer could not be evaluated: a task for a person. False when done before.

        The interaction says what the candidate was told, the question why.
        """
        return await self._settle(
            question_id,
            frm=QuestionStatus.ANSWERED,
            values={"status": QuestionStatus.FAILED, "failure": reason, "needs_review": True},
            kind=InteractionKind.EVALUATION_FAILED,
            payload=_with_spending({"reason": message.get("reason", reason)}, spent),
            message=message,
        )

    async def _settle(
        self,
        question_id: str,
        *,
        frm: QuestionStatus,
        values: dict[str, Any],
        kind: InteractionKind,
        payload: dict[str, Any],
        message: dict[str, Any] | None,
        follow_up: FollowUp | None = None,
    ) -> bool:
        async with self._database.write() as connection:
            session_id = await connection.scalar(select(questions.c.session_id).where(questions.c.id == question_id))
            if session_id is None:  # erased meanwhile
                return False
            ledger = await Ledger.lock(connection, session_id, self._clock())
            moved = await connection.execute(
                update(questions).where(questions.c.id == question_id, questions.c.status == frm).values(values)
            )
            if moved.rowcount == 0:
                return False
            asked = kind is InteractionKind.QUESTION_ASKED
            await ledger.interaction(kind, payload | {"interaction_id": question_id}, id=question_id if asked else None)
            if message is not None:
                await ledger.event(message)
            if kind is InteractionKind.QUESTION_WITHDRAWN:
                ledger.row["question_count"] -= 1
            if follow_up is not None:
                await self._follow_up(ledger, follow_up)
            if frm is QuestionStatus.ANSWERED and ledger.row["status"] == SessionStatus.FINISHING:
                await self._report_if_last(ledger)
            await ledger.close()
        return True

    async def _follow_up(self, ledger: Ledger, follow_up: FollowUp) -> None:
        """Ask it, unless the session has moved on meanwhile: one question at a time."""
        over = ledger.row["status"] != SessionStatus.ACTIVE
        if over or await unsettled(ledger.connection, ledger.session_id):
            return
        region, plan = follow_up.region, follow_up.plan
        decision = Decision(
            asked=True, rule=plan.kind, reason=plan.reason, start_line=region.start_line, end_line=region.end_line
        )
        planned = Provenance(examiner="", model="", version=__version__, plan=plan)
        await self._ask(ledger, decision, region.snapshot, region.document, planned=planned)

    async def _report_if_last(self, ledger: Ledger) -> None:
        """The session was finished while this answer was being evaluated: the last evaluation starts the report."""
        connection = ledger.connection
        if not await answers_under_way(connection, ledger.session_id):
            await self._enqueue(connection, "report", await request_report(ledger))


def _with_spending(payload: dict[str, Any], spent: Spending | None) -> dict[str, Any]:
    return payload | {"spent": spent.as_dict()} if spent and spent.tokens.total else payload


async def answers_under_way(connection: AsyncConnection, session_id: str) -> bool:
    """Is any answer of the session still being evaluated?"""
    statement = select(questions.c.id).where(
        questions.c.session_id == session_id, questions.c.status == QuestionStatus.ANSWERED
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def read_question(connection: AsyncConnection, question_id: str) -> Question | None:
    """The question, or None, inside the caller's transaction."""
    found = await connection.execute(select(questions).where(questions.c.id == question_id))
    row = found.mappings().one_or_none()
    return rows.question(row) if row else None
