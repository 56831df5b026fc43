"""Judges a free-text answer against a reference answer, or against expected points written as prose.

Words are compared (`likeness`), nothing is understood. The verdicts form a ladder of
three criteria, whose weights and thresholds, like the confidence of each rung, were
fitted to how two people graded real short answers (docs/quality.md): an answer on the
subject that has nothing of what was expected gets about half of the points from people,
one that has a third of it nearly all.

The confidence is the calibrated chance that a person's score is within one point of
five. Words prove something at both ends only: where much or nothing of the reference was
found. In between, in formulas, in contradictions, in another language and where an answer has no word of
the subject, the judge abstains: it flags its verdict `UNSURE`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from ...model import CriterionResult, ExpectedPoint, Verdict
from ..tongues import language_of
from . import guard, likeness, wording
from .likeness import Likeness, Said

UNSURE: Final = "unsure"
"""The flag of an evaluation in which the words neither prove nor disprove the answer."""

SUBJECT: Final = "The answer speaks of what was asked."
IDEA: Final = "It says the main idea of the expected answer."
WHOLE: Final = "It says nearly all of the expected answer."
_WEIGHTS: Final = {SUBJECT: 5.0, IDEA: 3.0, WHOLE: 2.0}

GAVE_UP: Final = 0.95  #: confidence that no answer is worth nothing
_NOTHING_SHOWN: Final = 0.15  #: and that an answer without any known word is

_OTHER_LANGUAGE: Final = "It is in another language than the expected answer, so that words cannot be compared."
_UNREADABLE = re.compile(r"#(?:name|ref|value|null|num|div/0|n/a)[?!]?", re.IGNORECASE)  # of a spreadsheet
_NOTATION = re.compile(r"[*&+]\s?\(?\w|\[|\w\(|=")  # code or a formula, which says more than its words
_WORD = re.compile(r"[^\W_]+")
_NAMED: Final = 4  #: missing words that a reason names


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Verdicts with quotes, and how far they can be trusted."""

    criteria: tuple[CriterionResult, ...]
    confidence: float  #: 0…1, the chance that a person's score is within one point of five
    sure: bool


@dataclass(frozen=True, slots=True)
class _Rung:
    """What an answer gets that says at least this share of the reference."""

    recall: float
    idea: Verdict
    whole: Verdict
    confidence: float
    sure: bool
    precision: float = 0.0  #: share of the answer's own words that must be expected ones, or it may be a dump of words


_LADDER: Final = (
    _Rung(0.70, Verdict.MET, Verdict.MET, 0.97, sure=True, precision=0.1),
    _Rung(0.50, Verdict.MET, Verdict.PARTLY, 0.96, sure=True, precision=0.1),
    _Rung(0.31, Verdict.MET, Verdict.PARTLY, 0.92, sure=True, precision=0.2),
    _Rung(0.18, Verdict.MET, Verdict.NOT, 0.91, sure=True, precision=0.2),
    _Rung(0.10, Verdict.PARTLY, Verdict.NOT, 0.70, sure=False),
    _Rung(0.05, Verdict.NOT, Verdict.NOT, 0.62, sure=False),
    _Rung(0.00, Verdict.NOT, Verdict.NOT, 0.68, sure=True),
)


def judge(points: Sequence[ExpectedPoint], answer: Sequence[str], question: str) -> Judgement:
    """Judge the sentences of an answer; `points` are read as one reference, in any order."""
    reference = likeness.read(point.text for point in points)
    asked = likeness.read((question,))
    told = likeness.compare(likeness.read(answer), reference, asked)
    text, expected = " ".join(answer), " ".join(point.text for point in points)
    if _foreign(text, expected):
        return Judgement(criteria=unsaid(_OTHER_LANGUAGE), confidence=_NOTHING_SHOWN, sure=False)
    if not told.on_topic or not told.own or _UNREADABLE.fullmatch(text):
        return Judgement(criteria=unsaid("Nothing in it could be compared."), confidence=_NOTHING_SHOWN, sure=False)
    rung = next(rung for rung in _LADDER if told.recall >= rung.recall)
    if guard.is_word_list(text, like=expected):
        rung = _Rung(rung.recall, Verdict.NOT, Verdict.NOT, _NOTHING_SHOWN, sure=False)
    quote = _quote(answer, reference, asked)
    return Judgement(
        criteria=(
            _result(
                SUBJECT, Verdict.MET, reason="It uses words of the question or of the expected answer.", quote=quote
            ),
            _result(IDEA, rung.idea, reason=_reason(told, expected), quote=quote),
            _result(WHOLE, rung.whole, reason=_reason(told, expected), quote=quote),
        ),
        confidence=rung.confidence,
        sure=rung.sure and told.precision >= rung.precision and not told.against and not _beyond_words(rung, text),
    )


def _foreign(text: str, expected: str) -> bool:
    """Are these clearly in two languages? Then words say nothing."""
    one, other = language_of(text), language_of(expected)
    return one is not None and other is not None and one != other


def _beyond_words(rung: _Rung, text: str) -> bool:
    return rung.idea is Verdict.NOT and _NOTATION.search(text) is not None


def contradicted(judgement: Judgement, dimensions: Sequence[str]) -> Judgement:
    """The same of an answer that claims something else than was expected: it speaks of the subject, and no more."""
    reason = f"It claims something else than was expected: {', '.join(dimensions)}."
    kept = (result for result in judgement.criteria if result.criterion == SUBJECT)
    others = (_result(name, Verdict.NOT, reason=reason) for name in (IDEA, WHOLE))
    return Judgement(criteria=(*kept, *others), confidence=_NOTHING_SHOWN, sure=False)


def unsaid(reason: str) -> tuple[CriterionResult, ...]:
    """Every criterion not met, for this reason."""
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
    """The sentence that says most of the reference; the first one when none says any."""

    def worth(sentence: str) -> float:
        return likeness.compare(likeness.read((sentence,)), reference, asked).recall

    return max(answer, key=worth)


def _reason(told: Likeness, expected: str) -> str:
    found = f"It has {told.recall:.0%} of the weight of the expected words."
    against, missing = (_named(stems, expected) for stems in (told.against, told.missing))
    return f"{found}{f' It seems to deny or reverse: {against}.' if against else ''}" + (
        f" Not found: {missing}." if missing else ""
    )


def _named(stems: Set[str], text: str) -> str:
    """Some of the words of a text that have these stems, as they stand there."""
    words = dict.fromkeys(word for word in _WORD.findall(text.lower()) if wording.stem(word) in stems)
    return ", ".join(list(words)[:_NAMED])
