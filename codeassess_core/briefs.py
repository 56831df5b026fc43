"""Reading together what a step has to know: situations, briefs, the material of a report.

Everything here only reads the record; what is decided with it is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import unified_diff
from typing import TYPE_CHECKING

from . import __version__, follow_ups, planning, scoring
from .costs import ANY, NO_LIMIT, Allowance, SpendingLimit
from .memory import Memory
from .model import (
    AssessmentSession,
    AssessmentSpec,
    Interaction,
    InteractionKind,
    Plan,
    Question,
    Region,
    SessionStatus,
    Snapshot,
    TriggerPolicy,
)
from .ports import EvaluationBrief, Opening, QuestionBrief, ReportBrief
from .reports.build import ReportMaterial
from .triggers import Paste, Situation

if TYPE_CHECKING:
    from .storage.decisions import Standing
    from .storage.record import Record

_DIFF_LINES = 80
_PASTES = 10  # the largest are looked at; a decision is no place for a hundred rebuilds
_DEFAULTS = TriggerPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What decides whether an answer is followed up, and where its code stands now."""

    situation: Situation
    policy: TriggerPolicy
    number: int  #: of the question that was answered, from 1
    region: Region


class Briefs:
    """Collects from the record and from memory; `limit` is on what a session may use of `model`."""

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
        self._policy = policy
        self._limit = limit
        self._model = model

    async def spec(self, session: AssessmentSession) -> AssessmentSpec | None:
        """The assessment that a session is about, in the version it began with."""
        if session.assessment_id is None:
            return None
        return await self._record.assessments.get(session.assessment_id, session.assessment_version)

    async def situations(self, session: AssessmentSession, now: datetime) -> list[tuple[Snapshot, Situation]]:
        """One situation for each document changed since the last decision, the newest change first."""
        spec = await self.spec(session)
        standing = await self._record.decisions.standing(session.id)
        latest = await self._record.snapshots.latest(session.id)
        return [
            (
                snapshot,
                replace(
                    _situation(session, spec, standing, snapshot, now),
                    base=base,
                    paste=await self._paste(snapshot, session.id, since=base_n),
                ),
            )
            for snapshot in reversed([s for s in latest if s.n > standing.decided_snapshot])
            for base_n, base in [await self._base(session.id, snapshot.document, spec)]
        ]

    async def _base(self, session_id: str, document: str, spec: AssessmentSpec | None) -> tuple[int, str]:
        """The code of `document` last asked about, with its snapshot number; at first the starter code, number 0."""
        n = await self._record.decisions.last_asked_about(session_id, document)
        if n is None:
            return 0, spec.starter_code if spec else ""
        return n, (await self._record.snapshots.get(session_id, n)).code

    async def _paste(self, snapshot: Snapshot, session_id: str, *, since: int) -> Paste | None:
        """The largest paste after snapshot `since` that is still there, at the lines where it stands now."""
        pastes = await self._record.decisions.pastes(session_id, after=since)
        for pasted in sorted(pastes, key=lambda p: p.start_line - p.end_line)[:_PASTES]:
            origin = await self._record.snapshots.get(session_id, pasted.snapshot)
            if origin.document != snapshot.document:
                continue
            block = origin.code.splitlines()[pasted.start_line - 1 : pasted.end_line]
            found = _find(block, snapshot.code.splitlines())
            if found is not None:
                return Paste(start_line=found + 1, end_line=found + len(block), lines=len(block))
        return None

    async def question(self, session: AssessmentSession, question: Question) -> QuestionBrief:
        """What the examiner is told when it writes `question`."""
        spec = await self.spec(session)
        snapshot = await self._record.snapshots.get(session.id, question.region.snapshot)
        everything = await self._record.questions.of_session(session.id)
        earlier = [q for q in everything if q.id < question.id and q.text]
        plan, follows = self._plan(session, spec, question, earlier, snapshot.code)
        before = [q.region.snapshot for q in earlier if q.region.document == question.region.document]
        previous = spec.starter_code if spec else ""
        if before:
            previous = (await self._record.snapshots.get(session.id, before[-1])).code
        return QuestionBrief(
            code=snapshot.code,
            previous=previous,
            document=question.region.document,
            language=session.language,
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
        spec: AssessmentSpec | None,
        question: Question,
        earlier: Sequence[Question],
        code: str,
    ) -> tuple[Plan, Opening | None]:
        """What was decided of the question already when it follows another one up, else what is drawn now."""
        decided = question.provenance.plan if question.provenance else None
        if decided is not None and decided.follows is not None:
            parent = next((q for q in earlier if q.id == decided.follows), None)
            return decided, follow_ups.opening(parent) if parent else None
        region = question.region
        kinds = [q.provenance.plan.kind for q in earlier if q.provenance and q.provenance.plan]
        plan = planning.plan(
            planning.Region(lines_of(code, region.start_line, region.end_line), code, question.rule),
            session=session.id,
            assessment=session.assessment_id,
            asked=kinds,
            most=policy_for(spec, self._policy).max_questions,
        )
        return plan, None

    async def _allowance(self, session_id: str, questions: Sequence[Question]) -> Allowance:
        """What the session may still use of the model."""
        if not self._limit.tokens and not self._limit.cost:
            return ANY
        return self._limit.left(self._limit.spent(questions, await self._in_vain(session_id)), self._model)

    async def _in_vain(self, session_id: str) -> tuple[Interaction, ...]:
        """The failed attempts, which say what they used."""
        kinds = (InteractionKind.EVALUATION_FAILED, InteractionKind.QUESTION_WITHDRAWN)
        return await self._record.sessions.interactions(session_id, limit=10_000, kinds=kinds)

    async def following(self, session: AssessmentSession, question: Question, now: datetime) -> Following | None:
        """All that decides whether the answer to `question` may be followed up; None when its code has gone."""
        spec = await self.spec(session)
        policy = policy_for(spec, self._policy)
        latest = await self._record.snapshots.latest(session.id)
        snapshot = next((s for s in latest if s.document == question.region.document), None)
        at = _find(question.excerpt.splitlines(), snapshot.code.splitlines()) if snapshot else None
        if snapshot is None or at is None:
            return None
        standing = await self._record.decisions.standing(session.id)
        asked = [q.id for q in await self._record.questions.of_session(session.id) if q.text]
        end = at + len(question.excerpt.splitlines())
        return Following(
            situation=_situation(session, spec, standing, snapshot, now),
            policy=policy,
            number=asked.index(question.id) + 1,
            region=Region(document=snapshot.document, snapshot=snapshot.n, start_line=at + 1, end_line=end),
        )

    async def evaluation(self, session: AssessmentSession, question: Question) -> EvaluationBrief:
        """What the examiner is told when it evaluates the response to `question`."""
        spec = await self.spec(session)
        snapshot = await self._record.snapshots.get(session.id, question.region.snapshot)
        return EvaluationBrief(
            question=question.text,
            kind=question.kind,
            answer=question.response or "",
            code=snapshot.code,
            excerpt=question.excerpt,
            language=session.language,
            rubric=(spec.rubric if spec else ()) or scoring.DEFAULT_RUBRIC,
            expected=question.expected,
            instructions=spec.instructions if spec else "",
            history=await self._memory.recall(session.id),
            passages=await self._memory.passages(session, f"{question.text}\n{question.excerpt}"),
            allowance=await self._allowance(session.id, await self._record.questions.of_session(session.id)),
        )

    async def report(self, session_id: str, now: datetime) -> tuple[ReportMaterial, ReportBrief]:
        """All that a report is made of, and what the examiner is told of it."""
        # The report ends the session: it is written as of that moment.
        session = replace(await self._record.sessions.get(session_id), status=SessionStatus.ENDED, ended_at=now)
        documents = await self._record.snapshots.latest(session_id)
        questions = await self._record.questions.of_session(session_id)
        material = ReportMaterial(
            session=session,
            assessment=await self.spec(session),
            questions=questions,
            limit=self._limit,
            decisions=await self._record.decisions.of_session(session_id),
            interactions=await self._record.sessions.interactions(session_id, limit=session.interaction_count),
            documents=documents,
            final=documents[-1] if documents else None,
            sizes=await self._record.snapshots.sizes(session_id),
            generated_at=now,
            server_version=__version__,
        )
        brief = ReportBrief(
            final_code=material.final.code if material.final else "",
            language=session.language,
            instructions=material.assessment.instructions if material.assessment else "",
            questions=tuple(q for q in material.questions if q.text),
            allowance=await self._allowance(session_id, questions),
        )
        return material, brief


def policy_for(spec: AssessmentSpec | None, policy: TriggerPolicy) -> TriggerPolicy:
    """The policy in force: the server's, overridden by what the assessment sets."""
    return replace(policy, **spec.policy) if spec else policy  # type: ignore[arg-type]


def lines_of(code: str, start: int, end: int) -> str:
    """Lines `start` to `end` of `code`, from 1, both included."""
    return "\n".join(code.splitlines()[start - 1 : end])


def changed_text(before: str, after: str) -> str:
    """The changed lines, for retrieval; bounded, because difflib is slow on hostile input."""
    diff = unified_diff(before.splitlines()[-1_000:], after.splitlines()[-1_000:], lineterm="", n=0)
    changed = [line for line in diff if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(changed[:_DIFF_LINES])


def _situation(
    session: AssessmentSession, spec: AssessmentSpec | None, standing: Standing, snapshot: Snapshot, now: datetime
) -> Situation:
    """How things stand with a snapshot, not yet compared with any code of before."""
    return Situation(
        now=now,
        code=snapshot.code,
        base="",
        language=session.language,
        last_question_at=standing.last_question_at,
        last_deferred_at=standing.last_deferred_at,
        question_open=standing.question_open,
        questions_asked=standing.questions_asked,
        paste=None,
        closing=session.status is not SessionStatus.ACTIVE,
        time_left=_time_left(session, spec, now),
    )


def _time_left(session: AssessmentSession, spec: AssessmentSpec | None, now: datetime) -> float | None:
    if spec is None or spec.time_limit is None:
        return None
    return spec.time_limit - (now - session.created_at).total_seconds()


def _find(block: list[str], lines: list[str]) -> int | None:
    """Where `block` stands in `lines`, or None."""
    starts = (i for i, line in enumerate(lines) if block and line == block[0])
    return next((i for i in starts if lines[i : i + len(block)] == block), None)
