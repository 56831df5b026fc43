"""Creates all parts and connects them, as the settings say.

The vendors are loaded lazily: a server answers before LangChain, Chroma and DBOS are loaded.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from .answers.reviewed_answers import ReviewedAnswers
from .assessment import Assessment
from .clock import Clock, utcnow
from .errors import CodeAssessError
from .examiner.offline import OfflineExaminer
from .examiner.offline.rechecking import rechecked
from .jobs.durable import DurableJobs, Duty
from .jobs.instances import Instance
from .live.connection import Alive, Close, Connection, Send
from .live.pipelining import WriteNow
from .live.subscriptions import Subscriptions
from .live.wakeups import Wakeups
from .live.writers import Writers
from .memory import Memory
from .model import Mode, Moment
from .ports import Examiner, History, Retrieval
from .questions.context import Briefs
from .questions.situations import Situations
from .settings import Settings
from .storage.chroma import ChromaRetrieval
from .storage.database import Database, database_for, direct_url
from .storage.embeddings import embedder_for
from .storage.history import ProcessHistory
from .storage.instances import Instances
from .storage.record import Record
from .system.concurrency import stop
from .system.workers import Workers
from .triggers.debounce import Debounce

if TYPE_CHECKING:
    from .storage.wakes import Wakes

log = logging.getLogger(__name__)

CALL_SHARE = 0.6
"""The share of the deadline of a job for one model call, so that jobs which wait for unanswered calls still end
in time."""
CLOSING_LOOK_SECONDS = 5.0
HEALTH_SECONDS = 5.0
"""Seconds for each part to report its state."""


class Core:
    """One running codeassess. `open` it before use; `open` may be called repeatedly and concurrently."""

    def __init__(self, settings: Settings, *, clock: Clock = utcnow) -> None:
        self.settings = settings
        self.clock = clock
        database = database_for(settings)
        self.jobs = jobs_for(settings, database)
        self.record = Record(database, jobs=self.jobs, clock=clock)
        self.subscriptions = Subscriptions(self.record.events, self.record.sessions)
        self.wakeups = Wakeups(wakes_for(settings, database), self.subscriptions)
        self.writers = Writers(self.record.leases, clock=clock)
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
            watching = (self._watch_closing, self.writers.watch, *self._live_work())
            for work in (self._timer.run, self._timer.sweep, *watching):
                self._keep(work())
            self._opened = True

    def _live_work(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        return self.subscriptions.watch, self.wakeups.send, self.wakeups.listen

    async def aclose(self) -> None:
        """Stop in order: decisions, jobs, workers, then commit the waiting updates and close the stores."""
        await stop(*self._tasks)
        self._tasks.clear()
        for part in (self.jobs, self.documents, self.analysis, self.record, self.history, self.retrieval):
            try:
                await part.aclose()
            except CodeAssessError as problem:  # an unavailable store needs no closing
                log.warning("not closed in order: %s", problem.message)
        self._opened = False

    def connect(
        self, session_id: str, *, send: Send, close: Close, alive: Alive | None = None, write: WriteNow | None = None
    ) -> Connection:
        """A live connection to a session on any transport, which the face has authorized.

        `alive` asks the client whether it still answers, for transports that do not know without asking. With `write`,
        which writes a text frame without waiting, code updates are acknowledged without a task for each.
        """
        return Connection(
            assessment=self.assessment,
            subscriptions=self.subscriptions,
            writers=self.writers,
            alive=alive,
            session_id=session_id,
            send=send,
            write=write,
            close=close,
            rate_limit=self.settings.rate_limit,
        )

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
                log.warning("the closing rounds are not watched: %s", problem.message)

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


def jobs_for(settings: Settings, database: Database) -> DurableJobs:
    """The jobs of this process, on the database of the record."""
    return DurableJobs(
        database,
        url=direct_url(settings),
        instance=instance_for(settings, database),
        deadline=settings.job_deadline,
        keep_finished=settings.keep_finished_jobs,
    )


def instance_for(settings: Settings, database: Database) -> Instance:
    """The registration of this process."""
    return Instance(
        Instances(database),
        folder=settings.data_path / "instances",
        scope=database.url.render_as_string(hide_password=True),
        id=settings.instance_id,
        heartbeat=settings.heartbeat,
    )


async def _in_time(asking: Awaitable[str]) -> str:
    """The state of a part, or a sentence when it does not answer in time."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            return await asking
    except TimeoutError:
        return f"No answer within {HEALTH_SECONDS:g} s."


def wakes_for(settings: Settings, database: Database) -> Wakes | None:
    """Notifications between processes: over Redis when it is set, else over Postgres; none with SQLite."""
    if settings.redis_url:
        from .storage.redis_wakes import RedisWakes

        return RedisWakes(settings.redis_url)
    if database.is_sqlite:
        return None
    from .storage.wakes import PostgresWakes

    return PostgresWakes(database, direct_url(settings))


def history_for(settings: Settings) -> History:
    """Redis when it is set, else the memory of the process."""
    if not settings.redis_url:
        return ProcessHistory()
    from .storage.redis_history import RedisHistory

    return RedisHistory(settings.redis_url, timeout=settings.redis_timeout)


def retrieval_for(settings: Settings) -> Retrieval:
    """The Chroma server when it is set, else a local collection in the data folder."""
    embedder = embedder_for(settings.resolved_embedding_model(), base_url=settings.model_base_url)
    if settings.chroma_url:
        return ChromaRetrieval(embedder=embedder, url=settings.chroma_url, timeout=settings.chroma_timeout)
    return ChromaRetrieval(embedder=embedder, path=settings.data_path / "chroma")


def examiner_for(settings: Settings, workers: Workers | None = None) -> Examiner:
    """The offline examiner, or the model with the offline examiner as its fallback."""
    model = settings.resolved_model()
    if model == "offline":
        return OfflineExaminer(workers)
    from .examiner.model.examiner import ModelExaminer
    from .examiner.model.fallback import FallbackExaminer
    from .examiner.model.self_consistency import SelfConsistentExaminer

    examiner = ModelExaminer(
        model,
        base_url=settings.model_base_url,
        trusted=model == settings.trusted_model,
        timeout=settings.job_deadline * CALL_SHARE,
    )
    patient = FallbackExaminer(examiner, OfflineExaminer(workers))
    samples = settings.evaluation_samples
    return patient if samples == 1 else SelfConsistentExaminer(patient, samples=samples)
