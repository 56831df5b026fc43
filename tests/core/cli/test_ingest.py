"""`codeassess ingest`: what a teacher hands in is what the examiner finds."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from codeassess_core.memory import assessment_shelf
from codeassess_core.model import Passage
from codeassess_core.parts import retrieval_for
from codeassess_core.settings import Settings

from .running import succeed

NOTES = """# Percentiles

A percentile interpolates between two neighbouring values of the sorted list.

# Regular expressions

A named group is written (?P<name>...) and is read by its name.
"""


@pytest.fixture(params=["folder", "server"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Both homes that a shelf can have, chosen by the environment."""
    monkeypatch.setenv("CODEASSESS_DATA_DIR", str(tmp_path / "data"))
    if request.param == "server":
        monkeypatch.setenv("CODEASSESS_CHROMA_URL", request.getfixturevalue("chroma_url"))
    return Settings.from_environment()


@pytest.fixture
def assessment_id(settings: Settings, tmp_path: Path) -> str:
    file = tmp_path / "assessment.json"
    file.write_text(json.dumps({"title": "Logs", "rubric": [{"name": "reads", "description": "the log"}]}))
    return succeed("assessment", "create", file).split()[0]


def found(settings: Settings, assessment_id: str, query: str) -> tuple[Passage, ...]:
    async def search() -> tuple[Passage, ...]:
        retrieval = retrieval_for(settings)
        try:
            return await retrieval.search(assessment_shelf(assessment_id), query, 10)
        finally:
            await retrieval.aclose()

    return asyncio.run(search())


def test_what_was_ingested_is_found_with_its_source(settings: Settings, assessment_id: str, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text(NOTES)
    assert succeed("ingest", assessment_id, notes).startswith("2 passages from 1 file")
    best = found(settings, assessment_id, "How does the percentile interpolate between neighbouring values?")[0]
    assert "interpolates" in best.text and best.source == "notes.md:1-3"

    succeed("ingest", assessment_id, notes)
    assert len(found(settings, assessment_id, "named group")) == 2, "the same passages are there once"

    notes.write_text("Only this is left.\n")
    succeed("ingest", "--replace", assessment_id, notes)
    assert [p.text for p in found(settings, assessment_id, "named group")] == ["Only this is left."]
