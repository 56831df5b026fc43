"""The recorded sitting of the demo: what it promises in examples/README.md."""

from __future__ import annotations

import ast
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codeassess_core.examiner.offline import kinds
from codeassess_core.model import Cause

FILE = Path(__file__).parents[3] / "examples/sitting.jsonl"
KINDS = Path(kinds.__file__).parent
LINES: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
UPDATES = [line for line in LINES if line["kind"] == "code_update"]

LOG = """\
10.0.0.1 - - [02/Mar/2026] "GET /users/17?full=1 HTTP/1.1" 200 10ms
10.0.0.1 - - [02/Mar/2026] "GET /users/18 HTTP/1.1" 200 110ms
Traceback (most recent call last):
10.0.0.1 - - [02/Mar/2026] "POST /login HTTP/1.1" 200 50ms
"""


def parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def test_the_file_is_small_and_has_the_documented_frame() -> None:
    assert FILE.stat().st_size < 120_000
    assert [line["kind"] for line in LINES[:2]] == ["about", "answers"]
    assert LINES[-1]["kind"] == "finish"
    assert LINES[0]["license"].startswith("CC0")
    assert {line["kind"] for line in LINES[2:-1]} == {"code_update", "answer_next_question"}


def test_time_never_goes_back() -> None:
    moments = [line["at"] for line in LINES[2:]]
    assert all(before < after for before, after in pairwise(moments))


def test_it_is_a_typing_history_many_states_of_which_do_not_parse() -> None:
    assert 40 <= len(UPDATES) <= 60
    assert sum(not parses(update["code"]) for update in UPDATES) >= len(UPDATES) // 4
    assert {update["cause"] for update in UPDATES} <= set(Cause)


def test_there_is_one_paste_and_it_has_fourteen_lines() -> None:
    (at,) = [n for n, update in enumerate(UPDATES) if update["cause"] == "paste"]
    assert len(UPDATES[at]["code"].splitlines()) - len(UPDATES[at - 1]["code"].splitlines()) == 14


def test_apart_from_the_paste_nothing_long_appears_at_once() -> None:
    typed = [(b, a) for b, a in pairwise(UPDATES) if a["cause"] != "paste"]
    assert max(len(after["code"]) - len(before["code"]) for before, after in typed) < 100


def test_something_is_deleted_on_the_way() -> None:
    assert any(len(after["code"]) < len(before["code"]) - 20 for before, after in pairwise(UPDATES))


def test_every_answer_has_a_question_it_may_belong_to() -> None:
    """About something in the code, or of a kind whose question has these words."""
    asked = "".join(module.read_text(encoding="utf-8") for module in KINDS.glob("*.py"))
    for key in LINES[1]["about"]:
        assert any(key in update["code"] for update in UPDATES) or key in asked, key
    assert LINES[1]["otherwise"]
    assert len([line for line in LINES if line.get("response")]) == 4


def test_the_final_program_does_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    log.write_text(LOG)
    program: dict[str, Any] = {"__name__": "candidate"}
    exec(compile(UPDATES[-1]["code"], "solution.py", "exec"), program)
    program["main"](log)
    assert capsys.readouterr().out.split("\n")[:2] == [
        "   105.0 ms      2  GET /users/{id}",
        "    50.0 ms      1  POST /login",
    ]


def test_the_first_mistake_is_really_one() -> None:
    """The times are text until the candidate has run the program once."""
    first_run = next(update for update in UPDATES if update["cause"] == "run")
    program: dict[str, Any] = {"__name__": "candidate"}
    exec(compile(first_run["code"], "solution.py", "exec"), program)
    with pytest.raises(TypeError):
        program["slowest"](program["read_times"](LOG.splitlines()))
