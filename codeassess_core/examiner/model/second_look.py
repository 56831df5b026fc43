"""A second, independent check of a model's praise: do rules find what the model says is there? Pure.

A weak model praises nearly everything, a manipulated one follows instructions in the
answer. The offline rules know little, but no text can persuade them. In the languages that
they read, they look for three things: a claim against what was expected, a result that is
missing, and anything that confirms the praise. How much must be confirmed depends on
whether the model has been measured (`trusted`). A flag does not mean that something is
wrong; it means that a person should look.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ... import scoring
from ...ports import EvaluationBrief, EvaluationDraft
from ..offline import evaluation, reference
from ..text import claims, similarity
from ..text.sentences import sentences
from . import formatted, material

FLAG: Final = "not_found_by_rules"
"""The flag of an evaluation whose praise the offline rules cannot confirm."""

AGAINST: Final = "against_expected_points"
"""The flag of an evaluation that praises an answer with another claim than the expected points."""

LANGUAGE: Final = "language_not_known_to_the_rules"
"""The flag of an evaluation that praises an answer in a language in which the rules cannot read claims."""

PRAISE: Final = 6.0  #: points of ten; an evaluation with as many is praise
_FOUND: Final = 7.0  #: points of ten from the rules that confirm praise, when points have terms
_WHOLE: Final = 10.0  #: the same when an answer is compared with prose as a whole: it must say nearly all of it
_LITTLE: Final = 0.15  #: share of a point's words below which even a trusted model's praise is doubted


def second_look(draft: EvaluationDraft, brief: EvaluationBrief, *, trusted: bool = False) -> tuple[str, ...]:
    """The flags of a draft that praises; none for other drafts.

    A `trusted` model has been measured on pairs of answers (docs/quality.md): its praise counts
    unless the rules find something against it, or little for it.
    """
    if scoring.score(scoring.verify(draft.criteria, brief.answer, brief.code)) < PRAISE:
        return ()
    if not any(scoring.quote_found(result.quote, brief.answer) for result in draft.criteria):
        return (FLAG,)  # the praise is based on the code alone
    if not brief.expected:
        return () if trusted else (FLAG,)
    answer, code = material.shown(brief)
    brief = replace(brief, answer=answer, code=formatted.without_numbers(code))  # cut to the length that the model saw
    if claims.unreadable(answer):
        return (LANGUAGE,)
    given = f"{brief.question}\n{brief.code}"
    expected = " ".join(point.text for point in brief.expected)
    compared = claims.compare(answer, expected, question=brief.question, code=brief.code)
    if compared.against:
        return (AGAINST,)
    if trusted:
        some = compared.shared or _best_point(brief, given) >= _LITTLE
        return () if some and not compared.silent else (FLAG,)
    return () if _confirmed(compared, brief) else (FLAG,)


def with_second_look(draft: EvaluationDraft, brief: EvaluationBrief, *, trusted: bool) -> EvaluationDraft:
    """A model's draft with the flags of the second look; an offline examiner's draft is unchanged."""
    if draft.provenance.examiner != "model":
        return draft
    others = tuple(flag for flag in draft.flags if flag not in (FLAG, AGAINST, LANGUAGE))
    return replace(draft, flags=(*others, *second_look(draft, brief, trusted=trusted)))


def _confirmed(compared: claims.Comparison, brief: EvaluationBrief) -> bool:
    """Is there a common claim or result, or enough of the expected words?

    Words count only when a point has terms, or when there is no code. In answers about code,
    right and wrong answers use the same names.
    """
    if any(point.any_of for point in brief.expected):
        return _found(brief) >= _FOUND
    if brief.code.strip():
        return bool(compared.shared) and not compared.missing
    return _found(brief, sure=True) >= _WHOLE


def _best_point(brief: EvaluationBrief, given: str) -> float:
    """The highest share of words that the answer says of a point; words of question and code count little."""
    said, known = similarity.read(sentences(brief.answer)), similarity.read((given,))
    each = (similarity.compare(said, similarity.read((point.text,)), known).recall for point in brief.expected)
    return max(each, default=0.0)


def _found(brief: EvaluationBrief, *, sure: bool = False) -> float:
    """The points of ten that the rules would give; 0 when they had to be `sure` and are not."""
    draft = evaluation.evaluate(brief)
    if sure and reference.UNSURE in draft.flags:
        return 0.0
    return scoring.score(scoring.verify(draft.criteria, brief.answer, brief.code))
