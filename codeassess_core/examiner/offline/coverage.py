"""Which expected points does an answer cover? Pure text matching, and honest about it.

An answer is read sentence by sentence. A point is covered when, of each of its
groups, a term occurs that is not denied ("does not return"), does not stand in the
question already, and is not part of a passage copied from the question or the code
(four words in a row, or a whole line). The sentence in which most was found is the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ...model import CriterionResult, ExpectedPoint, Verdict
from . import wording

PARROTED: Final = "The answer repeats the question or the code and adds nothing of its own."
_COPY_RUN: Final = 4  #: words in a row that make a copy
_PARROT_FROM: Final = 4  #: content words from which the share of own words is looked at
_OWN_SHARE: Final = 0.2  #: of the content words, those that are neither in the question nor in the code
_DERIVED_MET: Final = 0.6  #: share of the words of a point without terms that counts as met
_DERIVED_PARTLY: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an answer: its text, its stems, and for each stem whether it is copied."""

    text: str
    stems: tuple[str, ...]
    copied: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer read against the question and the code that it is about."""

    sentences: tuple[Sentence, ...]
    question: tuple[str, ...]  #: the stems of the question
    parroted: bool  #: nearly all of it is the question's or the code's own words


@dataclass(frozen=True, slots=True)
class _Hit:
    sentence: int
    denied: bool


def read(answer: Iterable[str], question: str, *, code: str, excerpt: str) -> Answer:
    """Read the sentences of an answer; `excerpt` is the part of the code that the question is about."""
    asked = wording.words(question)
    lines = frozenset(line.strip() for line in code.splitlines())
    runs = frozenset(chain(_runs(asked), _runs(wording.words(code))))
    parts = tuple(_sentence(text, runs, whole=text in lines) for text in answer)
    return Answer(sentences=parts, question=asked, parroted=_parroted(parts, {*asked, *wording.words(excerpt)}))


def open_to(point: ExpectedPoint, question: str) -> bool:
    """Is there anything left by which an answer to this question could cover the point?"""
    return bool(_informative(point, wording.words(question)))


def judge(point: ExpectedPoint, answer: Answer) -> CriterionResult:
    """The verdict on one point, with the sentence that shows it."""
    if answer.parroted:
        return _result(point, Verdict.NOT, PARROTED)
    groups = _informative(point, answer.question)
    hits = tuple(_find(group, answer.sentences) for group in groups)
    found = [hit for hit in hits if hit is not None and not hit.denied]
    verdict = _verdict(len(found), len(groups), derived=not point.any_of)
    if verdict is Verdict.NOT:
        opposite = any(hit is not None and hit.denied for hit in hits)
        return _result(point, verdict, "The answer says the opposite." if opposite else "The answer does not say this.")
    quote = answer.sentences[_best(found)].text
    missing = [group for group, hit in zip(groups, hits, strict=True) if hit is None or hit.denied]
    return _result(point, verdict, _reason(verdict, missing), quote)


def _result(point: ExpectedPoint, verdict: Verdict, reason: str, quote: str = "") -> CriterionResult:
    return CriterionResult(criterion=point.text, verdict=verdict, reason=reason, quote=quote, weight=point.weight)


def _reason(verdict: Verdict, missing: Sequence[Sequence[str]]) -> str:
    if verdict is Verdict.MET:
        return "The answer says this in its own words."
    ideas = "; ".join(" / ".join(group[:3]) for group in missing)
    return f"Only a part was found; no words for: {ideas}."


def _informative(point: ExpectedPoint, question: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The groups without the terms that the question gives away; those with nothing left are dropped."""
    groups = point.any_of or tuple((word,) for word in dict.fromkeys(wording.content(wording.words(point.text))))
    kept = (tuple(t for t in group if wording.locate(t, question) is None) for group in groups)
    return tuple(group for group in kept if group)


def _find(group: Sequence[str], sentences: Sequence[Sentence]) -> _Hit | None:
    """The first affirmed occurrence of any term; a denied one only when there is no other."""
    fallback: _Hit | None = None
    for number, sentence in enumerate(sentences):
        for term in group:
            for at in wording.occurrences(term, sentence.stems):
                if sentence.copied[at]:
                    continue
                if not wording.denied(term, sentence.stems, at):
                    return _Hit(number, denied=False)
                fallback = fallback or _Hit(number, denied=True)
    return fallback


def _verdict(found: int, wanted: int, *, derived: bool) -> Verdict:
    met, partly = (_DERIVED_MET, _DERIVED_PARTLY) if derived else (1.0, 0.5)
    share = found / wanted if wanted else 0.0
    if share >= met:
        return Verdict.MET
    return Verdict.PARTLY if share >= partly else Verdict.NOT


def _best(found: Sequence[_Hit]) -> int:
    where = [hit.sentence for hit in found]
    return max(dict.fromkeys(where), key=where.count)


def _runs(stems: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(stems[i : i + _COPY_RUN]) for i in range(len(stems) - _COPY_RUN + 1))


def _sentence(text: str, runs: frozenset[tuple[str, ...]], *, whole: bool) -> Sentence:
    stems = wording.words(text)
    copied = [whole] * len(stems)
    for start, run in enumerate(_runs(stems)):
        if run in runs:
            copied[start : start + _COPY_RUN] = [True] * _COPY_RUN
    return Sentence(text=text, stems=stems, copied=tuple(copied))


def _parroted(parts: Sequence[Sentence], known: Set[str]) -> bool:
    said = wording.content(chain.from_iterable(part.stems for part in parts))
    own = [word for word in said if word not in known]
    return len(said) >= _PARROT_FROM and len(own) < _OWN_SHARE * len(said)
