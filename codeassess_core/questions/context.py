"""What an examiner is told: the briefs of a question, an evaluation and a report, read from the record and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from difflib import unified_diff
from typing import TYPE_CHECKING

from .. import __version__, scoring
from ..answers.slots import said
from ..costs.budget import ANY, NO_LIMIT, Allowance, SpendingLimit
from ..documents.lines import split_lines, unified
from ..memory import Memory
from ..model import (
    MAIN_DOCUMENT,
    AssessmentSession,
    AssessmentSpec,
    Feedback,
    Interaction,
    InteractionKind,
    Plan,
    Question,
    SessionStatus,
    TriggerPolicy,
)
from ..ports import EvaluationBrief, Opening, QuestionBrief, QuestionDraft, ReportBrief
from ..reports.build import ReportMaterial
from . import follow_ups, planning
from .baselines import Baselines
from .situations import policy_for

if TYPE_CHECKING:
    from ..storage.record import Record

_DIFF_LINES = 80
_DEFAULTS = TriggerPolicy()


class Briefs:
    """Reads the record and the memory. `limit` bounds what one session may use of `model`."""

    def __init__(
        self,
        *,
        record: Record,
        memory: Memory,
        policy: TriggerPolicy = _DEFAULTS,
        limit: SpendingLimit = NO_LIMIT,
        model: str = "offline",
    ) -> None:
        self._record = record
        self._memory = memory
        self._baselines = Baselines(record)
        self._policy = policy
        self._limit = limit
        self._model = model

    async def feedback(self, session: AssessmentSession) -> Feedback:
        """What the candidate is told of evaluations before the end of the session."""
        spec = await self._record.assessments.of_session(session)
        return spec.feedback if spec else Feedback.COVERED

    async def question(self, session: AssessmentSession, question: Question) -> QuestionBrief:
        """What the examiner is told when it writes `question`."""
        spec = await self._record.assessments.of_session(session)
        snapshot = await self._record.snapshots.get(session.id, question.region.snapshot)
        everything = await self._record.questions.of_session(session.id)
        earlier = [q for q in everything if q.id < question.id and q.text]
        plan, follows = self._plan(session, question, spec=spec, earlier=earlier, code=snapshot.code)
        asked = [(q.region.document, q.region.snapshot) for q in earlier]
        names = await self._record.snapshots.names(session.id)
        _, previous = await self._baselines.among(session.id, snapshot, spec, asked=asked, names=names)
        return QuestionBrief(
            code=snapshot.code,
            previous=previous,
            document=question.region.document,
            language=snapshot.language or session.language,
            region=question.region,
            rule=question.rule,
            instructions=spec.instructions if spec else "",
            history=await self._memory.recall(session.id),
            passages=await self._memory.passages(session, changed_text(previous, snapshot.code)),
            asked=tuple(q.text for q in earlier),
            plan=plan,
            opening=follows,
            allowance=await self._allowance(session.id, everything),
        )

    def _plan(
        self,
        session: AssessmentSession,
        question: Question,
        *,
        spec: AssessmentSpec | None,
        earlier: Sequence[Question],
        code: str,
    ) -> tuple[Plan, Opening | None]:
        """The plan that a follow-up was decided with, and what it follows; for another question a new plan."""
        decided = question.provenance.plan if question.provenance else None
        if decided is not None and decided.follows is not None:
            parent = next((q for q in earlier if q.id == decided.follows), None)
            return decided, follow_ups.opening(parent) if parent else None
        region = question.region
        kinds = [q.provenance.plan.kind for q in earlier if q.provenance and q.provenance.plan]
        plan = planning.plan(
            planning.Region(lines_of(code, region.start_line, region.end_line), unified(code), question.rule),
            session=session.id,
            assessment=session.assessment_id,
            asked=kinds,
            most=policy_for(spec, self._policy).max_questions,
            kinds=spec.question_kinds if spec else (),
            fixed=spec.difficulty if spec else None,
        )
        return plan, None

    async def _allowance(self, session_id: str, questions: Sequence[Question]) -> Allowance:
        """What the session may still use of the model."""
        if not self._limit.tokens and not self._limit.cost:
            return ANY
        return self._limit.left(self._limit.spent(questions, await self._failed_attempts(session_id)), self._model)

    async def _failed_attempts(self, session_id: str) -> tuple[Interaction, ...]:
        """The failed attempts: their payloads say what they used."""
        kinds = (InteractionKind.EVALUATION_FAILED, InteractionKind.QUESTION_WITHDRAWN)
        return await self._record.sessions.interactions(session_id, limit=10_000, kinds=kinds)

    async def code_now(self, question: Question, *, default: str) -> str:
        """The code of the question's document as it is now; `default` when there is no such document any more."""
        latest = await self._record.snapshots.latest(question.session_id)
        return next((s.code for s in latest if s.document == question.region.document), default)

    async def evaluation(self, session: AssessmentSession, question: Question) -> EvaluationBrief:
        """What the examiner is told when it evaluates the response to `question`."""
        spec = await self._record.assessments.of_session(session)
        snapshot = await self._record.snapshots.get(session.id, question.region.snapshot)
        return EvaluationBrief(
            question=question.text,
            kind=question.kind,
            answer=said(question.response or "", question.slot_answers),
            slots=question.slots,
            code=snapshot.code,
            excerpt=question.excerpt,
            document=question.region.document,
            language=snapshot.language or session.language,
            rubric=(spec.rubric if spec else ()) or scoring.DEFAULT_RUBRIC,
            expected=question.expected,
            instructions=spec.instructions if spec else "",
            history=await self._memory.recall(session.id),
            passages=await self._memory.passages(session, f"{question.text}\n{question.excerpt}"),
            allowance=await self._allowance(session.id, await self._record.questions.of_session(session.id)),
        )

    async def report(self, session_id: str, now: datetime) -> tuple[ReportMaterial, ReportBrief]:
        """The material of a report, and what the examiner is told."""
        # The report ends the session: it describes the session as ended.
        session = replace(await self._record.sessions.get(session_id), status=SessionStatus.ENDED, ended_at=now)
        documents = await self._record.snapshots.latest(session_id)
        questions = await self._record.questions.of_session(session_id)
        material = ReportMaterial(
            session=session,
            assessment=await self._record.assessments.of_session(session),
            questions=questions,
            limit=self._limit,
            decisions=await self._record.decisions.of_session(session_id),
            interactions=await self._record.sessions.interactions(session_id, limit=session.interaction_count),
            documents=documents,
            attempts=await self._record.sessions.attempts(session),
            final=documents[-1] if documents else None,
            sizes=await self._record.snapshots.sizes(session_id),
            generated_at=now,
            server_version=__version__,
        )
        return material, _report_brief(material, await self._allowance(session_id, questions))


def _report_brief(material: ReportMaterial, allowance: Allowance) -> ReportBrief:
    final, spec = material.final, material.assessment
    return ReportBrief(
        final_code=final.code if final else "",
        document=final.document if final else MAIN_DOCUMENT,
        language=(final.language if final else None) or material.session.language,
        instructions=spec.instructions if spec else "",
        questions=tuple(q for q in material.questions if q.text),
        allowance=allowance,
    )


def drafted(question: Question, draft: QuestionDraft) -> Question:
    """The question with what the examiner wrote."""
    region = replace(question.region, start_line=draft.start_line, end_line=draft.end_line)
    return replace(question, text=draft.text, kind=draft.kind, region=region, slots=draft.slots)


def lines_of(code: str, start: int, end: int) -> str:
    """Lines `start` to `end` of `code`, from 1, both included."""
    return "\n".join(split_lines(code)[start - 1 : end])


def changed_text(before: str, after: str) -> str:
    """The changed lines, for retrieval; bounded, because difflib is slow on hostile input."""
    diff = unified_diff(split_lines(before)[-1_000:], split_lines(after)[-1_000:], lineterm="", n=0)
    changed = [line for line in diff if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(changed[:_DIFF_LINES])
