"""Two deployments beside each other: in two databases of one server, and in two schemas of one database."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import servers
from core_process import evaluated, working_processes
from job_worker import until_so
from model_cases import Reply, completion, serving
from records import opened
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from codeassess_core.model import QuestionStatus
from codeassess_core.storage.job_rows import jobs_schema
from codeassess_core.storage.record import Record
from codeassess_core.storage.tables import questions

QUICK = {"heartbeat": "0.2", "embedding_model": "hashed", "follow_ups": "no"}


@contextmanager
def two_deployments(server: str, where: str) -> Iterator[tuple[str, str]]:
    """Where the records of the two are."""
    with servers.fresh_database(server) as one, servers.fresh_database(server) as other:
        yield (one, other) if where == "two databases" else (in_schema(one, "spring"), in_schema(one, "autumn"))


def in_schema(url: str, name: str) -> str:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"')  # type: ignore[arg-type]
    return make_url(url).update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)


@pytest.mark.parametrize("where", ["two databases", "two schemas"])
async def test_each_deployment_does_its_own_jobs_and_no_others(
    postgres_server: str, tmp_path: Path, where: str
) -> None:
    """One process is killed during a job: the other deployment neither does the job nor marks it as done."""
    silent = Reply(completion("never"), silence=60.0)
    with two_deployments(postgres_server, where) as (one, other), serving(silent) as model:
        asking = {"model": "openai:test", "model_base_url": model.base_url}
        own = {"database_url": one, "data_dir": str(tmp_path / "one"), **QUICK}
        with working_processes(1, answering=True, **own, **asking) as [dying]:
            await until_so(lambda: called(model.bodies))
            dying.send_signal(signal.SIGKILL)
        async with opened(one) as mine, opened(other) as theirs:
            lost = await only_question(mine)
            beside = {"database_url": other, "data_dir": str(tmp_path / "other"), "model": "offline", **QUICK}
            with working_processes(1, answering=True, **beside):
                await evaluated(theirs, await only_question(theirs))
                await until_so(lambda: all_done(theirs))
                await asyncio.sleep(3.0)  # 15 beats: time for what must not happen
                question = await mine.questions.get(lost)
                assert question is not None and question.status is QuestionStatus.ANSWERED
                assert await noted(mine) == {f"evaluate-{lost}": "PENDING"}
            with working_processes(1, **own, model="offline"):
                await evaluated(mine, lost)
            question = await mine.questions.get(lost)
            assert question is not None and question.status is QuestionStatus.EVALUATED


async def called(bodies: list[object]) -> bool:
    return bool(bodies)


async def all_done(record: Record) -> bool:
    """DBOS marks a job as done a little after its outcome is stored."""
    return list((await noted(record)).values()) == ["SUCCESS"]


async def only_question(record: Record) -> str:
    async with record.database.read() as connection:
        return str((await connection.execute(select(questions.c.id))).scalar_one())


async def noted(record: Record) -> dict[str, str]:
    """The rows of DBOS for the jobs of a deployment."""
    async with record.database.read() as connection:
        schema = jobs_schema(str(await connection.scalar(text("SELECT current_schema()"))))
        found = await connection.execute(text(f'SELECT workflow_uuid, status FROM "{schema}".workflow_status'))
        return {row[0]: row[1] for row in found}
