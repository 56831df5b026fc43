"""Judges a free-text answer against a reference answer, or against expected points written as prose.

Words are compared (`similarity`); nothing is understood. The verdicts are three criteria of
rising demand. Their weights, thresholds and confidences were fitted to how two people
graded real short answers (docs/quality.md): an answer on the subject that has nothing of what
was expected gets about half of the points from people, one that has a third of it gets
nearly all.

The confidence is the calibrated probability that a person's score is within one point of
five. Words are evidence only at both ends: where much or nothing of the reference was found.
The judge abstains (flag `UNSURE`) in between, for formulas, contradictions, other languages
and answers without a word of the subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from ...model import CriterionResult, ExpectedPoint, Verdict
from ..text import guard, mismatch, normalized, roles, similarity
from ..text.language import language_of
from ..text.similarity import Said, Similarity

UNSURE: Final = "unsure"
"""The flag of an evaluation in which the words neither confirm nor refute the answer."""

SUBJECT: Final = "The answer speaks of what was asked."
IDEA: Final = "It says the main idea of the expected answer."
WHOLE: Final = "It says nearly all of the expected answer."
_WEIGHTS: Final = {SUBJECT: 5.0, IDEA: 3.0, WHOLE: 2.0}

GAVE_UP: Final = 0.95  #: confidence that a missing answer is worth nothing
_NOTHING_SHOWN: Final = 0.15  #: confidence that an answer without a known word is worth nothing

_OTHER_LANGUAGE: Final = "It is in another language than the expected answer, so that words cannot be compared."
_UNREADABLE = re.compile(r"#(?:name|ref|value|null|num|div/0|n/a)[?!]?", re.IGNORECASE)  # error values of a spreadsheet
_NOTATION = re.compile(r"[*&+]\s?\(?\w|\[|\w\(|=")  # code or a formula, which says more than its words
_WORD = re.compile(r"[^\W_]+")
_SHORT: Final = 4  #: words; a shorter reference may be said by chance
_BESIDE: Final = 8  #: content words that an answer may have in addition to a short reference
_BRIEF: Final = 14  #: words; in a shorter answer, "or" separates answers and does not explain
_LISTED: Final = 3  #: commas that make a list
_OFFERED = re.compile(r"\b(?:or|either|maybe|perhaps|possibly)\b|\w ?/ ?\w", re.IGNORECASE)
_CALLED_WRONG = re.compile(r"\b(?:wrong|incorrect|false|untrue|not (?:a|an|the|true|right|correct))\b", re.IGNORECASE)
_NAMED: Final = 4  #: missing words that a reason names


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Verdicts with quotes, and their confidence."""

    criteria: tuple[CriterionResult, ...]
    confidence: float  #: 0…1: the probability that a person's score is within one point of five
    sure: bool


@dataclass(frozen=True, slots=True)
class _Rung:
    """What an answer gets that says at least this share of the reference."""

    recall: float
    idea: Verdict
    whole: Verdict
    confidence: float
    sure: bool
    precision: float = (
        0.0  #: share of the answer's own words that must be expected ones; with less it may be a dump of words
    )


_LADDER: Final = (
    _Rung(0.70, Verdict.MET, Verdict.MET, 0.97, sure=True, precision=0.1),
    _Rung(0.50, Verdict.MET, Verdict.PARTLY, 0.96, sure=True, precision=0.1),
    _Rung(0.31, Verdict.MET, Verdict.PARTLY, 0.92, sure=True, precision=0.2),
    _Rung(0.18, Verdict.MET, Verdict.NOT, 0.91, sure=True, precision=0.2),
    _Rung(0.10, Verdict.PARTLY, Verdict.NOT, 0.70, sure=False),
    _Rung(0.05, Verdict.NOT, Verdict.NOT, 0.62, sure=False),
    _Rung(0.00, Verdict.NOT, Verdict.NOT, 0.68, sure=True),
)


_WRONG: Final = _Rung(0.0, Verdict.NOT, Verdict.NOT, 0.9, sure=True)
"""It names another complexity than was expected."""


def judge(points: Sequence[ExpectedPoint], answer: Sequence[str], question: str) -> Judgement:
    """Judge the sentences of an answer; `points` are one reference together, in any order."""
    reference = similarity.read(point.text for point in points)
    asked = similarity.read((question,))
    told = similarity.compare(similarity.read(answer), reference, asked)
    text, expected = " ".join(answer), " ".join(point.text for point in points)
    if _foreign(text, expected):
        return Judgement(criteria=unsaid(_OTHER_LANGUAGE), confidence=_NOTHING_SHOWN, sure=False)
    if not told.on_topic or not told.own or _UNREADABLE.fullmatch(text):
        return Judgement(criteria=unsaid("Nothing in it could be compared."), confidence=_NOTHING_SHOWN, sure=False)
    rung = _rung(told.recall, answer, points)
    return Judgement(
        criteria=_verdicts(rung, reason=_reason(told, expected), quote=_quote(answer, reference, asked)),
        confidence=rung.confidence,
        sure=rung.sure
        and told.precision >= rung.precision
        and not told.against
        and (rung is _WRONG or not _beyond_words(rung, text))
        and (rung is _WRONG or not mismatch.says_something_else(text, expected, question))
        and not (_is_short(expected) and _says_more(text, expected, question)),
    )


def _rung(recall: float, answer: Sequence[str], points: Sequence[ExpectedPoint]) -> _Rung:
    """What an answer gets that says this share of the reference."""
    text, expected = " ".join(answer), " ".join(point.text for point in points)
    if guard.is_word_list(text, like=expected):
        return _Rung(recall, Verdict.NOT, Verdict.NOT, _NOTHING_SHOWN, sure=False)
    if _commits_to_nothing(text, expected) or roles.exchanged(answer, (point.text for point in points)):
        return _Rung(recall, Verdict.PARTLY, Verdict.NOT, _NOTHING_SHOWN, sure=False)
    if mismatch.wrong_complexity(text, expected):
        return _WRONG
    return next(rung for rung in _LADDER if recall >= rung.recall)


def _verdicts(rung: _Rung, *, reason: str, quote: str) -> tuple[CriterionResult, ...]:
    on_topic = "It uses words of the question or of the expected answer."
    return (
        _result(SUBJECT, Verdict.MET, reason=on_topic, quote=quote),
        _result(IDEA, rung.idea, reason=reason, quote=quote),
        _result(WHOLE, rung.whole, reason=reason, quote=quote),
    )


def _foreign(text: str, expected: str) -> bool:
    """Are these clearly in two languages? Then words are no evidence."""
    one, other = language_of(text), language_of(expected)
    return one is not None and other is not None and one != other


def _is_short(expected: str) -> bool:
    return len(expected.split()) <= _SHORT


def _commits_to_nothing(text: str, expected: str) -> bool:
    """A few words were expected: does the answer offer several things, or call the expected one wrong?"""
    offers = _OFFERED.search(text) is not None and _OFFERED.search(expected) is None
    several = text.count(",") >= _LISTED and expected.count(",") < _LISTED
    brief = len(text.split()) <= _BRIEF
    return _is_short(expected) and brief and (offers or several or _CALLED_WRONG.search(text) is not None)


def _says_more(text: str, expected: str, question: str) -> bool:
    """Does the answer say so much in addition that the few expected words may have another meaning?"""
    wanted, said = (normalized.content(normalized.words(one)) for one in (expected, text))
    if any(len(word) == 1 or not word.isalpha() for word in wanted):
        return sorted(wanted) != sorted(said)  # a formula is right only as a whole
    known = {*wanted, *normalized.words(question)}
    beside = {word for word in said if not any(similarity.alike(word, other) for other in known)}
    return len(beside) > _BESIDE


def _beyond_words(rung: _Rung, text: str) -> bool:
    return rung.idea is Verdict.NOT and _NOTATION.search(text) is not None


def contradicted(judgement: Judgement, dimensions: Sequence[str]) -> Judgement:
    """The judgement of an answer that claims something else than was expected: it is on the subject, and no more."""
    reason = f"It claims something else than was expected: {', '.join(dimensions)}."
    kept = (result for result in judgement.criteria if result.criterion == SUBJECT)
    others = (_result(name, Verdict.NOT, reason=reason) for name in (IDEA, WHOLE))
    return Judgement(criteria=(*kept, *others), confidence=_NOTHING_SHOWN, sure=False)


def unsaid(reason: str) -> tuple[CriterionResult, ...]:
    """All criteria not met, for this reason."""
    return tuple(_result(criterion, Verdict.NOT, reason=reason) for criterion in _WEIGHTS)


def _result(criterion: str, verdict: Verdict, *, reason: str, quote: str = "") -> CriterionResult:
    return CriterionResult(
        criterion=criterion,
        verdict=verdict,
        reason=reason,
        quote="" if verdict is Verdict.NOT else quote,
        weight=_WEIGHTS[criterion],
    )


def _quote(answer: Sequence[str], reference: Said, asked: Said) -> str:
    """The sentence that says most of the reference; the first one when none says any of it."""

    def worth(sentence: str) -> float:
        return similarity.compare(similarity.read((sentence,)), reference, asked).recall

    return max(answer, key=worth)


def _reason(told: Similarity, expected: str) -> str:
    found = f"It has {told.recall:.0%} of the weight of the expected words."
    against, missing = (_named(stems, expected) for stems in (told.against, told.missing))
    return f"{found}{f' It seems to deny or reverse: {against}.' if against else ''}" + (
        f" Not found: {missing}." if missing else ""
    )


def _named(stems: Set[str], text: str) -> str:
    """Some of the words of a text that have these stems, as they are written there."""
    words = dict.fromkeys(word for word in _WORD.findall(text.lower()) if normalized.stem(word) in stems)
    return ", ".join(list(words)[:_NAMED])
