"""The sandbox beside CPython, and what nobody may do in it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_programs import HOSTILE, PROGRAMS

from codeassess_core.evals import claims
from codeassess_core.sandbox import Limits, MontySandbox

MEAN = """\
def mean(xs):
    total = 0
    for x in xs:
        if x < 0:
            continue
        total += x
    return total / len(xs)
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[MontySandbox]:
    made = MontySandbox()
    yield made
    made.close()


def test_what_is_known_is_what_cpython_does(sandbox: MontySandbox) -> None:
    found = [(code, sandbox.run(code, [call], follow=True)[0]) for code, call in PROGRAMS]
    known = [(code, outcome) for code, outcome in found if outcome.known]
    wanted = claims.check([{"code": c, "run": o.call, "outcome": "is", "value": ""} for c, o in known])
    for (code, outcome), checked in zip(known, wanted, strict=True):
        real = checked.found
        assert (outcome.error, outcome.printed) == (real.get("error", ""), real["printed"]), (code, outcome, real)
        assert outcome.error or not outcome.call or outcome.value == real["value"], (code, outcome, real)
        assert outcome.by_call == (real.get("by_call", "") if outcome.call else ""), (code, outcome, real)
    assert len(known) > 0.55 * len(found), f"only {len(known)} of {len(found)} are known"


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("import random\nx = random.random()", "x"),
        ("import time\nx = time.time()", "x"),
        ("x = {'a', 'b'}", "list(x)"),
        ("class A: pass", "A()"),
        ("x = 1000", "x is 1000"),
        ("x = input()", "x"),
        ("x = map(str, [1])", "x"),
        ("x = open('/etc/passwd')", "x"),
        ("def f(n): return 0 if n == 0 else 1 + f(n - 1)", "f(700)"),
        ("def f(): yield 1", "list(f())"),
        ("while True: pass", ""),
        ("import numpy", ""),
        ("x = sum([0.1] * 10)", "x"),
    ],
)
def test_what_depends_on_anything_else_is_unknown(sandbox: MontySandbox, code: str, call: str) -> None:
    assert not sandbox.run(code, [call])[0].known


@pytest.mark.parametrize("error", ["NotImplementedError", "TimeoutError", "MemoryError", "ModuleNotFoundError"])
def test_what_the_text_raises_itself_is_told_apart_from_what_the_sandbox_lacks(
    sandbox: MontySandbox, error: str
) -> None:
    (outcome,) = sandbox.run(f"def f():\n    raise {error}('mine')", ["f()"])
    assert (outcome.error, outcome.line) == (error, 2)


def test_the_steps_of_a_call_are_told(sandbox: MontySandbox) -> None:
    (run,) = sandbox.run(MEAN, ["mean([4, -1, 7, 2])"], follow=True)
    assert (run.value, run.last, set(run.lines)) == ("3.25", 7, {2, 3, 4, 5, 6, 7})
    assert [names["total"] for names in run.passes[3]] == ["4", "4", "11", "13"]
    assert run.counts == {3: 4}


def test_a_docstring_is_no_step(sandbox: MontySandbox) -> None:
    code = MEAN.replace("    total = 0", '    """The mean."""\n    total = 0')
    (run,) = sandbox.run(code, ["mean([4])"], follow=True)
    assert run.lines == (3, 4, 5, 7, 8)


def test_what_the_call_prints_is_told_apart_from_what_the_text_prints(sandbox: MontySandbox) -> None:
    code = "def shout(x):\n    print(x)\n\n\nprint(1)\nshout(2)\n"
    alone, shout, value = sandbox.run(code, ["", "shout(3)", "7"], follow=True)
    assert (alone.printed, alone.by_call) == ("1\n2\n", "")
    assert (shout.printed, shout.by_call) == ("1\n2\n3\n", "3\n")
    assert (value.printed, value.by_call) == ("1\n2\n", "")


def test_every_call_meets_a_fresh_text(sandbox: MontySandbox) -> None:
    code = "seen = []\ndef f(x):\n    seen.append(x)\n    return seen"
    assert [run.value for run in sandbox.run(code, ["f(1)", "f(2)"])] == ["[1]", "[2]"]


def test_a_text_that_python_cannot_read_raises_what_cpython_says(sandbox: MontySandbox) -> None:
    (run,) = sandbox.run("def f(x):\n    if x\n        return 1", [""])
    assert (run.error, run.says, run.line) == ("SyntaxError", "expected ':'", 2)


@pytest.mark.parametrize("code", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_code_ends_within_its_limits(sandbox: MontySandbox, code: str) -> None:
    sandbox.run(code, ["", "f()"], Limits(seconds=0.05), follow=True)  # without limits it would not return
    assert sandbox.run("x = 1", ["x"])[0].value == "1"


def test_workers_have_no_environment_and_stand_outside_the_workspace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.chdir(tmp_path)
    before = _workers()
    made = MontySandbox()
    try:
        made.run("x = 1", ["x"])
        mine = _workers() - before
        assert mine
        for worker in mine:
            assert Path(f"/proc/{worker}/environ").read_text() == ""
            assert Path(f"/proc/{worker}/cwd").readlink() == Path("/")
    finally:
        made.close()


def test_a_killed_worker_is_replaced() -> None:
    before = _workers()
    made = MontySandbox(workers=1)
    try:
        made.run("x = 1", ["x"])
        (mine,) = _workers() - before
        running = threading.Thread(target=made.run, args=("while True: pass", [""], Limits(seconds=2)))
        running.start()
        os.kill(mine, 9)
        running.join(timeout=60)
        assert not running.is_alive()
        assert made.run("x = 2", ["x"])[0].value == "2"
    finally:
        made.close()


def _workers() -> set[int]:
    """The workers of sandboxes that this process started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=True
    )
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if "monty" in line}
