"""Tables for the checks of a drafted question, row by row."""

from __future__ import annotations

from typing import Any

import pytest
from model_cases import CODE, GOOD_QUESTION, question_brief

from codeassess_core.examiner.model.checks import check_question
from codeassess_core.model import ExpectedPoint, Provenance, Region
from codeassess_core.ports import QuestionDraft


def draft(text: str = str(GOOD_QUESTION["text"]), **changes: Any) -> QuestionDraft:
    given: dict[str, Any] = {
        "text": text,
        "kind": "edge_case",
        "start_line": 8,
        "end_line": 9,
        "expected": (ExpectedPoint(text="It raises ZeroDivisionError."), ExpectedPoint(text="len is zero")),
        "provenance": Provenance(examiner="model", model="openai:x", version="0"),
    }
    return QuestionDraft(**{**given, **changes})


GOOD = [
    "What happens in `mean` when `prices` is an empty list?",
    "What does `total([1, 2])` return, and why does `result` start at 0?",  # literals and calls
    "Why is `len(prices)` used on line 9?",
    "Which exception would line 9 raise for `None`?",  # a word of the language
    "What would `mean({'a': 1, 'missing': 2})` return?",  # names inside strings are values
    "Does `mean` work for a generator, and why?",  # yes or no, but the reason is asked for
    "Why is `mean` of `b'ab'` in `O(n)` and not `O(f(n) log n)`?",  # bytes and costs are no names
    "What's wrong with `mean` when it isn't given \"prices?\" at all?",  # apostrophes, and a mark in quotes
    "Was passiert in `mean`, wenn `prices` leer ist?",
    "`mean` 在 `prices` 为空时会发生什么，请解释原因？",
    "What does `prices ? prices : None` change here?",  # a question mark in code
]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_question_has_no_problem(text: str) -> None:
    assert check_question(draft(text), question_brief()) == ()


BAD = [
    # form
    ("Why `mean`?", "11 characters"),
    (f"Why {'so ' * 150}?", "characters"),
    ("What does `mean` return? And why?", "2 question marks"),
    ("Explain the division in `mean`.", "0 question marks"),
    ("Does `mean` handle an empty list?", "yes or no"),
    ("Isn't `mean` wrong for an empty list?", "yes or no"),
    # names and lines
    ("What does `average` return for no prices?", "`average`"),
    ("What does `total.mean_of(prices)` return?", "`mean_of`"),
    ("Why does line 14 divide by the length?", "no line 14"),
    ("What happens between lines 8 to 99 here?", "no line 99"),
    # asked before, word for word or nearly
    ("Why is `result` 0 at first?", "asked before"),
    ("Why is  `result` 0 at first, really?", "asked before"),
    # gives itself away
    ("What does this do?\n```\nreturn 0\n```", "block of code"),
    ("Why is it that it raises ZeroDivisionError?", "word for word"),
]


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_a_bad_question_is_told_what_is_wrong(text: str, problem: str) -> None:
    problems = check_question(draft(text), question_brief())
    assert any(problem in told for told in problems), problems


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        (0, 9, "not within the code"),
        (8, 99, "not within the code"),
        (9, 8, "not within the code"),
        (1, 5, "marked lines 8 to 9"),
        (5, 8, None),  # touching is enough
        (9, 9, None),
    ],
)
def test_the_lines_lie_in_the_code_and_touch_the_change(start: int, end: int, problem: str | None) -> None:
    problems = check_question(draft(start_line=start, end_line=end), question_brief())
    assert (problem is None and problems == ()) or (problem is not None and problem in problems[0])


def test_code_that_was_deleted_may_be_asked_about() -> None:
    brief = question_brief(previous=CODE + "\ndef median(prices): ...\n")
    assert check_question(draft("Why was `median` removed next to `mean`?"), brief) == ()


def test_a_short_expected_point_may_occur_in_the_question() -> None:
    points = (ExpectedPoint(text="prices"), ExpectedPoint(text="It fails"))
    assert check_question(draft(expected=points), question_brief()) == ()


def test_lines_are_counted_as_editors_count_them() -> None:
    code = "a = 1\r\nb = '\x0c'\rc = 3"  # three lines; str.splitlines would say four
    brief = question_brief(code=code, region=Region(document="main", snapshot=1, start_line=3, end_line=3))
    asked = draft("Why is `c` set on line 3?", start_line=3, end_line=3)
    assert check_question(asked, brief) == ()
    assert check_question(draft("Why is `c` set on line 4?", start_line=3, end_line=3), brief) != ()
