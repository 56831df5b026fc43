"""A second, independent look at a model's praise: do the rules find what the model says is there? Pure.

A weak model praises nearly everything, a captured one does what the answer tells it.
The offline rules know little, but they cannot be talked to. In the languages that they
read they look for three things that the expected points give them: a claim against what
was expected, a result that is not named, and anything that confirms the praise. How much
must be confirmed depends on whether the model has been measured (`trusted`); nobody need
be wrong where a flag is raised, but a person should look.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .. import scoring
from ..ports import EvaluationBrief, EvaluationDraft
from . import claims, material
from .offline import evaluation, likeness, reference, wording

FLAG: Final = "not_found_by_rules"
"""The flag of an evaluation whose praise the offline rules cannot confirm."""

AGAINST: Final = "against_expected_points"
"""The flag of an evaluation that praises an answer which claims something else than the expected points."""

LANGUAGE: Final = "language_not_known_to_the_rules"
"""The flag of an evaluation that praises an answer in a language in which the rules cannot read claims."""

PRAISE: Final = 6.0  #: points of ten from which an evaluation is praise
_FOUND: Final = 7.0  #: points of ten from the rules that confirm it where they look for words
_LITTLE: Final = 0.15  #: share of one point's words below which even a trusted model's praise is doubted


def second_look(draft: EvaluationDraft, brief: EvaluationBrief, *, trusted: bool = False) -> tuple[str, ...]:
    """The flags of a draft that praises; none when it does not.

    A `trusted` model has been measured on pairs of answers (docs/quality.md): its praise
    stands unless the rules find something against it, or little for it.
    """
    if scoring.score(scoring.verify(draft.criteria, brief.answer, brief.code)) < PRAISE:
        return ()
    if not any(scoring.quote_found(result.quote, brief.answer) for result in draft.criteria):
        return (FLAG,)  # praise that rests on the code alone
    if not brief.expected:
        return () if trusted else (FLAG,)
    answer, code = material.shown(brief)
    brief = replace(brief, answer=answer, code=material.without_numbers(code))  # bounded, as the model saw them
    if claims.unreadable(answer):
        return (LANGUAGE,)
    given = f"{brief.question}\n{brief.code}"
    expected = " ".join(point.text for point in brief.expected)
    compared = claims.compare(answer, expected, question=brief.question, code=brief.code)
    if compared.against:
        return (AGAINST,)
    if trusted:
        some = compared.shared or _best_point(brief, given) >= _LITTLE
        return () if some and not compared.missing else (FLAG,)
    return () if _confirmed(compared, brief) else (FLAG,)


def looked_again(draft: EvaluationDraft, brief: EvaluationBrief, *, trusted: bool) -> EvaluationDraft:
    """A model's draft with the flags that a second look gives it; an offline examiner's draft as it is."""
    if draft.provenance.examiner != "model":
        return draft
    others = tuple(flag for flag in draft.flags if flag not in (FLAG, AGAINST, LANGUAGE))
    return replace(draft, flags=(*others, *second_look(draft, brief, trusted=trusted)))


def _confirmed(compared: claims.Comparison, brief: EvaluationBrief) -> bool:
    """By a claim or a result that they share; or by words, where those tell right from wrong.

    In answers about code they do not: right and wrong ones are made of the same names. They
    do where an expected point comes with the terms to look for, and where there is no code.
    """
    if any(point.any_of for point in brief.expected):
        return _found(brief) >= _FOUND
    if brief.code.strip():
        return bool(compared.shared) and not compared.missing
    return _found(brief, sure=True) >= _FOUND


def _best_point(brief: EvaluationBrief, given: str) -> float:
    """Of the expected point that the answer says most of, the share of words; those that were given count little."""
    said, known = likeness.read(wording.sentences(brief.answer)), likeness.read((given,))
    each = (likeness.compare(said, likeness.read((point.text,)), known).recall for point in brief.expected)
    return max(each, default=0.0)


def _found(brief: EvaluationBrief, *, sure: bool = False) -> float:
    """The points of ten that the rules would give; 0 where they had to be `sure` and are not."""
    draft = evaluation.evaluate(brief)
    if sure and reference.UNSURE in draft.flags:
        return 0.0
    return scoring.score(scoring.verify(draft.criteria, brief.answer, brief.code))
