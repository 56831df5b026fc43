# ruff: noqa: E501 (one fault a line)
"""The faults of a model's server as one table: what it sends, and the outcome for each kind of call."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from model_cases import Reply, completion

AT_ONCE: Final = {"Retry-After": "0"}
RECOVERED: Final = "ok"
"""The call succeeds in the end."""
UNAVAILABLE: Final = "unavailable"
"""Another attempt may help: a question or a summary comes from the offline examiner, an evaluation fails."""
REFUSED: Final = "refused"
"""No attempt will help: the same outcome, at once."""

Script = Callable[
    [str], Sequence[Reply]
]  #: from the good reply's JSON to what the server sends; the last one is repeated


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault. `calls` is the number of calls in one attempt of a job."""

    name: str
    script: Script
    outcome: str
    calls: int


def _error(status: int, message: str = "No.", code: str | None = None, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message, "code": code}}, status=status, headers=named)


def _once(fault: Reply) -> Script:
    return lambda good: (fault, Reply(completion(good)))


def _always(fault: Reply) -> Script:
    return lambda good: (fault,)


def _changed(change: Callable[[str], str]) -> Script:
    return lambda good: (Reply(completion(change(good))),)


def _twice(good: str) -> str:
    """The same object with its last name twice."""
    name, value = list(json.loads(good).items())[-1]
    return f"{good[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}"


def _other_schema(good: str) -> str:
    return json.dumps({**json.loads(good), "score": 10})


def _surrogate(good: str) -> str:
    return good[:-1] + ', "text": "\\ud800"}'


CUT: Final = 1_000  #: bytes that are announced and never sent

FAULTS: Final = (
    # the server is busy or unreachable
    Fault(name="429 once, with Retry-After", script=_once(_error(429, Retry_After="0")), outcome=RECOVERED, calls=2),
    Fault(name="429 once, without Retry-After", script=_once(_error(429)), outcome=RECOVERED, calls=2),
    Fault(name="429 always", script=_always(_error(429, Retry_After="0")), outcome=UNAVAILABLE, calls=3),
    Fault(name="429 that asks for a minute", script=_always(_error(429, Retry_After="60")), outcome=UNAVAILABLE, calls=1),
    Fault(name="500 once", script=_once(_error(500)), outcome=RECOVERED, calls=2),
    Fault(name="503 always", script=_always(_error(503, Retry_After="0")), outcome=UNAVAILABLE, calls=3),
    Fault(name="connection closed in the middle of a reply", script=_always(Reply("{", cut=CUT)), outcome=UNAVAILABLE, calls=3),
    # it is slow
    Fault(name="silence", script=_always(Reply("{}", silence=60.0)), outcome=UNAVAILABLE, calls=2),
    Fault(name="a drip of bytes", script=lambda good: (Reply(completion(good), drip=0.05),), outcome=UNAVAILABLE, calls=2),
    # it refuses
    Fault(name="429, quota exhausted", script=_always(_error(429, code="insufficient_quota")), outcome=REFUSED, calls=1),
    Fault(name="401, wrong key", script=_always(_error(401, code="invalid_api_key")), outcome=REFUSED, calls=1),
    Fault(name="403", script=_always(_error(403)), outcome=REFUSED, calls=1),
    Fault(name="404, no such model", script=_always(_error(404, code="model_not_found")), outcome=REFUSED, calls=1),
    Fault(name="400, context too long", script=_always(_error(400, code="context_length_exceeded")), outcome=REFUSED, calls=1),
    Fault(name="the model refuses", script=_always(Reply(completion(None, refusal="I can't help with that."))), outcome=REFUSED, calls=1),
    Fault(name="content filter", script=_always(Reply(completion("", finish="content_filter"))), outcome=REFUSED, calls=1),
    # its reply is not usable
    Fault(name="HTML with 200", script=_always(Reply("<html>Log in</html>", content_type="text/html")), outcome=UNAVAILABLE, calls=2),
    Fault(name="no choices", script=_always(Reply({**completion("x"), "choices": []})), outcome=UNAVAILABLE, calls=2),
    Fault(name="an empty reply", script=_changed(lambda good: ""), outcome=UNAVAILABLE, calls=2),
    Fault(name="malformed JSON", script=_changed(lambda good: good[: len(good) // 2]), outcome=UNAVAILABLE, calls=2),
    Fault(name="malformed JSON once", script=_once(Reply(completion("I think that"))), outcome=RECOVERED, calls=2),
    Fault(name="cut off at the length limit", script=lambda good: (Reply(completion(good[:40], finish="length")),), outcome=UNAVAILABLE, calls=2),
    Fault(name="another schema", script=_changed(_other_schema), outcome=UNAVAILABLE, calls=2),
    Fault(name="a name twice in one object", script=_changed(_twice), outcome=UNAVAILABLE, calls=2),
    Fault(name="half a surrogate pair", script=_changed(_surrogate), outcome=UNAVAILABLE, calls=2),
    Fault(name="a NUL in a text", script=_changed(lambda good: good[:-1] + ', "text": "a\\u0000b"}'), outcome=UNAVAILABLE, calls=2),
    Fault(name="5 MB", script=_changed(lambda good: good[:-1] + ', "text": "' + "x" * 5_000_000 + '"}'), outcome=UNAVAILABLE, calls=2),
    Fault(name="100,000 open brackets", script=_changed(lambda good: "[" * 100_000), outcome=UNAVAILABLE, calls=2),
    Fault(name="a body that is not gzip, as it says", script=_always(Reply("{}", headers={"Content-Encoding": "gzip"})), outcome=UNAVAILABLE, calls=3),
)  # fmt: skip

BECOMES: Final = {
    (RECOVERED, "question"): "the model's question",
    (RECOVERED, "evaluation"): "the model's evaluation",
    (RECOVERED, "report"): "the model's summary",
    (UNAVAILABLE, "question"): "an offline question, which says why",
    (UNAVAILABLE, "evaluation"): "evaluation failed: a person evaluates",
    (UNAVAILABLE, "report"): "an offline summary, which says why",
    (REFUSED, "question"): "an offline question, which says why",
    (REFUSED, "evaluation"): "evaluation failed: a person evaluates",
    (REFUSED, "report"): "an offline summary, which says why",
}
"""The outcomes by name."""


def table() -> list[str]:
    """The rows of the table in docs/examiner.md."""
    return [
        "| the server | calls | question | evaluation | report |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {fault.name} | {fault.calls} | "
            + " | ".join(BECOMES[fault.outcome, kind] for kind in ("question", "evaluation", "report"))
            + " |"
            for fault in FAULTS
        ),
    ]
