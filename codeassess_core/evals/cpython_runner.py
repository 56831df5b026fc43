"""Runs claims in this interpreter, each in its own process; a developer's tool, started only by `evals.claims`.

It reads claims as JSON lines on stdin and writes one finding a line. It is started as a script
(`python -I cpython_runner.py`) and imports nothing of ours, so a candidate's code runs in
plain CPython. The code really runs, with limits on time, memory, files and processes: only
on a developer's own machine, never on a server.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import sys
import tempfile
import warnings
from typing import Any

_SECONDS = 5
_MEMORY = 2 << 30
_MOST = 100_000  #: characters of a result or of printed text


def main() -> None:
    """One finding a claim on stdin: {"value"} or {"error", "says"} with "by_call", or {"died"}; each has "printed"."""
    real = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        real.write(json.dumps(_in_child(json.loads(line))) + "\n")
        real.flush()


def _in_child(claim: dict[str, Any]) -> dict[str, Any]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _bounded()
        found = _found(claim)
        with os.fdopen(write, "w") as out:
            json.dump(found, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as source:
        text = source.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"died": True, "printed": ""}


def _bounded() -> None:
    os.setsid()
    os.chdir(tempfile.gettempdir())
    signal.alarm(_SECONDS + 2)
    for limit, most in (
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)


def _found(claim: dict[str, Any]) -> dict[str, Any]:
    warnings.simplefilter("ignore")
    names: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    printed = io.StringIO()
    found: dict[str, Any] = {}
    before = 0
    seen: list[str] = []
    sys.stdin = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(claim["code"], "<candidate>", "exec", dont_inherit=True), names)
            run, before = claim.get("run", ""), len(printed.getvalue())
            if claim["outcome"] == "trace":
                sys.settrace(_recorder(claim["line"], claim["name"], seen))
            if run:
                found["value"] = repr(eval(compile(run, "<run>", "eval", dont_inherit=True), names))[:_MOST]
    except BaseException as problem:
        found = {"error": type(problem).__name__, "says": str(problem)[:1000]}
    finally:
        sys.settrace(None)
    text = printed.getvalue()
    return {**found, "printed": text[:_MOST], "by_call": text[before:][:_MOST], "values": seen}


def _recorder(line: int, name: str, seen: list[str]) -> Any:
    """Records what a name holds each time a loop's line is reached again: after each pass."""

    def follow(frame: Any, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != "<candidate>":
            return None
        started = [False]

        def step(frame: Any, event: str, _: Any) -> Any:
            if event == "line" and frame.f_lineno == line:
                if started[0] and name in frame.f_locals:
                    seen.append(repr(frame.f_locals[name])[:_MOST])
                started[0] = True
            return step

        return step

    return follow


if __name__ == "__main__":
    main()
