"""The words of the readable formats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import codeassess_core
from codeassess_core.model import Flag
from codeassess_core.reports.body import ReportBody
from codeassess_core.reports.build import report_body
from codeassess_core.reports.question_parts import SourcePart
from codeassess_core.reports.slot_parts import SlotPart
from codeassess_core.reports.wording import Run, flag_words, runs, slot_words, source_words

from .material import FULL, NARRATIVE

EXAMINER = Path(codeassess_core.__file__).parent / "examiner"


@pytest.mark.parametrize(
    ("prose", "stretches"),
    [
        ("", []),
        ("no code", [Run("no code")]),
        ("`x`", [Run("x", code=True)]),
        ("why `x` and `y`?", [Run("why "), Run("x", code=True), Run(" and "), Run("y", code=True), Run("?")]),
        ("a ` alone", [Run("a ` alone")]),  # no partner
        ("a `\n` b", [Run("a `\n` b")]),  # code stands on one line
        ("```python```", [Run("```python```")]),  # a fence is none
    ],
)
def test_code_is_what_stands_between_two_backticks(prose: str, stretches: list[Run]) -> None:
    assert list(runs(prose)) == stretches


def test_every_flag_that_an_examiner_raises_has_words() -> None:
    named = re.compile(r'^(?:FLAG|AGAINST|UNSURE|LANGUAGE): Final = "(\w+)"', re.MULTILINE)
    raised = {flag for module in EXAMINER.rglob("*.py") for flag in named.findall(module.read_text())}
    assert len(raised) >= 5
    assert [flag for flag in (*raised, Flag.INSTRUCTIONS) if flag_words(flag) == flag] == []


def test_an_earlier_question_is_named_by_its_number() -> None:
    questions = ReportBody.model_validate(report_body(FULL, NARRATIVE)).questions
    earlier = SourcePart(source=f"question {questions[0].interaction_id}", score=0.3)
    assert source_words(earlier, questions) == f"question {questions[0].number}"
    assert source_words(SourcePart(source="notes.md:3", score=0.3), questions) == "notes.md:3"


@pytest.mark.parametrize(
    ("label", "answer", "words"),
    [
        ("What is it?", "4", "What is it? Answer: `4`. Right: `3` or `3.0`, found by running the code."),
        ("The value", None, "The value. Answer: nothing was stated. Right: `3` or `3.0`, found by running the code."),
    ],
)
def test_a_slot_is_told_with_what_is_right_and_how_it_was_found(label: str, answer: str | None, words: str) -> None:
    found = "found by running the code"
    slot = SlotPart(id="s", kind="value", label=label, accepted=["3", "3.0"], found=found, weight=6, answer=answer)
    assert slot_words(slot) == words
