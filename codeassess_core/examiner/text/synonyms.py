"""What `similarity` knows about words: which say little, which say the same, which say the opposite.

The words are in `synonyms.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from . import normalized
from .tables import Table, WordList, read_table


class _Synonyms(Table):
    common: WordList
    groups: list[WordList]
    opposites: list[WordList]


def groups_of(stem: str) -> frozenset[int]:
    """The numbers of the groups of synonyms that have this stem."""
    return _GROUPS.get(stem, frozenset())


def says_little(stem: str) -> bool:
    """Is this a word that is in very many sentences about programs?"""
    return stem in _COMMON_STEMS


def opposites(stem: str) -> frozenset[str]:
    """The stems that say the opposite."""
    return _AGAINST.get(stem, frozenset())


def _stems(groups: Iterable[Iterable[str]]) -> Iterator[tuple[str, ...]]:
    return (tuple(map(normalized.stem, group)) for group in groups)


def _group_index(groups: Iterable[Iterable[str]]) -> Mapping[str, frozenset[int]]:
    index: dict[str, frozenset[int]] = {}
    for number, group in enumerate(_stems(groups)):
        for stem in group:
            index[stem] = index.get(stem, frozenset()) | {number}
    return index


def _opposite_index(pairs: Iterable[Iterable[str]]) -> Mapping[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for one, other in _stems(pairs):
        index[one] = index.get(one, frozenset()) | {other}
        index[other] = index.get(other, frozenset()) | {one}
    return index


_TABLE: Final = read_table(_Synonyms, "text", "synonyms.toml")
_GROUPS: Final = _group_index(_TABLE.groups)
_AGAINST: Final = _opposite_index(_TABLE.opposites)
_COMMON_STEMS: Final = frozenset(map(normalized.stem, _TABLE.common))
