"""How long answers wait for their outcome when the model answers nothing: `python -m benchmarks.silent_model 300`.

One server process; all answers are given at once. Arguments: how many, and the deadline of a job in seconds.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from codeassess_core.identity import Principal, Role
from codeassess_core.live.messages import CodeUpdate, ResponseSubmitted
from codeassess_core.model import Decision, Provenance, QuestionStatus
from codeassess_core.new_session import SessionRequest
from codeassess_core.ports import QuestionDraft
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core

ADA = Principal(name="ada", role=Role.CANDIDATE)
ASKED = Decision(asked=True, rule="changed_lines", reason="6 lines changed.", start_line=1, end_line=1)


class _Silent(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls += 1  # type: ignore[attr-defined]
        time.sleep(600)


def silent_server() -> ThreadingHTTPServer:
    """A model that takes every call and answers none; it counts them in `calls`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Silent)
    server.calls = 0  # type: ignore[attr-defined]
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


async def outcomes(number: int, deadline: float, *, folder: Path, database_url: str = "") -> list[float]:
    """Seconds from each answer to its outcome."""
    model = silent_server()
    settings = Settings(
        data_dir=str(folder),
        database_url=database_url,
        model="openai:silent",
        model_base_url=f"http://127.0.0.1:{model.server_port}/v1",
        embedding_model="hashed",
        job_deadline=deadline,
    )
    core = Core(settings)
    await core.open()
    try:
        await core.jobs.ready()
        await asyncio.to_thread(importlib.import_module, "langchain_openai")  # takes seconds, once
        questions = [await _asked(core) for _ in range(number)]
        given = {question_id: await _answer(core, session_id, question_id) for session_id, question_id in questions}
        took = await _until_failed(core, given)
        print(f"{model.calls} calls of the model")  # type: ignore[attr-defined]
        return sorted(took.values())
    finally:
        await core.aclose()


async def _answer(core: Core, session_id: str, question_id: str) -> float:
    """Answer the question; returns when (monotonic)."""
    answer = ResponseSubmitted(message_type="response_submitted", interaction_id=question_id, response="It adds.")
    await core.assessment.receive(session_id, answer)
    return time.monotonic()


async def _until_failed(core: Core, given: Mapping[str, float]) -> dict[str, float]:
    """The seconds from each answer, given then, until its question counted as failed."""
    took: dict[str, float] = {}
    while len(took) < len(given):
        waiting = [question_id for question_id in given if question_id not in took]
        took |= {id: time.monotonic() - given[id] for id in waiting if await _has_failed(core, id)}
        await asyncio.sleep(0.5)
    return took


async def _has_failed(core: Core, question_id: str) -> bool:
    question = await core.record.questions.get(question_id)
    return question is not None and question.status is QuestionStatus.FAILED


async def _asked(core: Core) -> tuple[str, str]:
    """A session with an open question that no job has written."""
    session = await core.assessment.begin(ADA, SessionRequest())
    await core.assessment.receive(session.id, CodeUpdate(message_type="code_update", code="total = 1\n"))
    questions = core.record.questions
    decided = await questions.decide(session.id, ASKED, upto=1, snapshot=1, document="main")
    assert decided is not None and decided.question_id is not None
    provenance = Provenance(examiner="offline", model="offline", version="1")
    draft = QuestionDraft(text="Why?", kind="purpose", start_line=1, end_line=1, expected=(), provenance=provenance)
    message = {"message_type": "question", "interaction_id": decided.question_id}
    await questions.publish(decided.question_id, draft, excerpt="", retrieved=(), message=message)
    return session.id, decided.question_id


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    number, deadline = int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 120.0
    with TemporaryDirectory() as folder:
        url = sys.argv[3] if len(sys.argv) > 3 else ""
        took = asyncio.run(outcomes(number, deadline, folder=Path(folder), database_url=url))
    print(f"{number} answers, deadline {deadline:g} s: median {took[number // 2]:.1f} s, longest {took[-1]:.1f} s")


if __name__ == "__main__":
    main()
