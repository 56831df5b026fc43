"""Counting changed lines: exact, symmetric, and bounded on hostile input."""

from __future__ import annotations

import difflib
import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from codeassess_core.documents.lines import editor_lines
from codeassess_core.triggers import MAX_LINES, changed_lines
from codeassess_core.triggers.lines import Hunk, hunks, middle

# few letters and short lines, so that the texts share much; \r and blanks for the normalisation
TEXTS = st.text(alphabet="ab \t\r\n", max_size=60)
# what the wire lets through: no NUL, no surrogate
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)


def normal(text: str) -> list[str]:
    lines = editor_lines(text)
    return [line.rstrip() for line in (lines if lines[-1] else lines[:-1])]


def text_of(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("", "", 0),
        ("", "a\nb\n", 2),  # the first code of a session
        ("a\nb\n", "", 2),  # all of it removed
        ("a\nb\n", "a\nB\n", 2),  # an edited line is one removed and one added
        ("a\nb\nc\n", "c\na\nb\n", 2),  # a moved line too
        ("a", "a\n", 0),  # the line feed at the end of the text
        ("a\nb\n", "a  \nb\t\n", 0),  # white space at the end of a line
        ("a\nb\n", "a\r\nb\r\n", 0),  # another line end
        ("a\n", "  a\n", 2),  # white space at the beginning has a meaning in Python
        ("a\nb\n", "a\n\nb\n", 1),  # a blank line is a line
        ("a\n", "a\n\n", 1),  # at the end as well
        ("a\rb", "a\nb", 0),  # a lone carriage return ends a line, as an editor shows it
    ],
)
def test_lines_are_counted_as_added_and_removed(before: str, after: str, count: int) -> None:
    assert changed_lines(before, after) == count


@settings(deadline=None)
@given(TEXTS | ANY_TEXT, TEXTS | ANY_TEXT)
def test_trimming_does_not_change_the_least_count(before: str, after: str) -> None:
    assert changed_lines(before, after) == Indel.distance(normal(before), normal(after))


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_the_count_is_symmetric(before: str, after: str) -> None:
    assert changed_lines(before, after) == changed_lines(after, before)


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_nothing_is_counted_only_between_equal_lines(before: str, after: str) -> None:
    assert (changed_lines(before, after) == 0) == (normal(before) == normal(after))


@settings(deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 12))
def test_a_cutoff_stops_the_count_there_and_nowhere_else(before: str, after: str, cutoff: int) -> None:
    assert changed_lines(before, after, cutoff=cutoff) == min(cutoff, changed_lines(before, after))


SOURCE = inspect.getsource(difflib.SequenceMatcher.find_longest_match).splitlines()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOURCE)), st.integers(0, 3), st.integers(0, 4)), max_size=4))
def test_the_decision_agrees_with_a_unified_diff_on_realistic_edits(edits: list[tuple[int, int, int]]) -> None:
    after = list(SOURCE)
    for number, (at, removed, added) in enumerate(edits):
        after[at : at + removed] = [f"    new_{number}_{k} = {k}" for k in range(added)]
    diff = list(difflib.unified_diff(SOURCE, after, lineterm="", n=0))[2:]
    shown = sum(line[0] in "+-" for line in diff)
    assert (changed_lines(text_of(SOURCE), text_of(after), cutoff=5) >= 5) == (shown >= 5)


def lines(prefix: str, number: int) -> list[str]:
    return [f"{prefix}{n}" for n in range(number)]


LONG = MAX_LINES + 500


@pytest.mark.parametrize(
    ("before", "after", "least"),
    [
        (lines("a", LONG), lines("b", LONG), 2 * LONG),  # all replaced
        (lines("a", LONG), lines("a", LONG)[::-1], 2 * LONG - 2),  # turned round
        (lines("a", LONG), [], LONG),  # all removed
        (["first", *lines("a", LONG), "last"], ["First", *lines("a", LONG), "Last"], 4),  # two edits far apart
        (lines("a", LONG), [v for n in range(LONG) for v in (f"a{n}", f"x{n}")], LONG),  # every other line new
    ],
)
def test_beyond_the_cap_the_count_is_a_lower_bound(before: list[str], after: list[str], least: int) -> None:
    counted = changed_lines(text_of(before), text_of(after))
    assert 0 < counted <= least


def test_a_rewritten_long_document_still_reaches_any_usual_threshold() -> None:
    assert changed_lines(text_of(lines("a", LONG)), text_of(lines("b", LONG)), cutoff=50) == 50


@pytest.mark.parametrize(
    "pair",
    [
        (lines("a", 50_000), lines("b", 50_000)),
        ([f"x{n % 50}" for n in range(4_000)], [v for n in range(4_000) for v in (f"x{n % 50}", f"only {n}")]),
        ([""] * 500_000, ["a"] * 500_000),
    ],
    ids=["replaced", "interleaved", "a megabyte of line feeds"],
)
def test_no_more_lines_than_the_cap_are_ever_compared(pair: tuple[list[str], list[str]]) -> None:
    part = middle(text_of(pair[0]), text_of(pair[1]))
    assert part.cut
    assert max(len(part.before), len(part.after)) <= MAX_LINES


def test_shared_ends_of_any_length_do_not_count_towards_the_cap() -> None:
    long = text_of(lines("a", 20 * MAX_LINES))
    part = middle(long + "old\n" + long, long + "new\n" + long)
    assert (part.before, part.after, part.first) == (("old",), ("new",), 20 * MAX_LINES)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "a\nb\n", [Hunk(1, 2)]),
        ("a\nb\nc\n", "a\nB\nc\n", [Hunk(2, 2)]),
        ("a\nb\nc\n", "a\nc\n", [Hunk(2, 1)]),  # only removed: an empty stretch before line 2
        ("1\n2\n3\n4\n", "x\n2\n3\ny\n", [Hunk(1, 1), Hunk(4, 4)]),  # two lines between: two hunks
        ("1\n2\n3\n", "x\n2\ny\n", [Hunk(1, 3)]),  # one line between: one
    ],
)
def test_near_hunks_are_joined(before: str, after: str, found: list[Hunk]) -> None:
    assert hunks(middle(before, after)) == found
