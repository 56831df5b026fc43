"""Processes that share a database and a slow model: one call for each answer, and how soon a dead one is replaced."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from codeassess_core.clock import new_id, utcnow
from codeassess_core.live.messages import ResponseSubmitted
from codeassess_core.model import AssessmentSession, Decision, Provenance, QuestionStatus
from codeassess_core.ports import QuestionDraft
from codeassess_core.scoring import DEFAULT_RUBRIC
from codeassess_core.storage.database import Database
from codeassess_core.storage.entries import ClientAction, CodeEntry
from codeassess_core.storage.record import Record
from codeassess_core.testing import InlineJobs
from tests.model_cases import GOOD_EVALUATION, Reply, completion, serving
from tests.servers import fresh_database, ready_processes

ANSWERS: Final = 12
ALLOWED: Final = 60.0  # seconds until somebody else does the job of a process that has died
_ASKED = Decision(asked=True, rule="changed_lines", reason="6 lines changed.", start_line=1, end_line=1)
_WORKING = """
import asyncio
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core
async def main():
    core = Core(Settings.from_environment())
    await core.open()
    await core.jobs.ready()
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def measure(postgres: str, processes: int, *, silence: float, heartbeat: float) -> list[str]:
    """Print both; the names of what was missed."""
    calls, took = asyncio.run(_calls(postgres, processes, silence, heartbeat))
    print(f"{processes} processes, {ANSWERS} answers, a model that takes {silence:g} s: {calls} calls in {took:.0f} s")
    replaced = asyncio.run(_takeover(postgres, heartbeat))
    print(f"a job of a killed process is done by another after {replaced:.1f} s (heartbeat {heartbeat:g} s)")
    missed = [] if calls == ANSWERS else ["one call for each answer"]
    return missed + ([] if replaced <= ALLOWED else ["taking over"])


async def _calls(postgres: str, processes: int, silence: float, heartbeat: float) -> tuple[int, float]:
    """How often the model was called for all answers together, and the seconds until the last had its outcome."""
    wanted = {"quote": "ZeroDivisionError", "reason": "True.", "verdict": "met"}
    good = GOOD_EVALUATION | {"criteria": [{"criterion": c.name, **wanted} for c in DEFAULT_RUBRIC]}
    with fresh_database(postgres) as url, serving(Reply(completion(json.dumps(good)), silence=silence)) as model:
        record = await _opened(url)
        answers = [await _answered(record) for _ in range(ANSWERS)]
        begun = time.monotonic()
        with _processes(processes, url, heartbeat, model=model.base_url):
            await _outcomes(record, answers)
        took = time.monotonic() - begun
        await record.aclose()
        return len(model.bodies), took


async def _takeover(postgres: str, heartbeat: float) -> float:
    """Seconds from the death of a process, of which no file tells the other, to the outcome of its job."""
    with fresh_database(postgres) as url, serving(Reply(completion("never"), silence=600)) as model:
        record = await _opened(url)
        answer = await _answered(record)
        with _processes(1, url, heartbeat, model=model.base_url) as [dying]:
            await _until(lambda: _is(bool(model.bodies)))
            with _processes(1, url, heartbeat):
                dying.send_signal(signal.SIGKILL)
                died = time.monotonic()
                await _outcomes(record, [answer])
                took = time.monotonic() - died
        await record.aclose()
        return took


@contextmanager
def _processes(number: int, url: str, heartbeat: float, *, model: str = "") -> Iterator[list[subprocess.Popen[str]]]:
    """So many that work on the jobs of the database, each with a data folder of its own as on its own machine."""
    chosen = {"database_url": url, "heartbeat": str(heartbeat), "embedding_model": "hashed", "follow_ups": "no"}
    chosen |= {"model": "openai:slow", "model_base_url": model} if model else {"model": "offline"}
    environment = {**os.environ, "OPENAI_API_KEY": "none"}
    environment |= {f"CODEASSESS_{name.upper()}": value for name, value in chosen.items()}
    with TemporaryDirectory(prefix="codeassess-bench-") as folder:
        folders = [{"CODEASSESS_DATA_DIR": str(Path(folder, str(n)))} for n in range(number)]
        with ready_processes([sys.executable, "-c", _WORKING], [environment | own for own in folders]) as begun:
            yield begun


async def _opened(url: str) -> Record:
    record = Record(Database(url), jobs=InlineJobs())  # nobody works here: who starts finds what is to be done
    await record.open()
    return record


async def _answered(record: Record) -> str:
    """A question that has been answered, whose evaluation is to be done; its id."""
    session = await record.sessions.begin(
        AssessmentSession(id=new_id(), owner="ada", created_at=utcnow(), epoch=new_id())
    )
    entry = CodeEntry(session_id=session.id, document="main", code="total = 1 / n\n", received_at=utcnow())
    await record.recorder.record(entry)
    decided = await record.questions.decide(session.id, _ASKED, upto=1, snapshot=1, document="main")
    assert decided is not None and decided.question_id is not None
    provenance = Provenance(examiner="offline", model="offline", version="1")
    draft = QuestionDraft(text="When not?", kind="raise", start_line=1, end_line=1, expected=(), provenance=provenance)
    question = {"message_type": "question", "interaction_id": decided.question_id}
    await record.questions.publish(decided.question_id, draft, excerpt="", retrieved=(), message=question)
    answer = ResponseSubmitted(
        message_type="response_submitted",
        interaction_id=decided.question_id,
        response="ZeroDivisionError when n is 0.",
    )
    await record.inbox.respond(ClientAction(session_id=session.id, message=answer))
    return decided.question_id


async def _outcomes(record: Record, questions: list[str]) -> None:
    """Return when each of them has its outcome."""
    for question_id in questions:
        await _until(lambda: _settled(record, question_id))  # noqa: B023


async def _settled(record: Record, question_id: str) -> bool:
    question = await record.questions.get(question_id)
    return question is None or question.status is not QuestionStatus.ANSWERED


async def _is(so: bool) -> bool:
    return so


async def _until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(600):
        while not await look():  # noqa: ASYNC110 (other processes make it so)
            await asyncio.sleep(0.05)
