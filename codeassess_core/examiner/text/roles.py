"""Finds exchanged roles: "the caller returns to the function" instead of "the function returns to the caller". Pure.

The words alone are the same. Two clauses say the opposite when they have the same three
words and the first and the last of these are exchanged, unless only one of the clauses is
in the passive voice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby
from typing import Final

from . import normalized
from .sentences import sentences
from .tables import word_set

_ROLES: Final = 3
_MOST: Final = 10  #: words of a clause that are compared at most
_SHARED: Final = 0.75  #: share of the answer's words in a clause that must be the same
_BREAKS: Final = frozenset(
    map(
        normalized.stem,
        word_set(", ; : ( ) because so since while when if that which where until but and or before after"),
    )
)
_PASSIVE: Final = frozenset({"by", "is", "are", "was", "were", "be", "been", "being", "get", "gets"})


def exchanged(answer: Iterable[str], reference: Iterable[str]) -> bool:
    """Does a clause of the answer say what a clause of the reference says, with the roles exchanged?"""
    said = [clause for text in answer for clause in _clauses(text)]
    wanted = [clause for text in reference for clause in _clauses(text)]
    same = any(_order(one) == _order(other) for one in said for other in wanted if len(_order(one)) >= _ROLES)
    return not same and any(_turned(one, other) for one in said for other in wanted)


def _clauses(text: str) -> Iterator[tuple[str, ...]]:
    for sentence in sentences(text):
        parts = groupby(normalized.words(sentence), key=_BREAKS.__contains__)
        yield from (tuple(words) for breaks, words in parts if not breaks)


def _order(clause: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalized.content(clause)))[:_MOST]


def _turned(one: Sequence[str], other: Sequence[str]) -> bool:
    if bool(_PASSIVE & set(one)) != bool(_PASSIVE & set(other)):
        return False
    first, second = _order(one), _order(other)
    if len(first) < min(_MOST, len(normalized.content(one))):
        return False  # a word occurs twice: its role is not clear
    shared = [word for word in second if word in first]
    places = [first.index(word) for word in shared]
    return len(shared) >= _SHARED * len(first) and any(a > b > c for a, b, c in combinations(places, _ROLES))
