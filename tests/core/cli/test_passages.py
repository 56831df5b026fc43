"""How material is cut: at its own joints, nothing lost, nothing too long, ids that stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.authoring.chunking import KINDS, LONGEST, Piece, pieces_of
from codeassess_core.errors import InvalidInput

LONG = "\n".join(f"line {n} " + "x" * 60 for n in range(60))

CASES = [
    # kind, text, the sources that it is cut into
    (".md", "# A\n\none\n\n# B\n\ntwo\n", ["f:1-3", "f:5-7"]),  # at headings
    (".md", "one\n\ntwo\n", ["f:1-3"]),  # short paragraphs stay together
    (".md", "```\n# no heading\n```\n", ["f:1-3"]),  # a comment in a fence is code
    (".rst", "Title\n=====\n\none\n\nOther\n-----\n\ntwo\n", ["f:1-4", "f:6-9"]),
    (".py", "import a\n\n\n@b\ndef f():\n    pass\n\n\nclass C:\n    x = 1\n", ["f:1", "f:4-6", "f:9-10"]),
    (".py", "def broken(:\n    pass\n", ["f:1-2"]),  # no syntax: by paragraphs
    (".txt", "# one\n# two\n", ["f:1-2"]),  # plain text has no headings
    (".txt", "\n\n  \n", []),
]


@pytest.mark.parametrize(("suffix", "text", "sources"), CASES)
def test_material_is_cut_at_its_own_joints(suffix: str, text: str, sources: list[str]) -> None:
    assert [piece.source for piece in pieces_of("f", text, suffix)] == sources


def test_a_notebook_is_cut_cell_by_cell() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# A\n", "one"]},
        {"cell_type": "code", "source": "x = 1\n"},
        {"cell_type": "code", "source": []},
    ]
    pieces = pieces_of("n.ipynb", json.dumps({"cells": cells}), ".ipynb")
    assert [(piece.source, piece.text) for piece in pieces] == [
        ("n.ipynb:cell 1:1-2", "# A\none"),
        ("n.ipynb:cell 2:1", "x = 1"),
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": [1]}'])
def test_what_is_no_notebook_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        pieces_of("n.ipynb", text, ".ipynb")


@pytest.mark.parametrize("suffix", KINDS)
def test_long_material_is_cut_between_lines(suffix: str) -> None:
    pieces = pieces_of("f", LONG, suffix)
    assert len(pieces) > 1
    assert "\n".join(piece.text for piece in pieces) == LONG


@given(text=st.text(alphabet="ab #=-\n\r\tä", max_size=400) | st.text(), suffix=st.sampled_from(sorted(KINDS)))
def test_no_word_is_lost_and_no_passage_is_too_long(text: str, suffix: str) -> None:
    pieces = pieces_of("f", text, suffix)
    assert all(piece.text.strip() and len(piece.text) <= LONGEST for piece in pieces)
    assert "".join("".join(piece.text for piece in pieces).split()) == "".join(text.split())


def test_an_id_is_of_the_content_alone() -> None:
    assert Piece(text="a", source="x:1").id == Piece(text="a", source="y:9").id != Piece(text="b", source="x:1").id
