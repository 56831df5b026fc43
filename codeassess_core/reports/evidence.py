"""The evidence of each question: what was asked, about which code, answered and judged how. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from codeassess_core.clock import isoformat
from codeassess_core.model import CriterionResult, Evaluation, Plan, Provenance, Question
from codeassess_core.scoring import MAX_SCORE, worth

from .body import (
    CriterionPart,
    EvaluationPart,
    ExcerptPart,
    LinesPart,
    PlanPart,
    ProvenancePart,
    QuestionPart,
    SourcePart,
)


def question_part(question: Question, number: int) -> QuestionPart:
    """One question with all that became of it; `number` counts from 1."""
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
        response=question.response,
        responded_at=isoformat(question.responded_at) if question.responded_at else None,
        seconds_to_answer=_seconds_to_answer(question),
        evaluation=_evaluation_part(evaluation) if evaluation else None,
        failure=question.failure,
        final_score=evaluation.score if evaluation and not evaluation.needs_review else None,
    )


def provenance_part(provenance: Provenance) -> ProvenancePart:
    """Who wrote it."""
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
        max=MAX_SCORE,
        confidence=evaluation.confidence,
        needs_review=evaluation.needs_review,
        criteria=_criteria(evaluation.criteria),
        flags=list(evaluation.flags),
        evaluated_at=isoformat(evaluation.evaluated_at),
        provenance=provenance_part(evaluation.provenance),
    )


def _criteria(results: Sequence[CriterionResult]) -> list[CriterionPart]:
    """Each verdict with its share of the ten points, so that the points of a table add up to its score."""
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
    )
