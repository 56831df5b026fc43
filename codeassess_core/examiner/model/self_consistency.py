"""Evaluates an answer several times: the agreement of the model with itself is its confidence.

The confidence that a model states says little; whether it gives the same verdicts again says
more (self-consistency, Wang et al. 2023, arXiv:2203.11171). The second evaluation is always
made, further ones only while two differ, so agreement costs one more call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ...costs.budget import Spending
from ...errors import ExaminerError
from ...ports import EvaluationBrief, EvaluationDraft, Examiner, Narrative, QuestionBrief, QuestionDraft, ReportBrief
from ...scoring import WORTH

FLAG: Final = "samples_disagree"
"""One evaluation found a criterion met, another found it not met at all."""


class SelfConsistentExaminer:
    """Wraps `examiner`: an answer is evaluated twice, and up to `samples` times while the verdicts differ."""

    def __init__(self, examiner: Examiner, *, samples: int) -> None:
        self.name = examiner.name
        self._examiner = examiner
        self._samples = samples

    async def ask(self, brief: QuestionBrief) -> QuestionDraft:
        return await self._examiner.ask(brief)

    async def summarize(self, brief: ReportBrief) -> Narrative:
        return await self._examiner.summarize(brief)

    async def evaluate(self, brief: EvaluationBrief) -> EvaluationDraft:
        """The evaluation nearest to all others. Evaluations that fail after the first are left out."""
        drafts = [await self._examiner.evaluate(brief)]
        spent = Spending.of(drafts[0].provenance)
        while len(drafts) < self._samples and (len(drafts) == 1 or differ(drafts)):
            try:
                draft = await self._examiner.evaluate(replace(brief, allowance=brief.allowance.less(spent)))
            except ExaminerError as problem:
                spent = problem.spent + spent if problem.spent else spent
                break
            drafts.append(draft)
            spent = Spending.of(draft.provenance) + spent
        return _costing(agreed(drafts), spent, len(drafts))


def differ(drafts: Sequence[EvaluationDraft]) -> bool:
    """Do they differ on a criterion?"""
    return len({tuple(result.verdict for result in draft.criteria) for draft in drafts}) > 1


def agreed(drafts: Sequence[EvaluationDraft]) -> EvaluationDraft:
    """The draft with the least distance to the others; its confidence is their agreement.

    It is one whole evaluation, so quotes and reasons belong to the verdicts. A single draft keeps
    its own confidence.
    """
    middle = min(drafts, key=lambda draft: sum(_distance(draft, other) for other in drafts))
    if len(drafts) == 1:
        return middle
    spreads = [_spread(drafts, n) for n in range(len(middle.criteria))]
    weights = [result.weight for result in middle.criteria]
    apart = sum(w * s for w, s in zip(weights, spreads, strict=True)) / (sum(weights) or 1.0)
    flags = dict.fromkeys(flag for draft in drafts for flag in draft.flags)  # a flag of any draft needs a person
    if any(spread == 1.0 for spread in spreads):
        flags[FLAG] = None
    return replace(middle, confidence=min(middle.confidence, 1.0 - apart), flags=tuple(flags))


def _distance(one: EvaluationDraft, other: EvaluationDraft) -> float:
    pairs = zip(one.criteria, other.criteria, strict=True)
    return sum(abs(WORTH[a.verdict] - WORTH[b.verdict]) * a.weight for a, b in pairs)


def _spread(drafts: Sequence[EvaluationDraft], n: int) -> float:
    """How far apart the verdicts on the n-th criterion are: 0, ½ or 1."""
    worths = [WORTH[draft.criteria[n].verdict] for draft in drafts]
    return max(worths) - min(worths)


def _costing(draft: EvaluationDraft, spent: Spending, samples: int) -> EvaluationDraft:
    tokens = spent.tokens
    provenance = replace(
        draft.provenance,
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        estimated=spent.estimated,
        samples=samples,
    )
    return replace(draft, provenance=provenance)
