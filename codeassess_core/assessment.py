"""The story of codeassess, from the first keystroke to the report; read it from top to bottom.

::

    editor ─► messages.parse ─► receive   1 record    snapshot and interaction, committed, then acknowledged
                                decide    2 decide    a pause: ask or not, stored with the reason
                                ask       3 ask       a question about the code just written
                                evaluate  4 evaluate  the response, with evidence and a score
                                report    5 report    everything, as one immutable version
    grader ─► REST ─►           review    6 review    a person decides on a score: the next version
    candidate ─► REST ─►        contest               a score is contested: a grader has to review it

A face calls `receive`, which never waits for a model. `decide` is called when the candidate
pauses. `ask`, `evaluate` and `report` are durable jobs: they may run twice, and their results
are stored once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from .answers.candidate_view import evaluation_message, failure_message, withheld_messages
from .answers.evaluations import evaluation_of
from .answers.reviewed_answers import ReviewedAnswers
from .answers.slots import said
from .clock import Clock
from .costs.budget import Spending
from .documents.notebooks import as_written
from .errors import ExaminerError, InvalidInput
from .identity import Principal
from .jobs.deadline import note_waited
from .limits import NO_LIMITS, Limits
from .live.actions import MOMENTS
from .live.integrity import IntegritySignals
from .live.messages import (
    Activity,
    ClientMessage,
    CodeUpdate,
    DeferQuestion,
    Finish,
    Hello,
    ReportReady,
    ResponseSubmitted,
    dump,
    question_message,
)
from .live.recording import UpdateRecording
from .memory import Memory, evaluation_turn, question_turn, response_turn
from .model import AssessmentSession, Contest, Feedback, Mode, Moment, QuestionStatus, Review, SessionStatus
from .new_session import Beginnings, SessionRequest
from .ports import DecisionTimer, Examiner, Recheck
from .questions.closing_round import ClosingRounds
from .questions.context import Briefs, drafted, lines_of
from .questions.situations import Situations
from .reports.build import report_body
from .reports.reviewed import reviewed_body
from .storage.entries import ClientAction, ContestEntry, Receipt, ReviewEntry
from .triggers import decide

if TYPE_CHECKING:
    from .storage.record import Record


class Assessment:
    """The one core behind every face; `wiring.Core` puts it together.

    `timer` calls `decide` when a decision is due. `on_event(session_id)` is called after each stored
    event, and after an erasure.
    """

    def __init__(
        self,
        *,
        record: Record,
        examiner: Examiner,
        recheck: Recheck,
        memory: Memory,
        reviewed: ReviewedAnswers,
        situations: Situations,
        briefs: Briefs,
        timer: DecisionTimer,
        on_event: Callable[[str], None],
        mode: Mode,
        clock: Clock,
        limits: Limits = NO_LIMITS,
    ) -> None:
        self.record = record
        self.timer = timer
        self.closing = ClosingRounds(record=record, situations=situations, clock=clock, finish=self.finish)
        self._examiner = examiner
        self._recheck = recheck
        self._memory = memory
        self._reviewed = reviewed
        self.situations = situations
        self._briefs = briefs
        self._on_event = on_event
        self._beginnings = Beginnings(record, mode=mode, clock=clock, limits=limits)
        self._signals = IntegritySignals(record)
        self.updates = UpdateRecording(record, self._signals, timer, clock=clock)
        self._clock = clock

    # 0 ── begin

    async def begin(self, candidate: Principal, request: SessionRequest) -> AssessmentSession:
        """Start a session for `candidate`. With an idempotency key, the same request gives the same session.

        Raises:
            NotFound: no such assessment.
            IdempotencyConflict: the key was used with another request.
            AttemptsUsed, TooManySessions: the candidate has begun as often, or has as many open ones, as may be.
            NotYetOpen, AssessmentClosed, ServiceOnly, InvalidInput: it may not begin now, here or in this language.
            ConsentNeeded: the candidate has not agreed to exactly this text; `detail` has it.
        """
        return await self._beginnings.begin(candidate, request)

    # 1 ── record

    async def receive(self, session_id: str, message: ClientMessage) -> Receipt:
        """Record what a candidate sent; on return it is stored durably and may be acknowledged.

        Raises:
            NotFound, SessionEnded, SequenceGap, SequenceConflict, QuestionNotOpen, HashMismatch, InvalidInput:
                it was not applied; the class says why.
            StoreUnavailable: it may not be stored; the client sends it again.
        """
        match message:
            case CodeUpdate():
                return await self.updates.record(session_id, message)
            case ResponseSubmitted():
                return await self._respond(session_id, message)
            case DeferQuestion():
                receipt = await self.record.inbox.defer(ClientAction(session_id=session_id, message=message))
                self._continue_closing(session_id, receipt.closing)
                return receipt
            case Activity(kind=kind):
                kept = await self._signals.keeps(session_id, kind)
                receipt = await self.record.inbox.note(ClientAction(session_id, message, recorded=kept))
                if kind in MOMENTS and not receipt.known:
                    self.timer.touch(session_id, self._clock(), MOMENTS[kind])
                return receipt
            case Finish():
                return await self.finish(session_id, message)
            case Hello():
                raise InvalidInput("hello is only valid as the first message.", field="message_type")
        assert_never(message)

    async def _respond(self, session_id: str, answer: ResponseSubmitted) -> Receipt:
        receipt = await self.record.inbox.respond(ClientAction(session_id=session_id, message=answer))
        turn = response_turn(answer.interaction_id, said(answer.response, answer.slots))
        await self._memory.remember(session_id, turn)
        self._continue_closing(session_id, receipt.closing)
        return receipt

    # 2 ── decide

    async def decide(self, session_id: str, moment: Moment = Moment.PAUSE) -> None:
        """Decide whether to ask: about the first document that the trigger asks about, else store why about none."""
        session = await self.record.sessions.get(session_id)
        if session.status is SessionStatus.CLOSING:
            if await self.closing.step(session):
                self._on_event(session_id)
            return
        if moment is Moment.CLOSING:
            return
        situations = await self.situations.changed(session, self._clock(), moment)
        if not situations:
            return
        policy = await self.situations.policy(session)
        decided = [(snapshot, decide(situation, policy)) for snapshot, situation in situations]
        snapshot, decision = next((d for d in decided if d[1].asked), decided[0])
        await self.record.questions.decide(
            session_id, decision, upto=situations[0][0].n, snapshot=snapshot.n, document=snapshot.document
        )

    # 3 ── ask

    async def ask(self, question_id: str) -> None:
        """Have the question written; store and send it. Without a usable question, withdraw it with the reason."""
        question = await self.record.questions.found(question_id)
        if question.status is not QuestionStatus.PENDING:
            return
        session = await self.record.sessions.get(question.session_id)
        brief = await self._briefs.question(session, question)
        try:
            draft = await self._examiner.ask(brief)
        except ExaminerError as problem:
            await self.record.questions.withdraw(question_id, reason=problem.message, spent=problem.spent)
            self.timer.touch(session.id, self._clock(), Moment.PAUSE)
            self._continue_closing(session.id, session.status is SessionStatus.CLOSING)
            return
        stored = await self.record.questions.publish(
            question_id,
            draft,
            excerpt=lines_of(as_written(brief.code, brief.document), draft.start_line, draft.end_line),
            retrieved=brief.passages,
            message=dump(question_message(drafted(question, draft))),
        )
        if stored:
            self._on_event(session.id)
            await self._memory.remember(session.id, question_turn(question_id, draft.text))

    # 4 ── evaluate

    async def evaluate(self, question_id: str) -> None:
        """Have the response evaluated; score it in code, store and send it. After a failure a person decides."""
        question = await self.record.questions.found(question_id)
        if question.status is not QuestionStatus.ANSWERED:
            return
        session = await self.record.sessions.get(question.session_id)
        brief = await self._briefs.evaluation(session, question)
        question = await self._recheck(question, brief, await self._briefs.code_now(question, default=brief.code))
        note_waited((self._clock() - (question.responded_at or question.created_at)).total_seconds())
        try:
            examples = await self._reviewed.near(session, question)
            draft = await self._examiner.evaluate(replace(brief, expected=question.expected, examples=examples))
        except ExaminerError as problem:
            await self.give_up(question_id, problem.message, spent=problem.spent)
            return
        evaluation = evaluation_of(draft, brief, question, at=self._clock())
        follow_up = await self.situations.follow_up(session, question, evaluation, now=self._clock())
        feedback = await self._briefs.feedback(session)
        message = evaluation_message(question_id, evaluation, feedback, followed_up=follow_up is not None)
        if await self.record.questions.evaluated(
            question_id, evaluation, message=message, withheld=feedback is Feedback.NONE, follow_up=follow_up
        ):
            self._on_event(session.id)
            await self._memory.remember(session.id, evaluation_turn(question_id, evaluation.text))
            await self._memory.shelve(question, evaluation)

    async def give_up(self, question_id: str, reason: str, *, spent: Spending | None = None) -> None:
        """Leave the evaluation to a person; graders read the `reason`, the candidate does not."""
        question = await self.record.questions.found(question_id)
        feedback = await self._briefs.feedback(await self.record.sessions.get(question.session_id))
        message, withheld = failure_message(question_id), feedback is Feedback.NONE
        if await self.record.questions.failed(
            question_id, reason=reason, message=message, withheld=withheld, spent=spent
        ):
            self._on_event(question.session_id)

    # 5 ── report

    async def finish(self, session_id: str, message: Finish | None = None) -> Receipt:
        """Take no more messages; the report is written once no answer is being evaluated. Idempotent.

        A message with `closing` begins the closing round instead, when questions are missing.
        """
        receipt = await self.closing.finish(session_id, message or Finish(message_type="finish"))
        self._continue_closing(session_id, receipt.closing)
        self._on_event(session_id)
        return receipt

    def _continue_closing(self, session_id: str, closing: bool) -> None:
        """In the closing round the next question is due at once."""
        if closing:
            self.timer.touch(session_id, self._clock(), Moment.CLOSING)

    async def report(self, report_id: str) -> None:
        """Write the report from the record, store it as an immutable version and tell the clients."""
        session_id = await self.record.reports.found(report_id)
        material, brief = await self._briefs.report(session_id, self._clock())
        body = report_body(material, await self._examiner.summarize(brief))
        spec = material.assessment
        withheld = withheld_messages(material.questions) if spec and spec.feedback is Feedback.NONE else ()
        message = dump(ReportReady(session_id=session_id))
        if await self.record.reports.publish(report_id, body, message=message, withheld=withheld):
            self._on_event(session_id)

    # 6 ── review

    async def review(self, entry: ReviewEntry) -> Review:
        """Store a person's decision on a response with the report's next version. Errors as of `Reviews.add`."""
        review = await self.record.reviews.add(entry, revise=reviewed_body)
        await self._reviewed.learn(review)
        return review

    async def contest(self, entry: ContestEntry) -> tuple[Contest, bool]:
        """Store that the candidate contests a score, a task for a grader. Errors as of `Contests.add`."""
        return await self.record.contests.add(entry)

    # ∞ ── forget

    async def forget(self, session_id: str, principal: Principal) -> None:
        """Erase a session in every store; in SQL last, so that a failed erasure can be repeated.

        Raises:
            NotFound: no such session.
            StoreUnavailable: a store is unavailable; call again.
        """
        session = await self.record.sessions.get(session_id)
        await self._memory.forget(session_id)
        await self._reviewed.forget(session)
        await self.record.sessions.erase(session_id, principal=principal.name)
        self._on_event(session_id)  # open connections learn that it is gone
        await self._memory.sweep(session_id)
