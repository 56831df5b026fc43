"""Compares the words of an answer with those of a reference answer. Pure, deterministic, independent of word order.

Words are compared as stems: equal, misspelt, of the same family ("declare", "declaration"), or
synonyms. A word that is already in the question counts little (demoting, Sultan et al.
2016, "Fast and Easy Short Answer Grading with High Accuracy"), and so does a word that is in
nearly every sentence about programs. A word that only one of the two texts denies ("does
not copy") does not count as said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from rapidfuzz.distance import OSA

from . import normalized, synonyms

MISSPELT: Final = 0.95  #: weight of a match with one letter wrong
FAMILY: Final = 0.85  #: weight of a match of words with the same beginning
SYNONYM: Final = 0.5  #: weight of a match of synonyms
_DEMOTED: Final = 0.25  #: weight of a word that is already in the question
_COMMON: Final = 0.5  #: weight of a word that is in very many sentences
_DENIED: Final = 0.2  #: factor for a word that only one of the texts denies
_FUZZY_FROM: Final = 6
_BEGINNING: Final = 4  #: shortest common beginning of a family, in letters; also at least 0.6 of the longer word
_SHARED: Final = 0.6

_NOTATION = re.compile(r"\b(n?)\s?\*?\s?log\s?\(?\s?n\b\)?", re.IGNORECASE)  # "nlogn" is "n log n"
_UNTRUE = re.compile(
    r"\b(?:not (?:true|correct|right|the case)|isn['’]?t (?:true|correct|right|the case)|false|untrue|wrong|incorrect)"
    r"(?: to (?:say|think|believe|claim))? that\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The content words of a text in order, and for each whether it is denied in its clause."""

    stems: tuple[str, ...]
    denied: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """An answer compared with a reference."""

    recall: float  #: 0…1: the share of the reference's weight that the answer says
    precision: float  #: 0…1: the share of the answer's own words that mean a word of the reference
    on_topic: bool  #: the answer has a word of the question or of the reference
    own: int  #: number of different content words of the answer that are not in the question
    against: frozenset[str]  #: stems of the reference that the answer denies or says the opposite of
    missing: frozenset[str]  #: stems of the reference that the answer does not say


def read(sentences: Iterable[str]) -> Said:
    """The content words of these sentences."""
    found = tuple(chain.from_iterable(_read(sentence) for sentence in sentences))
    return Said(stems=tuple(stem for stem, _ in found), denied=tuple(denied for _, denied in found))


def compare(answer: Said, reference: Said, question: Said) -> Similarity:
    """Compare the answer with the reference; words of the question count less."""
    asked, said = frozenset(question.stems), frozenset(answer.stems)
    weights = {stem: _weight(stem, asked) for stem in reference.stems}
    found = {stem: _found(stem, reference, answer) for stem in weights}
    total = sum(weights.values())
    recall = sum(weights[stem] * found[stem] for stem in weights) / total if total else 0.0
    own = dict.fromkeys(stem for stem in answer.stems if stem not in asked)
    meant = sum(any(alike(stem, other) for other in weights) for stem in own)
    return Similarity(
        recall=recall,
        precision=meant / len(own) if own else 0.0,
        on_topic=any(alike(one, other) for one in said for other in asked | weights.keys()),
        own=len(own),
        against=frozenset(stem for stem in weights if _against(stem, found[stem], said)),
        missing=frozenset(stem for stem in weights if found[stem] < SYNONYM and stem not in asked),
    )


@lru_cache(maxsize=65_536)
def alike(one: str, other: str) -> float:
    """0…1: how far two stems mean the same."""
    if one == other:
        return 1.0
    if one.isalpha() and other.isalpha() and one[0] == other[0]:
        if min(len(one), len(other)) >= _FUZZY_FROM and OSA.distance(one, other, score_cutoff=1) <= 1:
            return MISSPELT
        shared = _beginning(one, other)
        if shared >= _BEGINNING and shared >= _SHARED * max(len(one), len(other)):
            return FAMILY
    return SYNONYM if synonyms.groups_of(one) & synonyms.groups_of(other) else 0.0


def _read(sentence: str) -> Iterable[tuple[str, bool]]:
    """The content words, each with its sign; everything after "it is not true that" is denied."""
    found = _UNTRUE.search(sentence)
    before, after = (sentence[: found.start()], sentence[found.end() :]) if found else (sentence, "")
    return chain(_signed(before, untrue=False), _signed(after, untrue=True))


def _signed(text: str, *, untrue: bool) -> Iterable[tuple[str, bool]]:
    stems = normalized.words(_NOTATION.sub(r"\1 log n", text))
    telling = frozenset(normalized.content(stems))
    return (
        (stem, normalized.denied(stem, stems, at) is not untrue) for at, stem in enumerate(stems) if stem in telling
    )


def _weight(stem: str, asked: Set[str]) -> float:
    return (_DEMOTED if stem in asked else 1.0) * (_COMMON if synonyms.says_little(stem) else 1.0)


def _found(stem: str, reference: Said, answer: Said) -> float:
    """How far the answer says a word of the reference with the same sign."""
    signs = {denied for word, denied in zip(reference.stems, reference.denied, strict=True) if word == stem}
    said = set(zip(answer.stems, answer.denied, strict=True))
    return max((alike(stem, word) * (1.0 if denied in signs else _DENIED) for word, denied in said), default=0.0)


def _against(stem: str, found: float, said: Set[str]) -> bool:
    opposite = found < FAMILY and bool(synonyms.opposites(stem) & said)
    return opposite or 0.0 < found <= _DENIED


def _beginning(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
