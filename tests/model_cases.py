"""Briefs, good replies and a scripted server for the tests of the model examiner."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from codeassess_core.examiner.model.examiner import ModelExaminer
from codeassess_core.model import Criterion, ExpectedPoint, Passage, Question, QuestionStatus, Region, Turn
from codeassess_core.ports import EvaluationBrief, QuestionBrief, ReportBrief

CODE = """def total(prices):
    result = 0
    for price in prices:
        result += price
    return result


def mean(prices):
    return total(prices) / len(prices)
"""
RUBRIC = (Criterion(name="correctness", description="True.", weight=4), Criterion(name="depth", description="Why."))
ANSWER = "It divides by len(prices), so an empty list raises ZeroDivisionError."

GOOD_QUESTION = {
    "kind": "edge_case",
    "start_line": 8,
    "end_line": 9,
    "text": "What happens in `mean` when `prices` is an empty list?",
    "expected": ["Dividing by zero raises an exception.", "total returns 0 for no prices."],
}
GOOD_EVALUATION = {
    "criteria": [
        {"criterion": "depth", "quote": "len(prices)", "reason": "Names the cause.", "verdict": "partly"},
        {"criterion": "correctness", "quote": "ZeroDivisionError", "reason": "True.", "verdict": "met"},
    ],
    "text": "You named the exception and its cause.",
    "confidence": 0.9,
}
GOOD_SUMMARY = {
    "strengths": [{"question": 1, "text": "Sees the empty list."}],
    "concerns": [],
    "summary": "The candidate explained the division.",
}


def question_brief(**changes: Any) -> QuestionBrief:
    given: dict[str, Any] = {
        "code": CODE,
        "previous": CODE.partition("\n\n\n")[0] + "\n",
        "document": "solution.py",
        "language": "python",
        "region": Region(document="solution.py", snapshot=3, start_line=8, end_line=9),
        "rule": "lines",
        "instructions": "Write mean().",
        "history": (Turn(role="ai", kind="question", interaction_id="i1", text="Why is `result` 0 at first?"),),
        "passages": (Passage(text="The mean of nothing is undefined.", source="notes.md", score=0.8),),
        "asked": ("Why is `result` 0 at first?",),
    }
    return QuestionBrief(**{**given, **changes})


def evaluation_brief(**changes: Any) -> EvaluationBrief:
    given: dict[str, Any] = {
        "question": GOOD_QUESTION["text"],
        "kind": "edge_case",
        "answer": ANSWER,
        "code": CODE,
        "excerpt": "def mean(prices):\n    return total(prices) / len(prices)",
        "language": "python",
        "rubric": RUBRIC,
        "expected": (ExpectedPoint(text="Dividing by zero raises an exception."),),
        "instructions": "Write mean().",
    }
    return EvaluationBrief(**{**given, **changes})


def report_brief(question: Question) -> ReportBrief:
    return ReportBrief(final_code=CODE, language="python", instructions="Write mean().", questions=(question,))


def answered(created_at: Any) -> Question:
    region = Region(document="main", snapshot=1, start_line=8, end_line=9)
    text = str(GOOD_QUESTION["text"])
    return Question(
        id="q1",
        session_id="s1",
        status=QuestionStatus.ANSWERED,
        rule="lines",
        region=region,
        created_at=created_at,
        text=text,
        response=ANSWER,
    )


def examiner(base_url: str, **options: Any) -> ModelExaminer:
    return ModelExaminer("openai:gpt-5-mini", base_url=base_url, **options)


def as_planned(reply: dict[str, Any]) -> Judge:
    """Answers with this question, as one of the kind that was asked for: which one is due, code decides."""

    def answer(request: dict[str, Any]) -> Reply:
        planned = re.search(r"The kind of the question: `(\w+)`", request["messages"][-1]["content"])
        kind = planned[1] if planned else reply["kind"]
        return Reply(completion(json.dumps(reply | {"kind": kind})))

    return answer


def completion(text: str | None, *, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A whole answer in the OpenAI protocol."""
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant"} | {"content": text} | message,
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-5-mini",
        "choices": [choice],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


@dataclass
class Reply:
    """One scripted answer; the last one of a script is repeated."""

    body: Any
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0  #: seconds between two bytes
    silence: float = 0.0  #: seconds before the first byte
    cut: int = 0  #: bytes that are promised and never sent

    @property
    def payload(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


@dataclass
class ScriptedServer:
    """Where it listens, and what it was sent."""

    base_url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Nothing: clients that hang up are what is tested."""


Judge = Callable[[dict[str, Any]], Reply]
"""Answers a request by what is in it."""


@contextmanager
def serving(*script: Reply | Judge) -> Iterator[ScriptedServer]:
    """An HTTP server on loopback that answers every POST by the script, for what llmock cannot say."""
    seen = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept, as by a real server

        def do_POST(self) -> None:
            seen.times.append(time.monotonic())
            seen.paths.append(self.path)
            seen.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            scripted = _next(script, len(seen.bodies))
            _answer(self, scripted if isinstance(scripted, Reply) else scripted(seen.bodies[-1]))

        def log_message(self, *_: object) -> None: ...

    server = _Server(("127.0.0.1", 0), Handler)
    seen.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


def _next(script: Sequence[Reply | Judge], number: int) -> Reply | Judge:
    return script[min(number, len(script)) - 1]


def _answer(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.silence)
    handler.send_response(reply.status)
    for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.payload) + reply.cut))
    handler.close_connection = bool(reply.cut)
    try:
        handler.end_headers()
        for at in range(0, len(reply.payload), 1 if reply.drip else len(reply.payload)):
            handler.wfile.write(reply.payload[at : at + 1] if reply.drip else reply.payload)
            handler.wfile.flush()
            time.sleep(reply.drip)
    except OSError:  # the client has given up, as it should
        return
