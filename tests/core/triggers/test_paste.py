"""Insertions at once, and where they go while the candidate types on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassess_core.documents.lines import line_count
from codeassess_core.triggers import PASTE_LINES, Paste, follow_paste, largest_insertion

OWN = "def mine(values):\n    total = 0\n    for value in values:\n        total += value\n    return total\n"
BLOCK = "".join(f"    step_{n} = other[{n}] ** {n}\n" for n in range(PASTE_LINES))
LONGER = "".join(f"    row {n} of it\n" for n in range(20))


def test_a_block_of_new_lines_is_found_where_it_is() -> None:
    assert largest_insertion(OWN, OWN + BLOCK) == Paste(start_line=6, end_line=13, lines=8)
    assert largest_insertion(OWN, BLOCK + OWN) == Paste(start_line=1, end_line=8, lines=8)


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [
        (OWN, OWN + BLOCK.split("\n", 1)[1], ""),  # one line too few
        (OWN, OWN + BLOCK.split("\n", 1)[1] + "\n\n\n", ""),  # blank lines do not make it one
        (OWN + BLOCK, BLOCK + OWN + BLOCK, ""),  # a block doubled
        (OWN, OWN + BLOCK, BLOCK),  # brought back by undo
        (BLOCK, BLOCK.replace("    ", "        "), ""),  # indented
        (BLOCK, BLOCK.replace("other", "values"), ""),  # a name changed in every line
        (OWN + BLOCK, OWN, ""),  # removed
        (OWN, OWN, ""),
    ],
)
def test_what_is_no_paste(before: str, after: str, known: str) -> None:
    assert largest_insertion(before, after, known=known) is None


def test_pasting_over_everything_is_a_paste() -> None:
    other = "import math\n\n" + "".join(f"{name} = math.{name}(90)\n" for name in ("sin", "cos", "tan", "exp") * 3)
    assert largest_insertion(OWN + OWN, other) == Paste(start_line=1, end_line=14, lines=13)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (OWN + LONGER, "# top\n" + OWN + LONGER, (7, 26, 20)),  # typed above: it moves down
        (OWN + LONGER, OWN + LONGER + "# end\n", (6, 25, 20)),  # typed below: it stays
        (OWN + LONGER, OWN + "# between\n" + LONGER, (7, 26, 20)),  # at its upper edge
        (OWN + LONGER, OWN + LONGER.replace("row 9 of it", "row nine"), (6, 25, 20)),  # edited inside
        (OWN + LONGER, OWN + LONGER.replace("    row 9 of it\n", ""), (6, 24, 19)),  # shortened
        (OWN + LONGER, OWN + LONGER.split("\n", 5)[5], (6, 20, 15)),  # its beginning removed
        (OWN + LONGER, OWN[:-17] + LONGER.split("\n", 5)[5], (5, 19, 15)),  # with what stood before it
        (OWN + LONGER + OWN, OWN + "".join(LONGER.splitlines(True)[:9]) + OWN[20:], (6, 14, 9)),  # its end likewise
        (OWN + LONGER, OWN, None),  # removed altogether
        (OWN + LONGER, OWN + "".join(LONGER.splitlines(True)[:7]), None),  # too little left
    ],
)
def test_a_paste_moves_with_the_text(before: str, after: str, place: tuple[int, int, int] | None) -> None:
    expected = place and Paste(start_line=place[0], end_line=place[1], lines=place[2])
    assert follow_paste(Paste(start_line=6, end_line=25, lines=20), before, after) == expected


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30).map(lambda found: "".join(f"{x}\n" for x in found))


@settings(deadline=None)
@given(LINES, LINES, st.integers(1, 30), st.integers(0, 30))
def test_a_followed_paste_is_inside_the_text(before: str, after: str, start: int, size: int) -> None:
    end = min(start + size, line_count(before))
    paste = Paste(start_line=min(start, max(1, end)), end_line=max(1, end), lines=size)
    moved = follow_paste(paste, before, after)
    assert moved is None or 1 <= moved.start_line <= moved.end_line <= line_count(after)
