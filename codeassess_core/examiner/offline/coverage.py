"""Finds the expected points that an answer covers, by comparing words. Pure.

An answer is read sentence by sentence. A point is covered when each of its groups has a
term in the answer that is not denied ("does not return"), is not in the question already,
and is not part of a passage copied from the question or the code (four words in a row, or a
whole line). The sentence with the most terms is the evidence. Where the point states a
result, the answer must state the same one (`facts`); only then is the verdict settled,
because words alone do not show what is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from ...documents.lines import split_lines
from ...model import CriterionResult, ExpectedPoint, Verdict
from ..text import guard, normalized
from . import facts

PARROTED: Final = "The answer repeats the question or the code and adds nothing of its own."
_COPY_RUN: Final = 4  #: words in a row that make a copy
_PARROT_FROM: Final = 4  #: content words from which the share of own words is checked
_OWN_SHARE: Final = 0.2  #: share of the content words that must be neither in the question nor in the code
_DERIVED_MET: Final = 0.6  #: for a point without terms: share of its words that counts as met
_DERIVED_PARTLY: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an answer: its text, its stems, and for each stem whether it is copied."""

    text: str
    stems: tuple[str, ...]
    copied: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with the question and the code that it is about."""

    text: str  #: without the copied sentences
    asked: str  #: the question
    sentences: tuple[Sentence, ...]
    question: tuple[str, ...]  #: the stems of the question
    parroted: bool  #: nearly all words are those of the question or the code


@dataclass(frozen=True, slots=True)
class _Hit:
    sentence: int
    denied: bool


def read(answer: Iterable[str], question: str, *, code: str, excerpt: str) -> Answer:
    """Read the sentences of an answer; `excerpt` is the code that the question is about."""
    asked = normalized.words(question)
    lines = frozenset(line.strip() for line in split_lines(code))
    runs = frozenset(chain(_runs(asked), _runs(normalized.words(code))))
    parts = tuple(_sentence(text, runs, whole=text in lines) for text in answer)
    return Answer(
        text="\n".join(part.text for part in parts if not all(part.copied) or not part.stems),
        asked=question,
        sentences=parts,
        question=asked,
        parroted=_parroted(parts, {*asked, *normalized.words(excerpt)}),
    )


def open_to(point: ExpectedPoint, question: str) -> bool:
    """Is there a term left by which an answer to this question can cover the point?"""
    return bool(_informative(point, normalized.words(question)))


def judge(point: ExpectedPoint, answer: Answer) -> CriterionResult:
    """The verdict on one point, with the sentence that shows it."""
    stated = facts.verdict_of(point, answer.text, answer.asked)
    if stated is not Verdict.MET and (reason := _no_answer(point, answer, stated)):
        return _result(point, Verdict.NOT, reason)
    groups = _informative(point, answer.question)
    hits = tuple(_find(group, answer.sentences) for group in groups)
    found = [hit for hit in hits if hit is not None and not hit.denied]
    verdict = _with_result(_verdict(len(found), len(groups), derived=not point.any_of), stated)
    if verdict is Verdict.NOT:
        opposite = any(hit is not None and hit.denied for hit in hits)
        return _result(point, verdict, "The answer says the opposite." if opposite else "The answer does not say this.")
    quote = answer.sentences[_best(found)].text if found else answer.sentences[0].text
    missing = [group for group, hit in zip(groups, hits, strict=True) if hit is None or hit.denied]
    settled = verdict is Verdict.MET and stated is Verdict.MET
    return replace(_result(point, verdict, _reason(verdict, missing), quote), settled=settled)


def _no_answer(point: ExpectedPoint, answer: Answer, stated: Verdict | None) -> str:
    """Why the answer cannot meet the point, whatever its words are; empty when it can."""
    if answer.parroted:
        return PARROTED
    if stated is Verdict.NOT:
        return "The answer does not state this result, or it states another one."
    if guard.says_nothing(answer.text, like=point.text):
        return "These are words or values without a statement."
    return ""


def _with_result(verdict: Verdict, stated: Verdict | None) -> Verdict:
    """The verdict from the words, together with that from the result: the right result gives a part at least."""
    if stated is Verdict.MET and verdict is Verdict.NOT:
        return Verdict.PARTLY
    return Verdict.PARTLY if stated is Verdict.PARTLY and verdict is Verdict.MET else verdict


def _result(point: ExpectedPoint, verdict: Verdict, reason: str, quote: str = "") -> CriterionResult:
    return CriterionResult(criterion=point.text, verdict=verdict, reason=reason, quote=quote, weight=point.weight)


def _reason(verdict: Verdict, missing: Sequence[Sequence[str]]) -> str:
    if verdict is Verdict.MET:
        return "The answer says this in its own words."
    ideas = "; ".join(" / ".join(group[:3]) for group in missing)
    return f"Only a part was found; no words for: {ideas}."


def _informative(point: ExpectedPoint, question: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The groups without terms that are in the question already; groups with no term left are dropped."""
    groups = point.any_of or tuple((word,) for word in dict.fromkeys(normalized.content(normalized.words(point.text))))
    kept = (tuple(t for t in group if normalized.locate(t, question) is None) for group in groups)
    return tuple(group for group in kept if group)


def _find(group: Sequence[str], sentences: Sequence[Sentence]) -> _Hit | None:
    """The first term that occurs and is not denied; a denied one only when there is no other."""
    first: _Hit | None = None
    for hit in _hits(group, sentences):
        if not hit.denied:
            return hit
        first = first or hit
    return first


def _hits(group: Sequence[str], sentences: Sequence[Sentence]) -> Iterator[_Hit]:
    """Every term that occurs and is not copied."""
    for number, sentence in enumerate(sentences):
        for term in group:
            own = (at for at in normalized.occurrences(term, sentence.stems) if not sentence.copied[at])
            yield from (_Hit(number, denied=normalized.denied(term, sentence.stems, at)) for at in own)


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
    stems = normalized.words(text)
    copied = [whole] * len(stems)
    for start, run in enumerate(_runs(stems)):
        if run in runs:
            copied[start : start + _COPY_RUN] = [True] * _COPY_RUN
    return Sentence(text=text, stems=stems, copied=tuple(copied))


def _parroted(parts: Sequence[Sentence], known: Set[str]) -> bool:
    said = normalized.content(chain.from_iterable(part.stems for part in parts))
    own = [word for word in said if word not in known]
    return len(said) >= _PARROT_FROM and len(own) < _OWN_SHARE * len(said)
