"""Jobs that are missing according to the record are done, whatever the tables of DBOS contain."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from pathlib import Path

import pytest
import servers
from core_process import evaluated, evaluation_reply, working_processes
from job_worker import Worker, rows_of, state_of, until, until_so, working
from model_cases import Reply, completion, serving
from records import asked, begin, decided, finish, opened, response
from sqlalchemy import func, select, text

from codeassess_core.errors import ReportNotReady
from codeassess_core.jobs.durable import Duty
from codeassess_core.model import InteractionKind, QuestionStatus, SessionStatus
from codeassess_core.settings import Settings
from codeassess_core.storage.audit import AuditFilter
from codeassess_core.storage.record import Record
from codeassess_core.storage.tables import interactions, reports
from codeassess_core.wiring import Core

CODE = "def area(width, height):\n    if width < 0:\n        raise ValueError(width)\n    return width * height\n"
ANSWER = "It refuses a negative width before it multiplies."
STATE = {"message_type": "session_state"}


def core_on(url: str, tmp_path: Path) -> Core:
    return Core(Settings(database_url=url, data_dir=str(tmp_path), model="offline", follow_ups=False))


async def left_behind(record: Record) -> tuple[str, str, str]:
    """Without rows in DBOS: a pending question, an answer without an evaluation, a session without a report."""
    pending = await decided(record, await begin(record), CODE)
    answering = await begin(record)
    answered = await asked(record, answering)
    await record.inbox.respond(response(answering, answered, ANSWER))
    finished = await begin(record)
    await record.inbox.finish(finish(finished), message=STATE)
    return pending, answered, finished.id


async def test_what_an_upgrade_left_behind_is_done_once(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url) as before:
        pending, answered, finished = await left_behind(before)
    for _ in range(2):  # the second start finds nothing to do
        core = core_on(database_url, tmp_path)
        await core.open()
        await until_so(lambda: all_done(core.record, pending, finished))  # noqa: B023
        await evaluated(core.record, answered)
        await core.aclose()
    async with opened(database_url) as record, record.database.read() as connection:
        rows = await connection.execute(select(interactions.c.kind, func.count()).group_by(interactions.c.kind))
        done = dict(map(tuple, rows))
        assert done[InteractionKind.QUESTION_ASKED] == 2  # one of them before
        assert done[InteractionKind.EVALUATION] == done[InteractionKind.REPORT] == 1
        assert await connection.scalar(select(func.count()).select_from(reports)) == 1


async def all_done(record: Record, question_id: str, session_id: str) -> bool:
    """True when the question is written and the report is there."""
    question, session = await record.questions.get(question_id), await record.sessions.get(session_id)
    assert question is not None
    return question.status is not QuestionStatus.PENDING and session.status is SessionStatus.ENDED


@pytest.mark.parametrize(
    "note",
    [
        "status = 'SUCCESS'",  # by another deployment, which found nothing to work on
        "status = 'ERROR'",
        "status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'",
        "status = 'ENQUEUED', application_version = '0'",  # no process of that version is left
        "status = 'ENQUEUED', application_version = NULL",
        "status = 'ENQUEUED', queue_name = 'of-old'",
        "status = 'ENQUEUED', name = 'old_name'",
        "status = 'PENDING', name = 'old_name', executor_id = 'server-0'",
    ],
)
async def test_a_note_that_nobody_will_act_on_is_replaced(database_url: str, note: str) -> None:
    async with working(database_url) as worker:
        await worker.enqueue("1", "2")
        await until(lambda: len(worker.done) == 2)
        async with worker.database.write() as connection:
            await connection.execute(text(f"UPDATE {rows_of(worker)} SET {note} WHERE workflow_uuid = 'ask-1'"))
    async with working(database_url, unfinished=[("ask", "1")]) as worker:
        await until(lambda: bool(worker.done))
        await worker.enqueue("3")
        await until(lambda: len(worker.done) == 2)
        assert [subject for subject, _ in worker.done] == ["1", "3"]
        await until_so(lambda: is_over(worker, "ask-1"))


async def is_over(worker: Worker, job: str) -> bool:
    return await state_of(worker, job) == "SUCCESS"


async def test_what_somebody_is_at_is_left_alone(database_url: str) -> None:
    """Two processes start beside a running and a waiting job: neither is done twice."""
    begun: list[str] = []
    go_on = asyncio.Event()

    async def slow(subject: str) -> None:
        begun.append(subject)
        await go_on.wait()

    async with working(database_url, heartbeat=0.2, report=Duty(slow)) as worker:
        await worker.enqueue(*map(str, range(10)), kind="report")  # more than are done at once
        await until(lambda: len(begun) == 8)
        worker.jobs._unfinished = ten  # type: ignore[union-attr]
        for _ in range(2):
            await worker.jobs._catch_up()  # type: ignore[union-attr]
        go_on.set()
        await until(lambda: len(begun) == 10)
        await worker.enqueue("last")
        await until(lambda: bool(worker.done))
    assert set(Counter(begun).values()) == {1}


async def ten() -> list[tuple[str, str]]:
    return [("report", str(n)) for n in range(10)]


async def test_processes_that_start_together_do_what_was_left_behind_once(postgres_server: str, tmp_path: Path) -> None:
    reply = Reply(completion(json.dumps(evaluation_reply())), silence=1.0)
    with servers.fresh_database(postgres_server) as url, serving(reply) as model:
        async with opened(url) as record:
            answers = []
            for _ in range(12):
                session = await begin(record)
                answers.append(await asked(record, session))
                await record.inbox.respond(response(session, answers[-1], "ZeroDivisionError, because n is 0."))
        chosen = {"database_url": url, "model": "openai:test", "model_base_url": model.base_url}
        with working_processes(4, **chosen, embedding_model="hashed", data_dir=str(tmp_path), follow_ups="no"):
            async with opened(url) as record:
                await evaluated(record, *answers)
                found = [await record.questions.get(id) for id in answers]
    assert {question.status for question in found if question} == {QuestionStatus.EVALUATED}
    assert len(model.bodies) == len(answers)


async def test_a_report_that_cannot_be_written_says_so_and_may_be_asked_for_again(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    core = core_on(database_url, tmp_path)
    await core.open()
    try:
        session = await begin(core.record)
        with monkeypatch.context() as broken:
            broken.setattr("codeassess_core.assessment.report_body", None)
            for times in (1, 2):
                await core.assessment.finish(session.id)
                assert await state_of_report(core, session.id) == "failed"
                audited = await core.record.audit.list(AuditFilter(tenant="default", session_id=session.id))
                assert [entry.action for entry in audited] == ["report_failed"] * times
        await core.assessment.finish(session.id)
        await core.assessment.finish(session.id)
        assert await state_of_report(core, session.id) == "written"
        assert (await core.record.reports.latest(session.id)).version == 1
    finally:
        await core.aclose()
    assert caplog.text.count(" failed") >= 2


async def state_of_report(core: Core, session_id: str) -> str:
    """Once it is not being written any more."""
    while True:
        try:
            await core.record.reports.latest(session_id)
            return "written"
        except ReportNotReady as problem:
            if problem.detail["state"] != "in_progress":
                return str(problem.detail["state"])
        await asyncio.sleep(0.05)


async def test_a_report_that_failed_is_tried_again_at_the_next_start(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = core_on(database_url, tmp_path)
    await core.open()
    session = await begin(core.record)
    with monkeypatch.context() as broken:
        broken.setattr("codeassess_core.assessment.report_body", None)
        await core.assessment.finish(session.id)
        assert await state_of_report(core, session.id) == "failed"
        await core.aclose()
    core = core_on(database_url, tmp_path)
    await core.open()
    await until_so(lambda: is_written(core, session.id))
    await core.aclose()


async def is_written(core: Core, session_id: str) -> bool:
    return await state_of_report(core, session_id) == "written"
