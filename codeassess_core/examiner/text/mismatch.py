"""Answers that have the expected words and say something else. Pure.

Three forms, each found among answers that people graded low and words alone did not:

- another complexity: `n^k` where `log n` is right;
- an exception on one side only: "the first one" where "all except the first one" is right;
- the opposite of what was asked for: a disadvantage where the question asks for an advantage.

Such an answer is not wrong by that; its words are no evidence. It is wrong only where both texts
name complexities of the usual classes, the answer names another class, and denies none.
"""

from __future__ import annotations

import re
from typing import Final

from . import normalized

_ORDER: Final = re.compile(
    r"\bO\s*\(\s*(?P<of>[^()]*(?:\([^()]*\)[^()]*)*)\)"
    r"|\b(?P<bare>(?:n\s*\*?\s*)?log\s*(?:\(\s*)?n\b|n\s*\^\s*\w+|\(\s*n\s*\^\s*\w+\s*\))",
    re.IGNORECASE,
)
"""A complexity: in `O(…)`, or in the forms that are written without it."""
_CLASSES: Final = frozenset(("1", "n", "logn", "nlogn", "n^2", "n^3", "2^n", "n!"))
_LOG_OF: Final = re.compile(
    r"\b(?P<n>n\s*(?:\*|times)?\s*)?log(?:arithm)?\s*(?:\(\s*|of\s+the\s+(?:number|size)\b|of\s+)", re.IGNORECASE
)
_EXCEPTION: Final = re.compile(
    r"\b(?:except|excluding|all but|other than|apart from|besides|save for)\b", re.IGNORECASE
)
_SET_APART: Final = re.compile(
    r"\b(?:but|after|other|others|rest|remaining|subsequent|not|no|without|less)\b|n['’]t\b", re.IGNORECASE
)
"""Words by which an answer may set something apart without one of the words above."""
_ASKED_FOR: Final = ({"advantage", "benefit", "strength"}, {"disadvantage", "drawback", "weakness"})
"""Words of a question for the kind of thing that it asks for, and those for the opposite."""


def says_something_else(answer: str, expected: str, question: str) -> bool:
    """Has the answer one of the three forms? The texts are those of the answer, the expected points, the question."""
    return (
        _other_complexity(answer, expected)
        or _one_has_an_exception(answer, expected)
        or _opposite_of_the_question(answer, question)
    )


def complexities(text: str) -> frozenset[str]:
    """The complexities that a text names, in one form: `O(N log(N))` and `nlogn` are `nlogn`."""
    named = (_plain(found["of"] or found["bare"] or "") for found in _ORDER.finditer(text))
    described = ("nlogn" if found["n"] else "logn" for found in _LOG_OF.finditer(text))
    return frozenset(name for name in (*named, *described) if name)


def wrong_complexity(answer: str, expected: str) -> bool:
    """Do both name complexities of the usual classes, with none in common? No: the answer may deny the one it names."""
    if _SET_APART.search(answer) or not _other_complexity(answer, expected):
        return False
    return complexities(answer) | complexities(expected) <= _CLASSES


def _plain(term: str) -> str:
    return re.sub(r"[\s*()]", "", term.lower()).replace("log2", "log").replace("lg", "log")


def _other_complexity(answer: str, expected: str) -> bool:
    said, wanted = complexities(answer), complexities(expected)
    return bool(said and wanted) and not said & wanted


def _one_has_an_exception(answer: str, expected: str) -> bool:
    """Do they share what is excepted, and only the expected text excepts it?"""
    excepting = _EXCEPTION.search(expected)
    if excepting is None or _EXCEPTION.search(answer) or _SET_APART.search(answer):
        return False
    excepted = set(normalized.content(normalized.words(expected[excepting.end() :])))
    return bool(excepted & set(normalized.content(normalized.words(answer))))


def _opposite_of_the_question(answer: str, question: str) -> bool:
    """Does the answer name only the opposite of the kind of thing that the question asks for?"""
    asked, said = (set(normalized.words(text)) for text in (question, answer))
    for one, other in ((_ASKED_FOR[0], _ASKED_FOR[1]), (_ASKED_FOR[1], _ASKED_FOR[0])):
        wanted, opposite = ({normalized.stem(word) for word in words} for words in (one, other))
        if asked & wanted and not asked & opposite and said & opposite and not said & wanted:
            return True
    return False
