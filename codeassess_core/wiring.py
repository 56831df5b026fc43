"""Where all parts meet: the settings say which, `Core.open` puts them together.

The vendors are loaded here and lazily: a server that has just started answers before
LangChain, Chroma and DBOS are in memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from .assessment import Assessment
from .clock import Clock, utcnow
from .connection import Close, Connection, Send
from .delivery import Delivery
from .errors import CodeAssessError
from .examiner.offline import OfflineExaminer
from .jobs import DurableJobs, Duty
from .memory import Memory
from .model import Mode
from .pauses import Pauses
from .ports import Examiner, History, Retrieval
from .settings import Settings
from .storage.chroma import ChromaRetrieval
from .storage.database import Database
from .storage.embeddings import embedder_for
from .storage.history import ProcessHistory
from .storage.record import Record

log = logging.getLogger(__name__)


class Core:
    """One running codeassess. `open` before use; it may be called again, and by many at once."""

    def __init__(self, settings: Settings, *, clock: Clock = utcnow, slot: str = "server-0") -> None:
        self.settings = settings
        self.clock = clock
        database = Database(settings.resolved_database_url())
        self.jobs = DurableJobs(database.url, slot=slot)
        self.record = Record(database, jobs=self.jobs, clock=clock)
        self.delivery = Delivery(self.record.events, self.record.sessions)
        self.history = history_for(settings)
        self.retrieval = retrieval_for(settings)
        self.examiner = examiner_for(settings)
        self._pauses = Pauses(
            idle_pause=settings.idle_pause,
            decide=self._decide,
            undecided=self.record.sessions.undecided,
            clock=clock,
        )
        memory = Memory(record=self.record, history=self.history, retrieval=self.retrieval)
        self.assessment = Assessment(
            record=self.record,
            examiner=self.examiner,
            memory=memory,
            policy=settings.policy,
            mode=Mode(settings.mode),
            clock=clock,
            on_snapshot=self._pauses.touch,
            on_event=self.delivery.wake,
            limit=settings.spending_limit,
            model=settings.resolved_model(),
        )
        self._opening = asyncio.Lock()
        self._opened = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Ready the database and begin to work in the background. Idempotent.

        Raises:
            StoreUnavailable: the database cannot be reached or has another revision.
        """
        async with self._opening:
            if self._opened:
                return
            await self.record.open()
            self.jobs.launch(
                {
                    "ask": Duty(self.assessment.ask, self._withdraw),
                    "evaluate": Duty(self.assessment.evaluate, self.assessment.give_up),
                    "report": Duty(self.assessment.report),
                }
            )
            for work in (self._pauses.run(), self._pauses.sweep(), self.delivery.watch()):
                self._keep(work)
            self._opened = True

    async def aclose(self) -> None:
        """Stop in order: no new decisions, no new jobs, then commit what waits and let the stores go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for part in (self.jobs, self.record, self.history, self.retrieval):
            try:
                await part.aclose()
            except CodeAssessError as problem:  # a store that is away has nothing to lose
                log.warning("not closed in order: %s", problem.message)
        self._opened = False

    def connect(self, session_id: str, *, send: Send, close: Close) -> Connection:
        """A live connection to a session, over any transport; the face has authorized it."""
        return Connection(
            assessment=self.assessment,
            delivery=self.delivery,
            session_id=session_id,
            send=send,
            close=close,
            rate_limit=self.settings.rate_limit,
        )

    async def health(self) -> dict[str, str]:
        """The state of each part: "ok" or a sentence."""
        names = ("database", "history", "retrieval", "jobs")
        parts = (self.record.database, self.history, self.retrieval, self.jobs)
        states = await asyncio.gather(*(part.state() for part in parts))
        return dict(zip(names, states, strict=True))

    async def _decide(self, session_id: str) -> None:
        await self.assessment.decide(session_id)

    async def _withdraw(self, question_id: str, reason: str) -> None:
        await self.record.questions.withdraw(question_id, reason=reason)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Run in the background with a strong reference; an end by failure is logged once."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(_log_failure)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("background work stopped", exc_info=task.exception())


def history_for(settings: Settings) -> History:
    """Redis where it is set, else the process."""
    if not settings.redis_url:
        return ProcessHistory()
    from .storage.redis_history import RedisHistory

    return RedisHistory(settings.redis_url)


def retrieval_for(settings: Settings) -> Retrieval:
    """The Chroma server where it is set, else a local collection in the data folder."""
    embedder = embedder_for(settings.resolved_embedding_model(), base_url=settings.model_base_url)
    if settings.chroma_url:
        return ChromaRetrieval(embedder=embedder, url=settings.chroma_url)
    return ChromaRetrieval(embedder=embedder, path=settings.data_path / "chroma")


def examiner_for(settings: Settings) -> Examiner:
    """The offline examiner, or the model with the offline examiner as its understudy."""
    model = settings.resolved_model()
    if model == "offline":
        return OfflineExaminer()
    from .examiner.agreement import AgreeingExaminer
    from .examiner.chains import ModelExaminer
    from .examiner.patience import PatientExaminer

    examiner = ModelExaminer(model, base_url=settings.model_base_url, trusted=model == settings.trusted_model)
    patient = PatientExaminer(examiner, OfflineExaminer())
    samples = settings.evaluation_samples
    return patient if samples == 1 else AgreeingExaminer(patient, samples=samples)
