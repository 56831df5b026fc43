"""Free text as a sequence of comparable words: light stems and negation.

This module is small on purpose. It recognises an expected idea in an answer of a few
sentences; it does not understand language. `coverage` says how it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from .tables import Table, WordList, read_table

_TOKEN = re.compile(
    r"(?<![\w)\]])-\d+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d]\w*|[<>=!]=|//|\*\*|[-+*/%<>=]|\[\]|\{\}|''|\"\"|[,;:()]"
)
_CONTRACTION = re.compile(r"\b(do|does|did|is|are|was|were|has|have|would|could|should|wo|ca|must)n['’]?t\b")
_FUZZY_FROM = 6  #: letters; from this length one wrong, missing or swapped letter is forgiven, except the first letter
_MAX_GAP = 2  #: words that may be between two words of a phrase


class _Grammar(Table):
    negators: WordList
    clause_breaks: WordList
    stopwords: WordList
    irregular: Mapping[str, str]


_TABLE: Final = read_table(_Grammar, "text", "normalized.toml")
NEGATORS: Final = frozenset(_TABLE.negators)
_CLAUSE_BREAKS: Final = frozenset(_TABLE.clause_breaks)
NEGATION_REACH: Final = 4  #: a negator counts when it is at most so many words before a term, in the same clause
STOPWORDS: Final = frozenset(_TABLE.stopwords)


def words(text: str) -> tuple[str, ...]:
    """The stems of a text in order: words, names, numbers and operators, in lower case, contractions resolved."""
    return tuple(stem(token) for token in _TOKEN.findall(_plain(text)))


def content(stems: Iterable[str]) -> tuple[str, ...]:
    """The stems that carry meaning: without stopwords and punctuation."""
    return tuple(s for s in stems if s not in _STOP_STEMS and (s[0].isalnum() or s[0] in "_-") and s != "-")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A light stem: without plural, -ing, -ed, -ion, -ly and a final e or y. Names and numbers do not change."""
    word = _TABLE.irregular.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for suffix in ("ing", "ed", "ly"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = _undoubled(word[: -len(suffix)])
            break
    if word.endswith(("tion", "sion")) and len(word) > 6:
        word = word[:-3]
    if word.endswith("y") and len(word) > 3:
        return word[:-1] + "i"
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def locate(term: str, stems: Sequence[str]) -> int | None:
    """The index in `stems` at which the term starts, or None. Two words may be between the words of a phrase."""
    wanted = _term(term)
    for start in range(len(stems)):
        if wanted and _follows(wanted, stems, start):
            return start
    return None


def occurrences(term: str, stems: Sequence[str]) -> tuple[int, ...]:
    """Every index at which the term starts."""
    wanted = _term(term)
    return tuple(at for at in range(len(stems)) if wanted and _follows(wanted, stems, at))


def denied(
    term: str, stems: Sequence[str], at: int, *, negators: Set[str] = NEGATORS, breaks: Set[str] = _CLAUSE_BREAKS
) -> bool:
    """Is the term at this index negated in its clause? A term that contains a negator itself is never denied."""
    if negators & set(_term(term)):
        return False
    for back in range(at - 1, max(-1, at - 1 - NEGATION_REACH), -1):
        if stems[back] in breaks:
            return False
        if stems[back] in negators:
            return stems[back + 1] not in _ONLY  # "not only" affirms
    return False


def _plain(text: str) -> str:
    lower = text.lower().replace("cannot", "can not")
    return _CONTRACTION.sub(lambda m: f"{_WHOLE.get(m[1], m[1])} not", lower)


_ONLY: Final = frozenset(("onli", "just", "nur", "solo", "seulement"))
_WHOLE: Final = {"wo": "will", "ca": "can"}


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word


@lru_cache(maxsize=8192)
def _term(term: str) -> tuple[str, ...]:
    return words(term)


def _follows(wanted: Sequence[str], stems: Sequence[str], start: int) -> bool:
    if not _same(wanted[0], stems[start]):
        return False
    at = start
    for word in wanted[1:]:
        window = range(at + 1, min(len(stems), at + 2 + _MAX_GAP))
        found = next((i for i in window if _same(word, stems[i])), None)
        if found is None or any(stems[i] in _CLAUSE_BREAKS for i in range(at + 1, found)):
            return False
        at = found
    return True


def _same(wanted: str, found: str) -> bool:
    if wanted == found:
        return True
    alike = wanted[0] == found[0] and min(len(wanted), len(found)) >= _FUZZY_FROM
    return alike and wanted.isalpha() and OSA.distance(wanted, found, score_cutoff=1) <= 1


_STOP_STEMS: Final = frozenset(stem(word) for word in STOPWORDS)
