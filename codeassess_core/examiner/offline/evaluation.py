"""How far an answer covers what was expected: verdicts with quotes, never a score.

The offline examiner recognises words, it does not understand: every evaluation of its
carries the flag `PROVISIONAL`, so that a person decides. Expected points with terms are
looked for one by one; nobody has measured how well that agrees with people, so its
confidence stays at or below `MAX_CONFIDENCE`. Expected points in prose are compared as
a whole, with a confidence that was measured (`reference`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ...model import CriterionResult, ExpectedPoint, Verdict
from ...ports import EvaluationBrief, EvaluationDraft
from .. import claims
from . import coverage, guard, reference, wording
from .meaning import alt
from .provenance import OFFLINE

PROVISIONAL: Final = "judged_offline"
"""The flag of every offline evaluation: its score is provisional, however sure it is."""

MAX_CONFIDENCE: Final = 0.5
_MIN_CONFIDENCE: Final = 0.25
_FLAGGED: Final = 0.1
_DERIVED: Final = 0.5  #: factor when the expected points had to be guessed from the question and the code

_NO_ANSWER_HERE: Final = "There is no answer to look at."
_CLOSING: Final = "This was judged offline by looking for expected ideas; a person decides."
_NO_ANSWER = re.compile(
    r"(?:sorry\W*)?(?:i\s+)?(?:really\s+|honestly\s+)?"
    r"(?:(?:do\s*n['’o]?t|dont|do not|cannot|can't)\s+(?:know|remember|understand|say|tell)|have no (?:idea|clue))"
    r"(?:\s+(?:it|this|that|the answer|sorry|yet|why|how|what))*"
    r"|no (?:idea|clue|answer|response)(?: given)?|not (?:sure|answered|attempted)|unanswered|left blank|blank"
    r"|idk|dunno|pass|skip|n/?a|\?+|-+",
    re.IGNORECASE,
)
_REASON_WORDS = alt(
    "because | since | so that | therefore | otherwise | in order | this mean | which mean | "
    "cause | as a result | without | ensure | avoid | prevent | reason | so it | so the"
)


def evaluate(brief: EvaluationBrief) -> EvaluationDraft:
    """Judge each expected point of the brief; pure and deterministic."""
    said = wording.sentences(brief.answer)
    honest = tuple(s for s in said if not guard.addresses_examiner(s))
    flags = (guard.FLAG,) if len(honest) < len(said) else ()
    if brief.expected and not any(point.any_of for point in brief.expected):
        return _by_reference(brief, honest, flags)
    points = brief.expected or derive(brief)
    if gives_up(" ".join(honest)):
        criteria = tuple(_unsaid(point) for point in points)
    else:
        answer = coverage.read(honest, brief.question, code=brief.code, excerpt=brief.excerpt)
        criteria = tuple(coverage.judge(point, answer) for point in points)
    confidence = _confidence(criteria, flagged=bool(flags), derived=not brief.expected)
    text = _text(criteria, answered=bool(honest), flagged=bool(flags))
    return _draft(text, criteria, confidence=confidence, flags=flags)


def _by_reference(brief: EvaluationBrief, honest: Sequence[str], flags: tuple[str, ...]) -> EvaluationDraft:
    """Expected points in prose have no terms to look for: the answer is compared with them as a whole."""
    answer = coverage.read(honest, brief.question, code=brief.code, excerpt=brief.excerpt)
    own = [sentence.text for sentence in answer.sentences if not all(sentence.copied)]
    if gives_up(" ".join(honest)):
        judged = reference.Judgement(
            criteria=reference.unsaid(_NO_ANSWER_HERE), confidence=reference.GAVE_UP, sure=True
        )
    elif answer.parroted or not own:
        judged = reference.Judgement(criteria=reference.unsaid(coverage.PARROTED), confidence=_FLAGGED, sure=False)
    else:
        judged = _beside_claims(reference.judge(brief.expected, own, brief.question), brief)
    text = _text(judged.criteria, answered=bool(honest), flagged=bool(flags))
    doubts = flags if judged.sure else (*flags, reference.UNSURE)
    return _draft(text, judged.criteria, confidence=_FLAGGED if flags else judged.confidence, flags=doubts)


def _beside_claims(judged: reference.Judgement, brief: EvaluationBrief) -> reference.Judgement:
    """In answers about code words do not tell right from wrong: claims decide whether they can be believed."""
    if not brief.code.strip():
        return judged
    expected = " ".join(point.text for point in brief.expected)
    compared = claims.compare(brief.answer, expected, question=brief.question, code=brief.code)
    if compared.against:
        return reference.contradicted(judged, compared.against)
    return replace(judged, sure=judged.sure and bool(compared.shared) and not compared.missing)


def _draft(
    text: str, criteria: tuple[CriterionResult, ...], *, confidence: float, flags: tuple[str, ...]
) -> EvaluationDraft:
    return EvaluationDraft(
        text=text, criteria=criteria, confidence=confidence, provenance=OFFLINE, flags=(PROVISIONAL, *flags)
    )


def gives_up(answer: str) -> bool:
    """Is this no answer: empty, "I don't know", a dash?"""
    bare = answer.strip().strip(".!…, ")
    return not bare or _NO_ANSWER.fullmatch(bare) is not None


def derive(brief: EvaluationBrief) -> tuple[ExpectedPoint, ...]:
    """Points for a question that came with none: it speaks of this code, says what happens, and gives a reason."""
    asked = set(wording.words(brief.question))
    names = dict.fromkeys(
        w for w in re.findall(r"[^\W\d]\w+|\d+", brief.excerpt.lower()) if wording.stem(w) not in asked
    )
    own = tuple(w for w in names if wording.content((wording.stem(w),)))
    speaks = ExpectedPoint(
        text="The answer speaks of this code: its names, values or calls.", any_of=(own,) if own else ()
    )
    topic = tuple(dict.fromkeys(wording.content(wording.words(brief.question + " " + brief.excerpt))))
    explains = ExpectedPoint(
        text="The answer says what the code does when it runs.",
        any_of=(tuple(t for word in topic for t in _EXPLAINS.get(word, ())) or _HAPPENS,),
    )
    reasons = ExpectedPoint(text="The answer gives a reason or a consequence.", any_of=(_REASON_WORDS,))
    return (speaks, explains, reasons)


_HAPPENS: Final = alt("return | store | change | add | compare | check | give | produce | compute | print | become")
_EXPLAINS: Final = {
    wording.stem(word): terms
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
    return CriterionResult(criterion=point.text, verdict=Verdict.NOT, reason=_NO_ANSWER_HERE, weight=point.weight)


def _confidence(criteria: Sequence[CriterionResult], *, flagged: bool, derived: bool) -> float:
    if flagged or not criteria:
        return _FLAGGED
    met = sum(c.verdict is Verdict.MET for c in criteria) + 0.5 * sum(c.verdict is Verdict.PARTLY for c in criteria)
    extreme = abs(2 * met / len(criteria) - 1)
    sure = _MIN_CONFIDENCE + (MAX_CONFIDENCE - _MIN_CONFIDENCE) * extreme
    return round(sure * (_DERIVED if derived else 1.0), 2)


def _text(criteria: Sequence[CriterionResult], *, answered: bool, flagged: bool) -> str:
    covered = [c.criterion for c in criteria if c.verdict is Verdict.MET]
    halves = [c.criterion for c in criteria if c.verdict is Verdict.PARTLY]
    missing = [c.criterion for c in criteria if c.verdict is Verdict.NOT]
    parts = [f"The answer covers {len(covered)} of {len(criteria)} expected points{_listed(covered)}."]
    if halves:
        parts.append(f"In part{_listed(halves)}.")
    if missing:
        parts.append(f"Not found{_listed(missing)}.")
    if flagged:
        parts.append("Sentences that address the examiner were left out and are shown to a person.")
    elif not answered or all(c.reason == _NO_ANSWER_HERE for c in criteria):
        parts = ["There is no answer here that could be compared with the expected points."]
    return " ".join([*parts, _CLOSING])


def _listed(points: Sequence[str]) -> str:
    return ": " + "; ".join(p.rstrip(".") for p in points) if points else ""
