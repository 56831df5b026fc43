"""Incremental changes give exactly the text of the editor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.documents.edits import Edit, Position, apply, offset
from codeassess_core.errors import InvalidInput

ALPHABET = st.sampled_from(["a", "b", " ", "\n", "\r\n", "\r", "é", "𝒳", "👩‍🚀", "\t", "\u2028"])
TEXTS = st.lists(ALPHABET, max_size=30).map("".join)


def position_of(text: str, index: int) -> Position:
    """The LSP position of an index, computed slowly, character by character."""
    line = character = 0
    i = 0
    while i < index:
        if text.startswith("\r\n", i) and i + 2 <= index:
            line, character, i = line + 1, 0, i + 2
        elif text[i] in "\r\n" and not (text.startswith("\r\n", i) and i + 1 == index):
            line, character, i = line + 1, 0, i + 1
        else:
            character += 2 if text[i] > "\uffff" else 1
            i += 1
    return Position(line, character)


def inside_line_end(text: str, index: int) -> bool:
    return text[index - 1 : index + 1] == "\r\n"


@given(TEXTS, st.data())
def test_every_index_is_found_again_from_its_position(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text)).filter(lambda i: not inside_line_end(text, i)))
    assert offset(text, position_of(text, index)) == index


@given(TEXTS, st.lists(st.tuples(TEXTS, st.floats(0, 1), st.floats(0, 1)), max_size=8))
def test_a_series_of_edits_gives_what_slicing_gives(text: str, steps: list[tuple[str, float, float]]) -> None:
    wanted, edits = text, []
    for inserted, a, b in steps:
        start, end = sorted((int(a * len(wanted)), int(b * len(wanted))))
        if inside_line_end(wanted, start) or inside_line_end(wanted, end):
            continue
        edits.append(Edit(text=inserted, start=position_of(wanted, start), end=position_of(wanted, end)))
        wanted = wanted[:start] + inserted + wanted[end:]
    assert apply(text, edits) == wanted


CASES = [
    # text, edit, result
    ("", Edit(text="x", start=Position(0, 0), end=Position(0, 0)), "x"),  # into nothing
    ("abc", Edit(text="new"), "new"),  # no range: all of it
    ("ab\ncd", Edit(text="", start=Position(0, 2), end=Position(1, 0)), "abcd"),  # lines joined
    ("ab\r\ncd", Edit(text="X", start=Position(1, 1), end=Position(1, 2)), "ab\r\ncX"),  # CRLF kept
    ("a👍b", Edit(text="-", start=Position(0, 3), end=Position(0, 4)), "a👍-"),  # an emoji is two units
    ("ab", Edit(text="!", start=Position(0, 99), end=Position(0, 99)), "ab!"),  # past the end: the end of the line
]


@pytest.mark.parametrize(("text", "edit", "result"), CASES)
def test_an_edit(text: str, edit: Edit, result: str) -> None:
    assert apply(text, [edit]) == result


REFUSED = [
    # text, edit, what the message says
    ("ab", Edit(text="", start=Position(1, 0), end=Position(1, 0)), "names line 1"),  # no such line
    ("a👍b", Edit(text="", start=Position(0, 2), end=Position(0, 3)), "cuts a character"),  # inside a pair
    ("👍", Edit(text="", start=Position(0, 1), end=Position(0, 1)), "cuts a character"),  # at the end of the line
    ("abc", Edit(text="", start=Position(0, 2), end=Position(0, 1)), "ends before"),  # backwards
]


@pytest.mark.parametrize(("text", "edit", "message"), REFUSED)
def test_a_range_that_is_not_in_the_text_is_refused_by_name(text: str, edit: Edit, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        apply(text, [Edit(text="ok"), Edit(text=text), edit])
    assert refused.value.detail == {"field": "changes.2.range"}
