"""The expected words in another sense are no evidence; another usual complexity is a wrong one."""

from __future__ import annotations

import pytest

from codeassess_core.examiner.text.mismatch import complexities, says_something_else, wrong_complexity


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It is O(n log n).", {"nlogn"}),
        ("O(N*LOG(N)) steps", {"nlogn"}),
        ("log n comparisons", {"logn"}),
        ("the logarithm of the number of keys", {"logn"}),
        ("O(1) on average, O(n) at worst", {"1", "n"}),
        ("n^2 swaps", {"n^2"}),
        ("It logs nothing.", set()),
        ("linear in the catalogue", set()),
    ],
)
def test_complexities_have_one_form(text: str, named: set[str]) -> None:
    assert complexities(text) == named


@pytest.mark.parametrize(
    ("answer", "expected", "question"),
    [
        (
            "It takes O(n) steps.",
            "O(log n), because each step halves the range.",
            "How many steps does the search take?",
        ),
        ("n^k swaps", "O(n^2)", "How many swaps?"),
        ("It visits the last element.", "All elements except the last one.", "Which elements does the loop visit?"),
        ("A drawback is that it copies the list.", "It does not change the list.", "What is an advantage of `sorted`?"),
        ("Its strength is speed.", "It needs more memory.", "What is the weakness of a cache?"),
    ],
)
def test_the_expected_words_in_another_sense(answer: str, expected: str, question: str) -> None:
    assert says_something_else(answer, expected, question)


@pytest.mark.parametrize(
    ("answer", "expected", "question"),
    [
        ("log(n), since it halves the range", "O(log n)", "How many steps does the search take?"),
        ("All but the last.", "All elements except the last one.", "Which elements does the loop visit?"),
        ("Every one after the first.", "All elements except the first one.", "Which elements does the loop visit?"),
        ("It does not visit the last one.", "All elements except the last one.", "Which elements does the loop visit?"),
        ("It raises an exception.", "A ValueError.", "What happens?"),
        (
            "The benefit is that there is no drawback for memory.",
            "Less memory.",
            "What is an advantage of a generator?",
        ),
        ("A drawback is the copy.", "It copies.", "Name an advantage and a drawback of slices."),
        ("It halves the range.", "O(log n)", "Why is it quick?"),
    ],
)
def test_the_expected_words_in_their_sense(answer: str, expected: str, question: str) -> None:
    assert not says_something_else(answer, expected, question)


@pytest.mark.parametrize(
    ("answer", "expected", "wrong"),
    [
        ("O(n log n)", "O(log n)", True),
        ("O(n), or O(log n) when it is sorted", "O(log n)", False),
        ("O(V + E)", "O(n)", False),  # the same may have another name
        ("O(h), the height", "O(log n)", False),
        ("halves", "O(log n)", False),
        ("It is not O(n): it halves the range each time.", "O(log n)", False),
        ("less than O(n)", "O(log n)", False),
    ],
)
def test_only_another_usual_class_is_wrong(answer: str, expected: str, wrong: bool) -> None:
    assert wrong_complexity(answer, expected) is wrong
