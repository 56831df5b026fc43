"""A process that works on the jobs of a database until it is ended: `python core_process.py`, set by CODEASSESS_*."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from model_cases import ANSWER, GOOD_EVALUATION
from records import begin, decided, draft, opened, response
from servers import ready_processes

from codeassess_core.errors import CodeAssessError
from codeassess_core.model import QuestionStatus
from codeassess_core.scoring import DEFAULT_RUBRIC
from codeassess_core.settings import Settings
from codeassess_core.storage.record import Record
from codeassess_core.wiring import Core


async def main() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(message)s")
    core = Core(Settings.from_environment())
    try:
        await core.open()
        await core.jobs.ready()
    except CodeAssessError as problem:
        print("refused:", problem.message, flush=True)
        return
    if "answering" in sys.argv:
        await answered(core)
    print("ready", flush=True)
    await asyncio.Event().wait()


async def answered(core: Core) -> str:
    """A question that has been answered, whose evaluation is a job; its id."""
    url = core.settings.resolved_database_url()
    async with opened(url) as record:
        session = await begin(record)
        question_id = await decided(record, session)
        message = {"message_type": "question", "interaction_id": question_id}
        await record.questions.publish(question_id, draft(), excerpt="", retrieved=(), message=message)
    await core.record.inbox.respond(response(session, question_id, ANSWER))
    return question_id


def evaluation_reply() -> dict[str, Any]:
    """A good one for the rubric of a session without an assessment."""
    wanted = {"quote": "ZeroDivisionError", "reason": "True.", "verdict": "met"}
    return GOOD_EVALUATION | {"criteria": [{"criterion": c.name, **wanted} for c in DEFAULT_RUBRIC]}


async def evaluated(record: Record, *questions: str) -> None:
    """Wait until all of them are evaluated."""
    latest = time.monotonic() + 120
    for question_id in questions:
        while (question := await record.questions.get(question_id)) and question.status is QuestionStatus.ANSWERED:
            assert time.monotonic() < latest, "nothing happened in time"
            await asyncio.sleep(0.05)


@contextmanager
def working_processes(
    number: int, *, answering: bool = False, **settings: str
) -> Iterator[list[subprocess.Popen[str]]]:
    """So many processes, all ready; with `answering` each has stored an answer that waits for its evaluation."""
    chosen = {f"CODEASSESS_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, str(Path(__file__)), *(["answering"] if answering else [])]
    with ready_processes(command, [{**os.environ, **chosen}] * number) as begun:
        yield begun


if __name__ == "__main__":
    asyncio.run(main())
