"""The parts of the core that the settings choose between. The vendors are loaded lazily."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .examiner.offline import OfflineExaminer
from .jobs.durable import DurableJobs
from .jobs.instances import Instance
from .ports import Examiner, History, Retrieval
from .settings import Settings
from .storage.chroma import ChromaRetrieval
from .storage.database import Database, direct_url
from .storage.embeddings import embedder_for
from .storage.history import ProcessHistory
from .storage.instances import Instances
from .system.workers import Workers

if TYPE_CHECKING:
    from .storage.wakes import Wakes

CALL_SHARE = 0.6
"""The share of the deadline of a job for one model call, so that jobs which wait for unanswered calls still end
in time."""


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
