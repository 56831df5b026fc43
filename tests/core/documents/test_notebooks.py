"""A notebook is recognised by its name, and its lines are those that the candidate wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codeassess_core.documents.lines import editor_lines
from codeassess_core.documents.notebooks import as_written, is_notebook, marker_lines
from codeassess_core.examiner.offline import OfflineExaminer
from codeassess_core.ports import QuestionBrief, QuestionDraft
from core.test_story import ClientSession, client_session, eventually

SHARED: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "percent.json").read_text())
TYPED = (
    "%time total = sum([3, 5, 8])\nlargest = max([3, 5, 8])\n# %matplotlib is a magic\n"
    "mean = total / 3\nspread = largest - mean\nfound = [n for n in [3, 5, 8] if n > mean]"
)
RECORDED = (
    '# %% id="a"\n# %time total = sum([3, 5, 8])\nlargest = max([3, 5, 8])\n# \\%matplotlib is a magic\n'
    "mean = total / 3\nspread = largest - mean\nfound = [n for n in [3, 5, 8] if n > mean]\n"
)


@pytest.mark.parametrize(
    ("document", "holds"),
    [
        ("work.ipynb", True),
        ("RTC:sub/Work.IPYNB", True),
        ("work.ipynb (2)", True),  # a second one of that name
        ("main", False),
        ("work.py", False),
        ("work.ipynb.py", False),
        ("ipynb", False),
    ],
)
def test_a_notebook_is_known_by_its_name(document: str, holds: bool) -> None:
    assert is_notebook(document) is holds
    assert bool(marker_lines(RECORDED, document)) is holds
    assert (as_written(RECORDED, document) != RECORDED) is holds, "in a file, what looks like ours is text"


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case["text"][:40])
def test_each_line_of_a_cell_is_as_it_was_typed(case: dict[str, Any]) -> None:
    written = editor_lines(as_written(case["text"], "n.ipynb"))
    markers = marker_lines(case["text"], "n.ipynb")
    assert len(written) == len(editor_lines(case["text"]))
    for cell, (marker, following) in zip(case["cells"], pairwise((*markers, len(written) + 1)), strict=True):
        assert written[marker : following - 2] == editor_lines(cell["source"])


class AboutTheCell(OfflineExaminer):
    """Its questions are about the whole cell."""

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        return replace(await super().ask(brief), start_line=2, end_line=7)


async def _in_a_notebook(ada: ClientSession) -> None:
    await ada.send("code_update", code="", document={"uri": "work.ipynb"})
    await ada.send("code_update", code=RECORDED, document={"uri": "work.ipynb"})


async def test_the_excerpt_of_a_question_and_of_the_report_is_what_was_typed(database_url: str, tmp_path: Path) -> None:
    async with client_session(database_url, tmp_path, idle_pause=0) as ada:
        ada.core.assessment._examiner = AboutTheCell()
        await _in_a_notebook(ada)
        question = await ada.question()
        assert question.excerpt == TYPED
        await ada.answer(question)
        await ada.send("finish")
        await eventually(ada.ended)
        report = await ada.core.record.reports.latest(ada.session_id)
        assert [one["excerpt"]["code"] for one in report.body["questions"]] == [TYPED]
