"""What an assessment says has an effect: levels for a model that judges, the text that a document begins with."""

from __future__ import annotations

import pytest

from codeassess_core.clock import utcnow
from codeassess_core.examiner.model.material import rubric
from codeassess_core.model import AssessmentSpec, Criterion, TextFile


def test_a_model_is_told_what_each_level_is_like() -> None:
    told = rubric([Criterion(name="depth", description="Why.", levels={"met": "Gives the cause.", "not": "Repeats."})])
    assert told == "- depth: Why.\n  - met: Gives the cause.\n  - not: Repeats."


@pytest.mark.parametrize(
    ("document", "start"),
    [
        ("days.py", "top"),
        ("file:///home/ada/task/days.py", "top"),
        ("file:///home/ada/task/lib/days.py", "below"),
        ("holidays.py", "usual"),
        ("work.ipynb", ""),
    ],
)
def test_a_document_begins_with_the_starter_file_of_its_name(document: str, start: str) -> None:
    files = (("days.py", "top"), ("lib/days.py", "below"), ("work.ipynb", "{}"))
    spec = AssessmentSpec(
        id="x",
        title="t",
        starter_code="usual",
        files=tuple(TextFile(path=path, text=text) for path, text in files),
        created_at=utcnow(),
    )
    assert spec.start_of(document) == start
