"""The assessment's material decides what is asked, through a real Chroma and both examiners."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from model_cases import Reply, completion, serving
from records import new_assessment

from codeassess_core.examiner.offline import running
from codeassess_core.examiner.offline.possible_question import PossibleQuestion
from codeassess_core.examiner.offline.relevance import to_material
from codeassess_core.memory import assessment_shelf
from codeassess_core.model import ExpectedPoint, Passage
from codeassess_core.new_session import SessionRequest
from codeassess_core.questions import planning
from core.test_story import ADA, FIRST, QUESTION, ClientSession, opened_core, with_model

TYPES = "Which sort of value a mean returns: a number with a fraction part, a whole number, a list or a text."
PASSES = (
    "The accumulator grows with each pass: which values it holds after the first pass of the loop and after the last."
)


@asynccontextmanager
async def about(tmp_path: Path, material: str, *, name: str) -> AsyncIterator[ClientSession]:
    """A session of an assessment with this material, on a Chroma of its own."""
    folder = tmp_path / name
    folder.mkdir()
    async with opened_core(f"sqlite+aiosqlite:///{folder / 'one.sqlite'}", folder) as core:
        spec = await core.record.assessments.add(new_assessment())
        await core.retrieval.add(assessment_shelf(spec.id), [("m1", material, "notes.md")])
        session = await core.assessment.begin(ADA, SessionRequest(assessment_id=spec.id))
        yield ClientSession(core, session.id)


async def asked_with(tmp_path: Path, material: str, *, name: str) -> tuple[str, tuple[Passage, ...]]:
    async with about(tmp_path, material, name=name) as ada:
        await ada.send("code_update", code=FIRST)
        question = await ada.question()
        return question.text, question.retrieved


async def test_the_offline_question_changes_with_the_material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BUDGET", 20.0)  # what is asked must not depend on who else uses the machine
    drawn = planning.plan
    monkeypatch.setattr(planning, "plan", lambda *a, **k: replace(drawn(*a, **k), kind="value"))  # else drawn by the id
    types, found = await asked_with(tmp_path, TYPES, name="types")
    assert [(p.source, p.text) for p in found] == [("notes.md", TYPES)], "the stored question shows what was retrieved"
    passes, found = await asked_with(tmp_path, PASSES, name="passes")
    assert [p.text for p in found] == [PASSES]
    assert "pass" in passes or "value" in passes, passes
    assert "sort of value" in types, types
    assert types != passes


async def test_the_models_question_changes_with_the_material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is shown the passage, fenced; this one asks about what it says."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-real-key")
    other = QUESTION | {"text": "Which values does `total` hold after each pass of the loop over `prices`?"}

    def reader(request: dict[str, Any]) -> Reply:
        shown = request["messages"][1]["content"]
        kind = shown.partition("The kind of the question: `")[2].partition("`")[0]
        question = QUESTION if "a whole number, a list" in shown else other
        return Reply(completion(json.dumps(question | {"kind": kind})))

    with serving(reader) as server:
        for name, material, text in (("types", TYPES, QUESTION["text"]), ("passes", PASSES, other["text"])):
            async with about(tmp_path, material, name=name) as ada:
                with_model(ada.core, server.base_url)
                await ada.send("code_update", code=FIRST)
                question = await ada.question()
                assert (question.text, question.retrieved[0].text) == (text, material)


def candidate(text: str, *points: str) -> PossibleQuestion:
    expected = tuple(ExpectedPoint(text=point) for point in points)
    return PossibleQuestion(kind="value", text=text, start_line=1, end_line=1, expected=expected, depth=3)


SKETCHES = (
    candidate("What happens in `f` when `values` is empty?", "Dividing by zero raises `ZeroDivisionError`."),
    candidate("What does `total` stand for after each pass?", "The sum so far."),
    candidate("Why is it 7 on line 3?", "It gives the reason."),
)


def passage(text: str, source: str = "notes.md") -> Passage:
    return Passage(text=text, source=source, score=0.5)


def test_only_what_few_questions_share_with_the_material_counts() -> None:
    near = to_material(SKETCHES, [passage("Watch for the empty list: ZeroDivisionError, dividing by zero.")])
    assert near == {SKETCHES[0].text: 2}
    assert to_material(SKETCHES, [passage("What happens, and why?")]) == {}
    assert to_material(SKETCHES, []) == {}


def test_the_sessions_own_past_is_no_material() -> None:
    assert to_material(SKETCHES, [passage("empty zero divide", source="question 01a2-b3")]) == {}
