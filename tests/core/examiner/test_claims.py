"""Claims and values in a text, and what two texts have against one another, row by row."""

from __future__ import annotations

import pytest

from codeassess_core.examiner.claims import claims, compare, values

CLAIMS = [
    # growth, in words and in signs
    ("It is O(n log n).", "growth", {"n log n"}),
    ("The time grows linearly.", "growth", {"linear"}),
    ("about O(n^2), four times as long", "growth", {"quadratic"}),
    ("doesn't depend on the length", "growth", {"constant"}),
    # how it ends; a denied claim is turned round
    ("It crashes.", "ending", {"error"}),
    ("No exception is raised.", "ending", {"fine"}),
    ("It simply returns the list.", "ending", {"fine"}),
    ("A ValueError.", "exception", {"ValueError"}),
    # one against another
    ("It is not true.", "truth", {"false"}),
    ("Both names mean the same object.", "sharing", {"shared"}),
    ("Each row is a separate list.", "sharing", {"apart"}),
    ("Nothing changes.", "effect", {"none"}),
]


@pytest.mark.parametrize(("text", "dimension", "claimed"), CLAIMS)
def test_a_claim_is_recognised(text: str, dimension: str, claimed: set[str]) -> None:
    assert claims(text).get(dimension) == claimed


VALUES = [
    ("It prints 5 and then 0.", {"5", "0"}),
    ("two lists, [1, 2] and ['a','b']", {"2", "[1,2]", "[a,b]"}),
    ("You get True or None", {"true", "none"}),
    ("about 4x slower, O(n^2)", {"4"}),  # a cost is no value
    ("lines 3 to 5 and line 7", set()),  # nor are the numbers of lines
    ("-1 and 0.5", {"-1", "0.5"}),
    ("an IndexError", {"indexerror"}),
    ("x1 and v2.0.1", set()),
]


@pytest.mark.parametrize(("text", "named"), VALUES)
def test_values_are_found_in_one_spelling(text: str, named: set[str]) -> None:
    assert values(text) == named


def test_the_same_claim_in_other_words_is_shared() -> None:
    compared = compare("it throws a TypeError", "An exception is raised.", given="f(None)")
    assert compared.shared == ("ending",) and not compared.against and not compared.missing


@pytest.mark.parametrize(
    ("answer", "expected", "against"),
    [
        ("It is linear.", "The time is constant.", ("growth",)),
        ("It returns 5.", "The result is 14.", ("number",)),
        ("[3]", "The result is [2, 3].", ("list",)),
        ("Nothing changes.", "Rows are counted twice.", ("effect",)),
        ("It raises a KeyError.", "Rows without a key are left out.", ("exception",)),
        ("It raises a KeyError.", "It raises an exception.", ()),
        ("It saves time, it is faster.", "The values are never all in memory.", ("speed",)),
        ("It returns 14, not 5.", "The result is 14.", ()),
    ],
)
def test_what_excludes_the_points_is_against_them(answer: str, expected: str, against: tuple[str, ...]) -> None:
    assert compare(answer, expected, given="").against == against


def test_what_the_question_gives_away_shows_nothing() -> None:
    assert compare("It has to do with 3.", "3 is left over.", given="f(3)").shared == ()
    assert compare("It is 3.", "3 is left over.", given="f(4)").shared == ("3",)


def test_a_result_that_is_not_named_is_missing_but_an_error_needs_no_name() -> None:
    assert compare("It depends.", "The result is 14.", given="").missing
    assert compare("It depends.", "A KeyError is raised.", given="").missing
    assert not compare("It fails.", "A KeyError is raised.", given="").missing


def test_who_names_everything_has_named_nothing() -> None:
    compared = compare("0 1 2 3 4 5 6 7 8 9 14", "The result is 14.", given="")
    assert compared.missing and compared.shared == ()
    assert compare("constant, linear or quadratic", "It is linear.", given="").shared == ()


def test_a_name_of_the_library_is_a_sign() -> None:
    assert compare("use removeIf", "removeIf does it.", given="names.remove(i)").shared == ("removeif",)
