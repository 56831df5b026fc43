"""Creates all parts and connects them, as the settings say.

Which parts are chosen is in `parts`. A server answers before LangChain, Chroma and DBOS are loaded.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .answers.reviewed_answers import ReviewedAnswers
from .assessment import Assessment
from .clock import Clock, utcnow
from .errors import CodeAssessError
from .examiner.offline.rechecking import rechecked
from .identity import Principal, Role
from .jobs.durable import Duty
from .live.connection import Alive, Close, Connection, Send
from .live.doors import Doors
from .live.pipelining import WriteNow
from .live.rate_limit import CandidateRates
from .live.subscriptions import Subscriptions
from .live.wakeups import Wakeups
from .live.writers import Writers
from .memory import Memory
from .model import Mode, Moment
from .parts import examiner_for, history_for, jobs_for, retrieval_for, wakes_for
from .questions.context import Briefs
from .questions.situations import Situations
from .settings import Settings
from .storage.access_log import AccessLog
from .storage.audit import AuditLine
from .storage.database import Database, database_for
from .storage.record import Record
from .system.concurrency import stop
from .system.workers import Workers
from .triggers.debounce import Debounce

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)

CLOSING_LOOK_SECONDS = 5.0
FORGET_SECONDS = 3_600.0
HEALTH_SECONDS = 5.0
"""Seconds for each part to report its state."""


class Core:
    """One running codeassess. `open` it before use; `open` may be called repeatedly and concurrently."""

    def __init__(self, settings: Settings, *, clock: Clock = utcnow) -> None:
        self.settings = settings
        self.clock = clock
        database = database_for(settings)
        self.jobs = jobs_for(settings, database)
        self.record = Record(database, jobs=self.jobs, clock=clock, limits=settings.limits)
        self._make_live(database)
        self.history = history_for(settings)
        self.retrieval = retrieval_for(settings)
        # Exports and PDF have their own worker, so that they do not delay questions.
        self.documents = Workers(deadline=settings.work_timeout)
        self.analysis = Workers(deadline=settings.work_timeout)
        self.examiner = examiner_for(settings, self.analysis)
        self._timer = Debounce(
            idle_pause=settings.idle_pause,
            decide=self._decide,
            undecided=self.record.sessions.undecided,
            clock=clock,
            grace=settings.reconnect_grace,
        )
        self.assessment = self._make_assessment()
        self._opening = asyncio.Lock()
        self._opened = False
        self._tasks: set[asyncio.Task[None]] = set()

    def _make_live(self, database: Database) -> None:
        """What connections need: who may come in and write, how fast, and how events reach them."""
        limits = self.settings.limits
        self.doors = Doors(self.record.connections, self.jobs.instance, limits=limits)
        self._rates = CandidateRates(limits)
        self.access_log = AccessLog(self.record.audit, clock=self.clock)
        self.subscriptions = Subscriptions(self.record.events, self.record.sessions)
        self.wakeups = Wakeups(wakes_for(self.settings, database), self.subscriptions)
        self.writers = Writers(self.record.leases, clock=self.clock)

    def _make_assessment(self) -> Assessment:
        settings = self.settings
        memory = Memory(record=self.record, history=self.history, retrieval=self.retrieval)
        return Assessment(
            record=self.record,
            examiner=self.examiner,
            recheck=rechecked,
            memory=memory,
            reviewed=ReviewedAnswers(record=self.record, retrieval=self.retrieval),
            situations=Situations(self.record, policy=settings.policy),
            briefs=Briefs(
                record=self.record,
                memory=memory,
                policy=settings.policy,
                limit=settings.spending_limit,
                model=settings.resolved_model(),
            ),
            timer=self._timer,
            on_event=self.wakeups.notify,
            mode=Mode(settings.mode),
            clock=self.clock,
            limits=settings.limits,
        )

    async def open(self) -> None:
        """Open the database and start the background work. Idempotent.

        Raises:
            StoreUnavailable: the database cannot be reached or has another revision, or the instance id is in use.
        """
        async with self._opening:
            if self._opened:
                return
            await self.record.open()
            await self.jobs.register()
            self.jobs.launch(
                {
                    "ask": Duty(self.assessment.ask, self._withdraw),
                    "evaluate": Duty(self.assessment.evaluate, self.assessment.give_up),
                    "report": Duty(self.assessment.report, self._report_failed),
                },
                unfinished=self.record.unfinished.jobs,
            )
            watching = (
                self._watch_closing,
                self.writers.watch,
                self.doors.watch,
                self._forget_audit,
                *self._live_work(),
            )
            for work in (self._timer.run, self._timer.sweep, *watching, *self._live_work()):
                self._keep(work())
            self._opened = True

    def _live_work(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        return self.subscriptions.watch, self.wakeups.send, self.wakeups.listen

    async def aclose(self) -> None:
        """Stop in order: decisions, jobs, workers, then commit the waiting updates and close the stores."""
        await stop(*self._tasks)
        self._tasks.clear()
        for part in (
            self.jobs,
            self.documents,
            self.analysis,
            self.access_log,
            self.record,
            self.history,
            self.retrieval,
        ):
            try:
                await part.aclose()
            except CodeAssessError as problem:  # an unavailable store needs no closing
                log.warning("not closed in order: %s", problem.for_the_log)
        self._opened = False

    def connect(
        self,
        session_id: str,
        *,
        send: Send,
        close: Close,
        alive: Alive | None = None,
        write: WriteNow | None = None,
        on_write: Callable[[], None] | None = None,
        principal: Principal | None = None,
    ) -> Connection:
        """A live connection to a session on any transport, which the face has authorized.

        `alive` asks the client whether it still answers, for transports that do not know without asking. With `write`,
        which writes a text frame without waiting, code updates are acknowledged without a task for each. `on_write` is
        called at its first message, for the audit. `principal`: whose messages are counted.
        """
        self.jobs.pace.hurry()
        return Connection(
            assessment=self.assessment,
            subscriptions=self.subscriptions,
            writers=self.writers,
            alive=alive,
            session_id=session_id,
            send=send,
            write=write,
            close=close,
            on_write=on_write,
            rate_limit=self.settings.rate_limit,
            rate=self._rates.of(principal) if principal is not None else None,
        )

    def note_writer(self, session_id: str, *, via: str) -> None:
        """Have noted in the audit that the candidate of embedded mode writes into a session, without a request."""
        candidate = Principal(name=self.settings.candidate, role=Role.CANDIDATE)
        line = AuditLine(
            author=candidate, known=True, action="write_session", object="session", session_id=session_id, via=via
        )
        self.access_log.note(line)

    async def health(self) -> dict[str, str]:
        """The state of each part: "ok" or one sentence."""
        names = ("database", "history", "retrieval", "jobs")
        parts = (self.record.database, self.history, self.retrieval, self.jobs)
        states = await asyncio.gather(*(_in_time(part.state()) for part in parts))
        return dict(zip(names, states, strict=True)) | {"recording": self.record.recorder.state()}

    async def _decide(self, session_id: str, moment: Moment) -> None:
        await self.assessment.decide(session_id, moment)

    async def _watch_closing(self) -> None:
        """End the closing rounds that are over. When the store is unavailable, try again in the next round."""
        while True:
            await asyncio.sleep(CLOSING_LOOK_SECONDS)
            try:
                await self.assessment.closing.end_overdue()
            except CodeAssessError as problem:
                log.warning("the closing rounds are not watched: %s", problem.for_the_log)

    async def _forget_audit(self) -> None:
        """Delete the lines of the audit that are older than the setting says; 0: none."""
        while self.settings.keep_audit:
            try:
                await self.record.audit.forget(before=self.clock() - timedelta(seconds=self.settings.keep_audit))
            except CodeAssessError as problem:
                log.warning("old lines of the audit are not deleted yet: %s", problem.for_the_log)
            await asyncio.sleep(FORGET_SECONDS)

    async def _withdraw(self, question_id: str, reason: str) -> None:
        await self.record.questions.found(question_id)
        await self.record.questions.withdraw(question_id, reason=reason)

    async def _report_failed(self, report_id: str, reason: str) -> None:
        await self.record.reports.found(report_id)
        await self.record.reports.failed(report_id, reason=reason)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Run in the background with a strong reference; a failure is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(_log_failure)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("background work stopped", exc_info=task.exception())


async def _in_time(asking: Awaitable[str]) -> str:
    """The state of a part, or a sentence when it does not answer in time."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            return await asking
    except TimeoutError:
        return f"No answer within {HEALTH_SECONDS:g} s."
