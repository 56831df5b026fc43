"""The story of codeassess, from the first keystroke to the report. Read it from top to bottom.

::

    editor ─► messages.parse ─► receive   1 record    snapshot and interaction, committed, then acknowledged
                                decide    2 decide    a pause: ask or not, stored with the reason
                                ask       3 ask       a question about the code just written
                                evaluate  4 evaluate  the response, with evidence and a score
                                report    5 report    everything, as one immutable version
    grader ─► REST ─►           review    6 review    a person decides on a score: the next version

`receive` is called by a face and never waits for a model. `decide` is called when the
candidate pauses. `ask`, `evaluate` and `report` are durable jobs: they may run twice,
and their results are stored once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, assert_never

from . import follow_ups, scoring
from .briefs import Briefs, lines_of, policy_for
from .clock import Clock, new_id
from .costs import NO_LIMIT, Spending, SpendingLimit
from .entries import CodeEntry, Letter, Receipt, ReviewEntry
from .errors import ExaminerError, InvalidInput
from .identity import Principal
from .memory import Memory
from .messages import (
    Activity,
    ClientMessage,
    CodeUpdate,
    DeferQuestion,
    EvaluationFailed,
    EvaluationResult,
    Finish,
    Hello,
    QuestionMessage,
    ReportReady,
    ResponseSubmitted,
    SessionState,
    dump,
    edits_of,
)
from .model import (
    AssessmentSession,
    Evaluation,
    Interaction,
    InteractionKind,
    Mode,
    Question,
    QuestionStatus,
    Review,
    SessionStatus,
    TriggerPolicy,
    Turn,
)
from .ports import EvaluationBrief, EvaluationDraft, Examiner
from .reports.build import report_body
from .reports.reviewed import reviewed_body
from .triggers import against_follow_up, decide

if TYPE_CHECKING:
    from .storage.record import Record


_NOT_EVALUATED = "The examiner gave no usable evaluation."


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a new session is to be."""

    assessment_id: str | None = None
    language: str | None = None
    idempotency_key: str | None = None


class Assessment:
    """The one core behind every face (`wiring.open_core` makes it).

    `on_snapshot(session_id, received_at)` is called after each stored snapshot,
    `on_event(session_id)` after each stored event.
    """

    def __init__(
        self,
        *,
        record: Record,
        examiner: Examiner,
        memory: Memory,
        policy: TriggerPolicy,
        mode: Mode,
        clock: Clock,
        on_snapshot: Callable[[str, datetime], None],
        on_event: Callable[[str], None],
        limit: SpendingLimit = NO_LIMIT,
        model: str = "offline",
    ) -> None:
        self.record = record
        self._examiner = examiner
        self._memory = memory
        self._briefs = Briefs(record=record, memory=memory, policy=policy, limit=limit, model=model)
        self._policy = policy
        self._mode = mode
        self._clock = clock
        self._on_snapshot = on_snapshot
        self._on_event = on_event

    # 0 ── begin

    async def begin(self, candidate: Principal, beginning: Beginning) -> AssessmentSession:
        """Start a session for `candidate`. With an idempotency key, the same request gives the same session.

        Raises:
            NotFound: no such assessment.
            IdempotencyConflict: the key was used with another request.
        """
        wanted = beginning.assessment_id
        spec = await self.record.assessments.get(wanted) if wanted is not None else None
        session = AssessmentSession(
            id=new_id(),
            tenant=candidate.tenant,
            owner=candidate.name,
            assessment_id=spec.id if spec else None,
            assessment_version=spec.version if spec else None,
            language=beginning.language or (spec.language if spec else "python"),
            mode=self._mode,
            created_at=self._clock(),
            epoch=new_id(),
        )
        digest = hashlib.sha256(repr((beginning.assessment_id, beginning.language)).encode()).hexdigest()
        return await self.record.sessions.begin(session, idempotency_key=beginning.idempotency_key, digest=digest)

    async def consent(self, session_id: str, statement: str) -> tuple[Interaction, bool]:
        """Record that the candidate agreed to `statement`: the interaction, and whether it is new.

        Raises:
            NotFound, SessionEnded: no such session, or it takes nothing new.
        """
        payload = {"kind": "consent", "detail": {"text": statement}}
        return await self.record.inbox.consent(_letter(session_id, InteractionKind.ACTIVITY, payload, None))

    async def terms(self, session: AssessmentSession) -> TriggerPolicy:
        """When and how often questions are asked in this session."""
        return policy_for(await self._briefs.spec(session), self._policy)

    # 1 ── record

    async def receive(self, session_id: str, message: ClientMessage) -> Receipt:
        """Record what a candidate sent; on return it is stored durably and may be acknowledged.

        Raises:
            NotFound, SessionEnded, SequenceGap, SequenceConflict, QuestionNotOpen, HashMismatch:
                it was not applied; the class says why.
            StoreUnavailable: it may not be stored; the client sends it again.
        """
        payload: dict[str, Any]
        match message:
            case CodeUpdate():
                return await self._record_code(session_id, message)
            case ResponseSubmitted(interaction_id=interaction_id, response=response):
                payload = {"interaction_id": interaction_id, "response": response}
                letter = _letter(session_id, InteractionKind.RESPONSE_RECEIVED, payload, message.seq)
                receipt = await self.record.inbox.respond(letter)
                turn = Turn(role="human", kind="response", interaction_id=interaction_id, text=response)
                await self._memory.remember(session_id, turn)
                return receipt
            case DeferQuestion(interaction_id=interaction_id):
                payload = {"interaction_id": interaction_id}
                letter = _letter(session_id, InteractionKind.QUESTION_DEFERRED, payload, message.seq)
                return await self.record.inbox.defer(letter)
            case Activity(kind=kind, detail=detail):
                payload = {"kind": kind, "detail": detail} if detail else {"kind": kind}
                return await self.record.inbox.note(_letter(session_id, InteractionKind.ACTIVITY, payload, message.seq))
            case Finish():
                return await self.finish(session_id, client_seq=message.seq)
            case Hello():
                raise InvalidInput("hello is only valid as the first message.", field="message_type")
        assert_never(message)

    async def _record_code(self, session_id: str, update: CodeUpdate) -> Receipt:
        entry = CodeEntry(
            session_id=session_id,
            document=update.document.uri,
            code=update.code,
            edits=edits_of(update),
            sha256=update.sha256,
            cause=update.cause,
            client_seq=update.seq,
            received_at=self._clock(),
        )
        receipt = await self.record.recorder.record(entry)
        if not receipt.known:
            self._on_snapshot(session_id, entry.received_at)
        return receipt

    # 2 ── decide

    async def decide(self, session_id: str) -> None:
        """Take the decision that is due: the first document that is worth asking about, else why none is."""
        session = await self.record.sessions.get(session_id)
        situations = await self._briefs.situations(session, self._clock())
        if not situations:
            return
        policy = await self.terms(session)
        decided = [(snapshot, decide(situation, policy)) for snapshot, situation in situations]
        snapshot, decision = next((d for d in decided if d[1].asked), decided[0])
        await self.record.questions.decide(
            session_id, decision, upto=situations[0][0].n, snapshot=snapshot.n, document=snapshot.document
        )

    # 3 ── ask

    async def ask(self, question_id: str) -> None:
        """Have the question written, checked, stored and sent; withdrawn, with the reason, when none can be."""
        question = await self.record.questions.get(question_id)
        if question is None or question.status is not QuestionStatus.PENDING:
            return
        session = await self.record.sessions.get(question.session_id)
        brief = await self._briefs.question(session, question)
        try:
            draft = await self._examiner.ask(brief)
        except ExaminerError as problem:
            await self.record.questions.withdraw(question_id, reason=problem.message, spent=problem.spent)
            return
        message = QuestionMessage(
            interaction_id=question_id,
            question=draft.text,
            kind=draft.kind,
            document=question.region.document,
            snapshot=question.region.snapshot,
            start_line=draft.start_line,
            end_line=draft.end_line,
        )
        stored = await self.record.questions.publish(
            question_id,
            draft,
            excerpt=lines_of(brief.code, draft.start_line, draft.end_line),
            retrieved=brief.passages,
            message=dump(message),
        )
        if stored:
            self._on_event(session.id)
            turn = Turn(role="ai", kind="question", interaction_id=question_id, text=draft.text)
            await self._memory.remember(session.id, turn)

    # 4 ── evaluate

    async def evaluate(self, question_id: str) -> None:
        """Have the response evaluated, scored in code, stored and sent; else a person will: no default score."""
        question = await self.record.questions.get(question_id)
        if question is None or question.status is not QuestionStatus.ANSWERED:
            return
        session = await self.record.sessions.get(question.session_id)
        brief = await self._briefs.evaluation(session, question)
        try:
            draft = await self._examiner.evaluate(brief)
        except ExaminerError as problem:
            await self.give_up(question_id, problem.message, spent=problem.spent)
            return
        evaluation = self._evaluation(draft, brief)
        follow_up = await self._follow_up(session, question, evaluation)
        message = EvaluationResult(
            interaction_id=question_id,
            evaluation=follow_ups.SHOWN if follow_up else evaluation.text,
            score=evaluation.score,
            needs_review=True if evaluation.needs_review else None,
        )
        if await self.record.questions.evaluated(question_id, evaluation, message=dump(message), follow_up=follow_up):
            self._on_event(session.id)
            turn = Turn(role="ai", kind="evaluation", interaction_id=question_id, text=evaluation.text)
            await self._memory.remember(session.id, turn)
            await self._memory.shelve(question, evaluation)

    def _evaluation(self, draft: EvaluationDraft, brief: EvaluationBrief) -> Evaluation:
        """The draft with its quotes looked up and its score computed."""
        scored = scoring.scored(
            draft.criteria, brief.answer, brief.code, confidence=draft.confidence, flags=draft.flags
        )
        return Evaluation(
            text=draft.text,
            score=scored.score,
            confidence=draft.confidence,
            needs_review=scored.needs_review,
            criteria=scored.criteria,
            flags=draft.flags,
            provenance=draft.provenance,
            evaluated_at=self._clock(),
        )

    async def _follow_up(
        self, session: AssessmentSession, question: Question, evaluation: Evaluation
    ) -> follow_ups.FollowUp | None:
        """The follow-up that the answer calls for, if it left one thing open and nothing speaks against asking."""
        if follow_ups.left_open(question, evaluation) is None:
            return None
        now = await self._briefs.following(session, question, self._clock())
        if now is None or against_follow_up(now.situation, now.policy) is not None:
            return None
        plan = follow_ups.plan_after(question, evaluation, number=now.number, most=now.policy.max_questions)
        return follow_ups.FollowUp(region=now.region, plan=plan)

    async def give_up(self, question_id: str, reason: str, *, spent: Spending | None = None) -> None:
        """No evaluation can be had: a person will evaluate, and is told the `reason`, which the candidate is not."""
        question = await self.record.questions.get(question_id)
        message = EvaluationFailed(interaction_id=question_id, reason=_NOT_EVALUATED)
        if question and await self.record.questions.failed(
            question_id, reason=reason, message=dump(message), spent=spent
        ):
            self._on_event(question.session_id)

    # 5 ── report

    async def finish(self, session_id: str, *, client_seq: int | None = None) -> Receipt:
        """Take no more messages; the report is written once no answer is being evaluated. Idempotent."""
        letter = _letter(session_id, InteractionKind.FINISH, {}, client_seq)
        message = SessionState(status=SessionStatus.FINISHING)
        receipt = await self.record.inbox.finish(letter, message=dump(message))
        self._on_event(session_id)
        return receipt

    async def report(self, report_id: str) -> None:
        """Write the report from everything that is stored, store it as an immutable version and say so."""
        session_id = await self.record.reports.session_of(report_id)
        if session_id is None:
            return
        material, brief = await self._briefs.report(session_id, self._clock())
        body = report_body(material, await self._examiner.summarize(brief))
        message = ReportReady(session_id=session_id)
        if await self.record.reports.publish(report_id, body, message=dump(message)):
            self._on_event(session_id)

    # 6 ── review

    async def review(self, entry: ReviewEntry) -> Review:
        """Store what a person decided about one response, and the next version of the report with it.

        Raises:
            ReportNotReady, NotFound, InvalidInput, IdempotencyConflict: the class says why not.
        """
        return await self.record.reviews.add(entry, revise=reviewed_body)

    # ∞ ── forget

    async def forget(self, session_id: str, principal: Principal) -> None:
        """Erase a session in every store. SQL last: while it knows the session, the erasure can be repeated.

        Raises:
            NotFound: no such session.
            StoreUnavailable: a store is away; call again.
        """
        await self.record.sessions.get(session_id)
        await self._memory.forget(session_id)
        await self.record.sessions.erase(session_id, principal=principal.name)
        await self._memory.sweep(session_id)


def _letter(session_id: str, kind: InteractionKind, payload: dict[str, Any], client_seq: int | None) -> Letter:
    return Letter(session_id=session_id, kind=kind, payload=payload, client_seq=client_seq)
