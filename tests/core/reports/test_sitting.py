"""The recorded sitting of the demo: what it promises in examples/README.md."""

from __future__ import annotations

import ast
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codeassess_core.answers.slots import Stated, is_right
from codeassess_core.cli.demo.recording import read_recording
from codeassess_core.examiner.offline import questions, running
from codeassess_core.examiner.text.slot_reading import read_slot
from codeassess_core.model import Cause, Difficulty, Plan, Region
from codeassess_core.ports import QuestionBrief
from codeassess_core.questions import planning
from codeassess_core.triggers import changed_region

FILE = Path(__file__).parents[3] / "examples/first-functions/recording.jsonl"
LINES: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
UPDATES = [line for line in LINES if line["kind"] == "code_update"]

RECORDING = read_recording(FILE)


def moments() -> list[tuple[str, Cause]]:
    """The text that stands at each answer, and why it was sent last: what the questions are about."""
    found: list[tuple[str, Cause]] = []
    for before, line in pairwise(LINES):
        if line["kind"] == "answer_next_question":
            found.append((before["code"], Cause(before["cause"])))
    return found


MOMENTS = moments()


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
    assert 60 <= len(UPDATES) <= 90
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


PLANS = [kind.name for kind in planning.KINDS]


def brief_of(moment: int, plan: str, asked: tuple[str, ...]) -> QuestionBrief:
    """What an examiner is told at a moment, of which the first is 0."""
    code, cause = MOMENTS[moment]
    previous = MOMENTS[moment - 1][0] if moment else ""
    if cause is Cause.PASTE:
        previous = UPDATES[[update["code"] for update in UPDATES].index(code) - 1]["code"]
    start, end = changed_region(previous, code)
    return QuestionBrief(
        code=code,
        previous=previous,
        document="solution.py",
        language="python",
        region=Region(document="solution.py", snapshot=1, start_line=start, end_line=end),
        rule="paste" if cause is Cause.PASTE else "enough_lines",
        instructions=LINES[0]["assessment"]["instructions"],
        asked=asked,
        plan=Plan(kind=plan, difficulty=Difficulty.EASY, reason="", others=tuple(PLANS)),
    )


@pytest.mark.parametrize("plan", PLANS)
def test_whatever_is_planned_the_answer_fits_the_question(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of plan at each moment: the answer belongs to the question, and code can read its result.

    All results are right but that about the paste.
    """
    monkeypatch.setattr(running, "BUDGET", 60.0)  # a question must not hang on how busy the machine is
    asked: tuple[str, ...] = ()
    for moment in range(len(MOMENTS)):
        draft = questions.ask(brief_of(moment, plan, asked))
        answer = RECORDING.answer_to(draft.text, None)
        assert answer != RECORDING.answers.otherwise, draft.text
        for slot in draft.slots:
            found = read_slot(slot, answer, sent=False, question=draft.text)
            assert found.state is Stated.CLEARLY, (draft.text, answer)
            assert is_right(slot, found.value) or "one piece" in draft.text, (draft.text, answer)
        asked = (*asked, draft.text)


def test_the_final_program_does_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    program: dict[str, Any] = {"__name__": "candidate"}
    exec(compile(UPDATES[-1]["code"], "solution.py", "exec"), program)
    assert capsys.readouterr().out.splitlines() == [
        "Longest streak: 3 days",
        "Smoothed: [5800.0, 5500.0, 7000.0, 10200.0]",
        *("9000 reached", "8000 reached", "400 low", "0 low", "8100 reached", "12500 reached", "10000 reached"),
        "Reached on 5 of 7 days",
    ]


def test_the_first_run_fails_and_the_next_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    """A text and a number are joined with `+` until the candidate has run the program once."""
    first, second = [update["code"] for update in UPDATES if update["cause"] == "run"][:2]
    with pytest.raises(TypeError, match="concatenate"):
        exec(compile(first, "solution.py", "exec"), {})
    exec(compile(second, "solution.py", "exec"), {})
    assert capsys.readouterr().out


def test_the_sandbox_runs_every_state_that_is_asked_about() -> None:
    for code, _ in MOMENTS:
        (outcome,) = running.shared().run(code, [""])
        assert outcome.known, outcome.unknown
