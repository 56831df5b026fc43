"""Lines of a notebook, as people see them."""

from __future__ import annotations

import pytest
from model_cases import question_brief

from codeassess_core.documents import notebook_lines
from codeassess_core.examiner.model import formatted, material
from codeassess_core.examiner.model.checks import check_question, same_question
from codeassess_core.examiner.offline import questions
from codeassess_core.model import ExpectedPoint, Provenance, Region, SlotKind
from codeassess_core.ports import QuestionBrief, QuestionDraft

HEADING = '# %% [markdown] id="77ab"\n# # Prices\n'
TOTAL = '# %% id="3f1c"\nprices = [3, 5]\nresult = 0\nfor price in prices:\n    result += price\n'
EMPTY = '# %% id="9"\n\n'
MEAN = '# %% id="b"\nmean = result / len(prices)\n'
NAME = "n.ipynb"
NOTEBOOK = "\n".join((HEADING, TOTAL, EMPTY, MEAN))


def test_the_places_of_a_notebook_are_those_of_the_editors_percent_text() -> None:
    found = notebook_lines.cells_of(NOTEBOOK, NAME)
    assert found is not None
    assert [found.height(n) for n in (1, 2, 3, 4)] == [1, 4, 1, 1]
    lines = NOTEBOOK.split("\n")
    for line, text in enumerate(lines, 1):
        number, inside = found.place(line)
        if text and not text.startswith("# %%"):
            assert found.line(number, inside) == line
    assert found.place(lines.index("result = 0") + 1) == (2, 2)
    assert found.line(2, 5) is None and found.line(5, 1) is None and found.line(0, 1) is None
    assert found.place(4) == (2, 1), "a marker is taken for the first line of its cell"


@pytest.mark.parametrize("code", ["x = 1\n", "", "# %% a cell of a script\nx = 1\n", 'x = 1\n# %% id="late"\n'])
def test_only_a_text_that_begins_with_a_cell_is_a_notebook(code: str) -> None:
    assert notebook_lines.cells_of(code, NAME) is None
    assert list(notebook_lines.check_places("What is on line 99?", code, NAME)) == []
    assert notebook_lines.in_document("line 2 of cell 1", code, NAME) == "line 2 of cell 1"


@pytest.mark.parametrize("document", ["main", "cells.py", "notes.ipynb.txt", "ipynb"])
def test_a_file_that_only_looks_like_a_notebook_is_none(document: str) -> None:
    assert notebook_lines.cells_of(NOTEBOOK, document) is None
    assert notebook_lines.program(NOTEBOOK, document) == NOTEBOOK
    assert notebook_lines.worded(NOTEBOOK, document)("Why line 6?") == "Why line 6?"
    made = questions.ask(brief(document=document))
    assert " cell" not in made.text, "its lines are named as its editor numbers them"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Why line 6?", "Why line 2 of cell 2?"),
        ("Why lines 6-8, not line 5?", "Why lines 2-4 of cell 2, not line 1 of cell 2?"),
        ("lines 8-13", "line 4 of cell 2 to line 1 of cell 4"),  # from one cell into another
        ("What prints `line 6` on line 6?", "What prints `line 6` on line 2 of cell 2?"),  # code stays code
        ("Why line 2 of cell 2?", "Why line 2 of cell 2?"),  # said already
        ("No place.", "No place."),
    ],
)
def test_a_text_names_the_cell_and_back(said: str, shown: str) -> None:
    assert notebook_lines.cells_of(NOTEBOOK, NAME).worded(said) == shown
    assert notebook_lines.worded(NOTEBOOK, NAME)(said) == shown and notebook_lines.worded("x = 1\n", NAME)(said) == said
    if "`" not in said and "13" not in said and "of" not in said:
        assert notebook_lines.in_document(shown, NOTEBOOK, NAME) == said


def test_an_expected_point_names_the_line_in_its_cell() -> None:
    point = ExpectedPoint(text="Line 8 has to change.", any_of=(("line 8", "8", "price"), ("line 8 changes", "8")))
    assert notebook_lines.cells_of(NOTEBOOK, NAME).point(point) == ExpectedPoint(
        text="Line 4 of cell 2 has to change.",
        any_of=(("line 4", "4", "price"), ("line 8 changes", "8")),
    )


PROBLEMS = {
    "Why is line 6 needed for `result`?": "name the line in its cell",
    "Why is line 9 of cell 2 needed for `result`?": "There is no line 9 of cell 2; that cell has 4 lines.",
    "Why is line 1 of cell 7 needed for `result`?": "There is no cell 7; the notebook has 4 cells.",
    "Why is `result` 0 on line 4 of cell 2?": "`result` is not on line 13",
}


def brief(**changes: object) -> QuestionBrief:
    region = Region(document=NAME, snapshot=1, start_line=5, end_line=8)
    given = {
        "code": NOTEBOOK,
        "document": NAME,
        "previous": "",
        "instructions": "",
        "region": region,
        "asked": (),
        "history": (),
    }
    return question_brief(**given | changes)


def draft(text: str) -> QuestionDraft:
    made = Provenance(examiner="model", model="m", version="1")
    return QuestionDraft(text=text, kind="value", start_line=5, end_line=8, expected=(), provenance=made)


def test_a_place_that_does_not_exist_is_refused_and_one_that_does_passes() -> None:
    assert check_question(draft("Why is `result` 0 on line 2 of cell 2 at first?"), brief()) == ()
    for text, said in list(PROBLEMS.items())[:3]:
        assert any(said in problem for problem in check_question(draft(text), brief())), text
    wrong = draft("Why is `prices` on line 2 of cell 2 a list?")
    assert any("is not on line" in problem for problem in check_question(wrong, brief()))


def test_the_same_question_is_the_same_wherever_its_cell_has_moved() -> None:
    assert same_question("Why is `result` 0 on line 2 of cell 2?", "Why is `result` 0 on line 5 of cell 3?")
    assert not same_question("Why is `result` 0 on line 2 of cell 2?", "Why is `prices` 0 on line 2 of cell 2?")


def test_every_offline_question_about_a_notebook_names_cells_only() -> None:
    asked: tuple[str, ...] = ()
    drafts = []
    for _ in range(8):
        made = questions.ask(brief(asked=asked))
        assert list(notebook_lines.check_places(made.text, NOTEBOOK, NAME)) == [], made.text
        assert 5 <= made.start_line <= made.end_line <= 14, "the draft counts the lines of the document"
        asked += (made.text,)
        drafts.append(made)
    assert any("of cell 2" in text for text in asked) and len(set(asked)) == 8
    assert any(slot.kind is SlotKind.LINES for made in drafts for slot in made.slots)
    for made in drafts:
        for slot in (slot for slot in made.slots if slot.kind is SlotKind.LINES):
            heights = [notebook_lines.cells_of(NOTEBOOK, NAME).height(n) for n in (1, 2, 3, 4)]  # type: ignore[union-attr]
            assert max(int(n) for n in slot.accepted[0].split(", ")) <= max(heights)


def test_the_model_is_shown_both_and_told_which_to_name() -> None:
    inputs = material.question_inputs(brief())
    assert ">    6 2:2 | result = 0" in inputs["code"] and '     4 | # %% id="3f1c"' in inputs["code"]
    assert inputs["region"] == "5 to 8, which the question calls lines 1-4 of cell 2"
    assert formatted.without_numbers(">    6 2:2 | result = 0") == "result = 0"
    assert material.question_inputs(question_brief())["region"] == "8 to 9"
