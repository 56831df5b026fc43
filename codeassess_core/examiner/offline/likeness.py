"""How near an answer is to a reference answer, by its words: pure, deterministic, blind to their order.

Words are compared as stems: equal, misspelt, of one family ("declare", "declaration"),
or synonyms. A word that the question already has counts little (demoting, Sultan et
al. 2016, "Fast and Easy Short Answer Grading with High Accuracy"), and so does one
that nearly every sentence about programs has. A word that is denied on one side only
("does not copy") does not count as said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from rapidfuzz.distance import OSA

from . import vocabulary, wording

MISSPELT: Final = 0.95  #: how far a word counts that is one letter off,
FAMILY: Final = 0.85  #: that shares its beginning,
SYNONYM: Final = 0.5  #: or that means nearly the same
_DEMOTED: Final = 0.25  #: weight of a word that the question already has
_COMMON: Final = 0.5  #: weight of a word of very many sentences
_DENIED: Final = 0.2  #: what is left of a word that is denied on one side only
_FUZZY_FROM: Final = 6
_BEGINNING: Final = 4  #: letters that the beginning of a family has at least, and 0.6 of the longer word
_SHARED: Final = 0.6

_NOTATION = re.compile(r"\b(n?)\s?\*?\s?log\s?\(?\s?n\b\)?", re.IGNORECASE)  # "nlogn" is "n log n"
_UNTRUE = re.compile(
    r"\b(?:not (?:true|correct|right|the case)|isn['’]?t (?:true|correct|right|the case)|false|untrue|wrong|incorrect)"
    r"(?: to (?:say|think|believe|claim))? that\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The content words of a text in order, each with whether it is denied in its clause."""

    stems: tuple[str, ...]
    denied: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An answer beside a reference."""

    recall: float  #: 0…1: of the reference's weight, the share that the answer says
    precision: float  #: 0…1: of the answer's own words, the share that means one of the reference
    on_topic: bool  #: it has a word of the question or of the reference
    own: int  #: its different content words that do not stand in the question
    against: frozenset[str]  #: stems of the reference whose opposite it says instead, or that it denies
    missing: frozenset[str]  #: the same that it does not say


def read(sentences: Iterable[str]) -> Said:
    """The content words of these sentences."""
    found = tuple(chain.from_iterable(_read(sentence) for sentence in sentences))
    return Said(stems=tuple(stem for stem, _ in found), denied=tuple(denied for _, denied in found))


def compare(answer: Said, reference: Said, question: Said) -> Likeness:
    """How near the answer is to the reference, with the question's words demoted."""
    asked, said = frozenset(question.stems), frozenset(answer.stems)
    weights = {stem: _weight(stem, asked) for stem in reference.stems}
    found = {stem: _found(stem, reference, answer) for stem in weights}
    total = sum(weights.values())
    recall = sum(weights[stem] * found[stem] for stem in weights) / total if total else 0.0
    own = dict.fromkeys(stem for stem in answer.stems if stem not in asked)
    meant = sum(any(alike(stem, other) for other in weights) for stem in own)
    return Likeness(
        recall=recall,
        precision=meant / len(own) if own else 0.0,
        on_topic=any(alike(one, other) for one in said for other in asked | weights.keys()),
        own=len(own),
        against=frozenset(stem for stem in weights if _against(stem, found[stem], said)),
        missing=frozenset(stem for stem in weights if found[stem] < SYNONYM and stem not in asked),
    )


@lru_cache(maxsize=65_536)
def alike(one: str, other: str) -> float:
    """0…1: how far two stems say the same."""
    if one == other:
        return 1.0
    if one.isalpha() and other.isalpha() and one[0] == other[0]:
        if min(len(one), len(other)) >= _FUZZY_FROM and OSA.distance(one, other, score_cutoff=1) <= 1:
            return MISSPELT
        shared = _beginning(one, other)
        if shared >= _BEGINNING and shared >= _SHARED * max(len(one), len(other)):
            return FAMILY
    return SYNONYM if vocabulary.groups_of(one) & vocabulary.groups_of(other) else 0.0


def _read(sentence: str) -> Iterable[tuple[str, bool]]:
    """Its content words with their sign; what follows "it is not true that" is denied to the end of the sentence."""
    found = _UNTRUE.search(sentence)
    before, after = (sentence[: found.start()], sentence[found.end() :]) if found else (sentence, "")
    return chain(_signed(before, untrue=False), _signed(after, untrue=True))


def _signed(text: str, *, untrue: bool) -> Iterable[tuple[str, bool]]:
    stems = wording.words(_NOTATION.sub(r"\1 log n", text))
    telling = frozenset(wording.content(stems))
    return ((stem, wording.denied(stem, stems, at) is not untrue) for at, stem in enumerate(stems) if stem in telling)


def _weight(stem: str, asked: Set[str]) -> float:
    return (_DEMOTED if stem in asked else 1.0) * (_COMMON if vocabulary.says_little(stem) else 1.0)


def _found(stem: str, reference: Said, answer: Said) -> float:
    """How far the answer says a word of the reference, with the same sign."""
    signs = {denied for word, denied in zip(reference.stems, reference.denied, strict=True) if word == stem}
    said = set(zip(answer.stems, answer.denied, strict=True))
    return max((alike(stem, word) * (1.0 if denied in signs else _DENIED) for word, denied in said), default=0.0)


def _against(stem: str, found: float, said: Set[str]) -> bool:
    opposite = found < FAMILY and bool(vocabulary.opposites(stem) & said)
    return opposite or 0.0 < found <= _DENIED


def _beginning(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
