"""The answers in the examples' recordings fit the questions that may be asked, whatever kind is planned."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from codeassess_core.answers.slots import Stated, is_right
from codeassess_core.authoring.folder import read_folder
from codeassess_core.cli.demo.recording import read_recording
from codeassess_core.errors import ExaminerUnavailable
from codeassess_core.examiner.offline import questions, running
from codeassess_core.examiner.text.slot_reading import read_slot
from codeassess_core.model import Difficulty, Plan, Region, Slot
from codeassess_core.ports import QuestionBrief, QuestionDraft
from codeassess_core.questions import planning
from codeassess_core.triggers import changed_region

EXAMPLES = Path(__file__).parents[3] / "examples"
NAMES = ("algorithms", "debugging-web-handler", "javascript", "pandas-notebook")  # first-functions: test_sitting.py
PLANS = tuple(kind.name for kind in planning.KINDS)


@dataclass(frozen=True)
class Sitting:
    """A recording, and the texts about which is asked: at each answer, and at the end."""

    name: str
    document: str
    language: str
    instructions: str
    kinds: tuple[str, ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> Sitting:
        lines = [json.loads(line) for line in (EXAMPLES / name / "recording.jsonl").read_text().splitlines()]
        asked = [before["code"] for before, line in pairwise(lines) if line["kind"] == "answer_next_question"]
        last = [line["code"] for line in lines if line["kind"] == "code_update"][-1]
        new = read_folder(EXAMPLES / name).new
        kinds = tuple(new.question_kinds) or PLANS
        return cls(name, lines[0]["document"], lines[0]["language"], new.instructions, kinds, (*asked, last))

    def drafts(self, plan: str) -> Iterator[QuestionDraft]:
        """What is asked one after the other, when this kind is planned each time."""
        asked: tuple[str, ...] = ()
        previous = ""
        for text in self.texts:
            try:
                draft = questions.ask(self._brief(text, previous, plan, asked))
            except ExaminerUnavailable:
                continue
            yield draft
            asked, previous = (*asked, draft.text), text

    def _brief(self, text: str, previous: str, plan: str, asked: tuple[str, ...]) -> QuestionBrief:
        start, end = (1, len(text.splitlines())) if text == previous else changed_region(previous, text)
        return QuestionBrief(
            code=text,
            previous="" if text == previous else previous,
            document=self.document,
            language=self.language,
            region=Region(document=self.document, snapshot=1, start_line=start, end_line=end),
            rule="enough_lines",
            instructions=self.instructions,
            asked=asked,
            plan=Plan(kind=plan, difficulty=Difficulty.EASY, reason="", others=self.kinds),
        )


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_planned_the_answer_fits_the_question(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BUDGET", 60.0)  # a question must not hang on how busy the machine is
    recording = read_recording(EXAMPLES / name / "recording.jsonl")
    sitting = Sitting.of(name)
    drafts = {draft.text: draft for plan in PLANS for draft in sitting.drafts(plan)}
    assert len(drafts) >= 3
    wrong = []
    for text, draft in drafts.items():
        answer = recording.answer_to(text, None)
        if answer == recording.answers.otherwise:
            wrong.append((text, "has no answer of its own"))
        wrong += [(text, answer) for slot in draft.slots if _is_readable(slot) and not _fits(slot, answer, text)]
    assert wrong == []


def _is_readable(slot: Slot) -> bool:
    """Can code read the right answer in a text? A value that is no literal is left to a person."""
    if slot.kind != "value":
        return True
    try:
        ast.literal_eval(slot.accepted[0])
    except (ValueError, SyntaxError):
        return False
    return True


def _fits(slot: Slot, answer: str, question: str) -> bool:
    found = read_slot(slot, answer, sent=False, question=question)
    return found.state is Stated.CLEARLY and is_right(slot, found.value)
