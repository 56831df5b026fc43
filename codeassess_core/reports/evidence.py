"""The evidence of each question: what was asked about which code, the answer and its evaluation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codeassess_core.answers.score_words import answer_words
from codeassess_core.clock import isoformat
from codeassess_core.model import CriterionResult, Evaluation, Plan, Provenance, Question
from codeassess_core.scoring import MAX_SCORE, worth

from .question_parts import (
    CriterionPart,
    EvaluationPart,
    ExcerptPart,
    LinesPart,
    PlanPart,
    ProvenancePart,
    QuestionPart,
    SourcePart,
)
from .result import NOT_EVALUATED, NOT_KNOWN
from .slot_parts import claim_part, slot_parts


def question_part(question: Question, number: int) -> QuestionPart:
    """One question with everything that came of it; `number` counts from 1."""
    region, evaluation = question.region, question.evaluation
    return QuestionPart(
        number=number,
        interaction_id=question.id,
        status=str(question.status),
        rule=question.rule,
        kind=question.kind,
        question=question.text,
        asked_at=isoformat(question.asked_at) if question.asked_at else None,
        snapshot=region.snapshot,
        document=region.document,
        lines=LinesPart(start=region.start_line, end=region.end_line),
        excerpt=ExcerptPart(code=question.excerpt, start_line=region.start_line),
        retrieved=[SourcePart(source=p.source, score=round(p.score, 3)) for p in question.retrieved],
        provenance=provenance_part(question.provenance) if question.provenance else None,
        slots=list(slot_parts(question)),
        claims=[claim_part(claim) for claim in question.claims],
        response=question.response,
        responded_at=isoformat(question.responded_at) if question.responded_at else None,
        seconds_to_answer=_seconds_to_answer(question),
        evaluation=_evaluation_part(evaluation) if evaluation else None,
        failure=question.failure,
        final_score=evaluation.score if evaluation and not evaluation.needs_review else None,
        **_ends(question),
    )


def _ends(question: Question) -> dict[str, Any]:
    """The interval of the score that counts, as far as it is known."""
    if (judged := question.evaluation) is not None:
        return {"score_min": judged.score_min, "score_max": judged.score_max, "score_text": evaluation_words(judged)}
    return NOT_KNOWN if question.status in NOT_EVALUATED else {}


def evaluation_words(evaluation: Evaluation) -> str:
    """The score of an evaluation in words."""
    return answer_words(evaluation.score_min, evaluation.score_max, evaluation.criteria)


def provenance_part(provenance: Provenance) -> ProvenancePart:
    """The provenance of a part."""
    return ProvenancePart(
        examiner=provenance.examiner,
        model=provenance.model,
        version=provenance.version,
        prompt_sha256=provenance.prompt_sha256,
        input_tokens=provenance.input_tokens,
        output_tokens=provenance.output_tokens,
        fallback_reason=provenance.fallback_reason,
        plan=_plan_part(provenance.plan) if provenance.plan else None,
        spent_on=provenance.spent_on,
        samples=provenance.samples,
    )


def _plan_part(plan: Plan) -> PlanPart:
    return PlanPart(kind=plan.kind, difficulty=plan.difficulty, reason=plan.reason, follows=plan.follows)


def _seconds_to_answer(question: Question) -> float | None:
    if question.asked_at is None or question.responded_at is None:
        return None
    return max(0.0, round((question.responded_at - question.asked_at).total_seconds(), 1))


def _evaluation_part(evaluation: Evaluation) -> EvaluationPart:
    return EvaluationPart(
        text=evaluation.text,
        score=evaluation.score,
        score_min=evaluation.score_min,
        score_max=evaluation.score_max,
        score_text=evaluation_words(evaluation),
        max=MAX_SCORE,
        confidence=evaluation.confidence,
        needs_review=evaluation.needs_review,
        criteria=_criteria(evaluation.criteria),
        flags=list(evaluation.flags),
        evaluated_at=isoformat(evaluation.evaluated_at),
        provenance=provenance_part(evaluation.provenance),
    )


def _criteria(results: Sequence[CriterionResult]) -> list[CriterionPart]:
    """Each verdict with its share of the ten points; the points in a table add up to its score."""
    total = sum(result.weight for result in results)
    return [_criterion(result, share=result.weight / total if total > 0 else 0.0) for result in results]


def _criterion(result: CriterionResult, *, share: float) -> CriterionPart:
    return CriterionPart(
        criterion=result.criterion,
        verdict=str(result.verdict),
        quote=result.quote,
        verified=result.verified,
        reason=result.reason,
        weight=result.weight,
        points=round(MAX_SCORE * share * worth(result), 2),
        max_points=round(MAX_SCORE * share, 2),
        settled=result.settled,
        slot=result.slot,
    )
