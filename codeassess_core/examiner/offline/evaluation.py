"""Judges how far an answer covers what was expected: verdicts with quotes, never a score.

The offline examiner recognises words, it does not understand. A verdict is *settled* only
where rules confirm it: no answer was given, the answer states the result that a point states
(`facts`), or prose without code is as similar to its reference as was measured to be enough
(`reference`). Everything else is open, and a person decides. The confidence of open verdicts
is at most `MAX_CONFIDENCE`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ...answers.feedback import full_text
from ...model import CriterionResult, ExpectedPoint, Verdict
from ...ports import EvaluationBrief, EvaluationDraft
from ..text import claims, guard, normalized
from ..text.giving_up import gives_up
from ..text.injection import FLAG, speaks_to_examiner
from ..text.sentences import sentences
from ..text.tables import alt
from . import coverage, reference
from .provenance import OFFLINE

MAX_CONFIDENCE: Final = 0.5
_MIN_CONFIDENCE: Final = 0.25
_FLAGGED: Final = 0.1
_DERIVED: Final = 0.5  #: factor of the confidence when the expected points were derived from the question and the code

_NO_ANSWER_HERE: Final = "There is no answer to look at."
_REASON_WORDS = alt(
    "because | since | so that | therefore | otherwise | in order | this mean | which mean | "
    "cause | as a result | without | ensure | avoid | prevent | reason | so it | so the"
)


def evaluate(brief: EvaluationBrief) -> EvaluationDraft:
    """Judge each expected point of the brief. Pure and deterministic."""
    honest = tuple(sentence for sentence in sentences(brief.answer) if not _is_off_topic(sentence))
    flags = (FLAG,) if speaks_to_examiner(brief.answer) else ()
    if brief.expected and not any(point.any_of for point in brief.expected):
        return _by_reference(brief, honest, flags)
    points = brief.expected or derive(brief)
    if gives_up(" ".join(honest)):
        criteria = tuple(_unsaid(point) for point in points)
    else:
        answer = coverage.read(honest, brief.question, code=brief.code, excerpt=brief.excerpt)
        criteria = tuple(coverage.judge(point, answer) for point in points)
    if flags:
        criteria = tuple(replace(result, settled=False) for result in criteria)
    confidence = _confidence(criteria, flagged=bool(flags), derived=not brief.expected)
    return _draft(criteria, confidence=confidence, flags=flags)


def _is_off_topic(sentence: str) -> bool:
    """Is the sentence about the examiner or the answer, not about the code?"""
    return speaks_to_examiner(sentence) or guard.speaks_of_itself(sentence)


def _by_reference(brief: EvaluationBrief, honest: Sequence[str], flags: tuple[str, ...]) -> EvaluationDraft:
    """Expected points in prose have no terms, so the answer is compared with all of them together."""
    answer = coverage.read(honest, brief.question, code=brief.code, excerpt=brief.excerpt)
    own = [sentence.text for sentence in answer.sentences if not all(sentence.copied)]
    if gives_up(" ".join(honest)):
        judged = reference.Judgement(
            criteria=reference.unsaid(_NO_ANSWER_HERE), confidence=reference.GAVE_UP, sure=True
        )
    elif answer.parroted or not own:
        judged = reference.Judgement(criteria=reference.unsaid(coverage.PARROTED), confidence=_FLAGGED, sure=False)
    else:
        judged = _checked_by_claims(reference.judge(brief.expected, own, brief.question), brief)
    doubts = flags if judged.sure else (*flags, reference.UNSURE)
    return _draft(judged.criteria, confidence=_FLAGGED if flags else judged.confidence, flags=doubts)


def _checked_by_claims(judged: reference.Judgement, brief: EvaluationBrief) -> reference.Judgement:
    """For answers about code, words do not show what is right: claims decide whether the words count."""
    if not brief.code.strip():
        return judged
    expected = " ".join(point.text for point in brief.expected)
    compared = claims.compare(brief.answer, expected, question=brief.question, code=brief.code)
    if compared.against:
        return reference.contradicted(judged, compared.against)
    return replace(judged, sure=judged.sure and bool(compared.shared) and not compared.missing)


def _draft(criteria: tuple[CriterionResult, ...], *, confidence: float, flags: tuple[str, ...]) -> EvaluationDraft:
    return EvaluationDraft(
        text=full_text(criteria), criteria=criteria, confidence=confidence, provenance=OFFLINE, flags=flags
    )


def derive(brief: EvaluationBrief) -> tuple[ExpectedPoint, ...]:
    """Points for a question that has none: the answer speaks of this code, says what happens, and gives a reason."""
    asked = set(normalized.words(brief.question))
    names = dict.fromkeys(
        w for w in re.findall(r"[^\W\d]\w+|\d+", brief.excerpt.lower()) if normalized.stem(w) not in asked
    )
    own = tuple(w for w in names if normalized.content((normalized.stem(w),)))
    speaks = ExpectedPoint(
        text="The answer speaks of this code: its names, values or calls.", any_of=(own,) if own else ()
    )
    topic = tuple(dict.fromkeys(normalized.content(normalized.words(brief.question + " " + brief.excerpt))))
    explains = ExpectedPoint(
        text="The answer says what the code does when it runs.",
        any_of=(tuple(t for word in topic for t in _EXPLAINS.get(word, ())) or _HAPPENS,),
    )
    reasons = ExpectedPoint(text="The answer gives a reason or a consequence.", any_of=(_REASON_WORDS,))
    return (speaks, explains, reasons)


_HAPPENS: Final = alt("return | store | change | add | compare | check | give | produce | compute | print | become")
_EXPLAINS: Final = {
    normalized.stem(word): terms
    for word, terms in {
        "for": alt("each | every | iterate | repeat | loop | go through"),
        "while": alt("until | as long as | repeat | loop | stop"),
        "if": alt("check | condition | case | true | false | decide"),
        "return": alt("return | give back | result | caller"),
        "try": alt("catch | handle | error | exception"),
        "append": alt("add | collect | end of the list"),
        "def": alt("function | compute | take | return"),
        "print": alt("show | output | display | print"),
    }.items()
}


def _unsaid(point: ExpectedPoint) -> CriterionResult:
    return CriterionResult(
        criterion=point.text, verdict=Verdict.NOT, reason=_NO_ANSWER_HERE, weight=point.weight, settled=True
    )


def _confidence(criteria: Sequence[CriterionResult], *, flagged: bool, derived: bool) -> float:
    if flagged or not criteria:
        return _FLAGGED
    met = sum(c.verdict is Verdict.MET for c in criteria) + 0.5 * sum(c.verdict is Verdict.PARTLY for c in criteria)
    extreme = abs(2 * met / len(criteria) - 1)
    sure = _MIN_CONFIDENCE + (MAX_CONFIDENCE - _MIN_CONFIDENCE) * extreme
    return round(sure * (_DERIVED if derived else 1.0), 2)
