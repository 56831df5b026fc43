"""A session made by hand, for the tests of reports: one question of every fate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from codeassess_core import scoring
from codeassess_core.model import (
    AssessmentSession,
    AssessmentSpec,
    CriterionResult,
    Decision,
    Evaluation,
    Interaction,
    InteractionKind,
    Mode,
    Passage,
    Provenance,
    Question,
    QuestionStatus,
    RecordedDecision,
    Region,
    Report,
    SessionStatus,
    Snapshot,
    Verdict,
)
from codeassess_core.ports import Narrative
from codeassess_core.reports.build import ReportMaterial, report_body
from codeassess_core.reports.timeline import SnapshotSize

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)

CODE = '''\
def parse_line(line):
    """Return (endpoint, milliseconds), or None when the line is not a request."""
    match = LINE.search(line.rstrip())
    if match is None:
        return None
    return match["path"], int(match["ms"])
'''

MODEL = Provenance(
    examiner="model",
    model="openai:gpt-5-mini",
    version="0.1.0",
    prompt_sha256="ab" * 32,
    input_tokens=900,
    output_tokens=120,
)
FALLBACK = Provenance(
    examiner="offline", model="offline", version="1", fallback_reason="The model did not answer in time."
)
NARRATIVE = Narrative(
    summary="The candidate explained the parser well and knew where it is slow.",
    strengths=("Names the malformed line as the reason for None.",),
    concerns=("Did not say what happens to an empty file.",),
    provenance=MODEL,
)


def at(seconds: float) -> datetime:
    """`seconds` after the start of the session."""
    return START + timedelta(seconds=seconds)


def session(**changes: Any) -> AssessmentSession:
    base = AssessmentSession(
        id="0195-session",
        owner="Ada Example",
        assessment_id="0195-assessment",
        assessment_version=2,
        status=SessionStatus.FINISHING,
        mode=Mode.SERVICE,
        created_at=START,
        epoch="e",
        snapshot_count=3,
    )
    return replace(base, **changes)


ASSESSMENT = AssessmentSpec(id="0195-assessment", version=2, title="Slowest endpoints", created_at=START)


def criterion(verdict: Verdict = Verdict.MET, **changes: Any) -> CriterionResult:
    base = CriterionResult(
        criterion="correctness",
        verdict=verdict,
        reason="It names the malformed line.",
        quote="a line that is not a request",
        weight=4,
        verified=True,
    )
    return replace(base, **changes)


def evaluation(*criteria: CriterionResult, **changes: Any) -> Evaluation:
    """As the story makes it, unless a `score` is given, which is settled or, with `needs_review`, open."""
    results = criteria or (criterion(), criterion(Verdict.PARTLY, criterion="depth", weight=3, reason="Half of it."))
    results = scoring.settle(results, confidence=0.82, flags=())
    if "needs_review" in changes:
        waits = changes.pop("needs_review")
        results = tuple(replace(result, settled=not waits) for result in results)
        changes |= {"score_min": 0.0 if waits else changes["score"], "score_max": 10.0 if waits else changes["score"]}
    scored = scoring.count(results)
    base = Evaluation(
        text="The answer is right and speaks of this code.",
        score=scored.score,
        score_min=scored.score_min,
        score_max=scored.score_max,
        confidence=0.82,
        criteria=results,
        provenance=MODEL,
        evaluated_at=at(200),
    )
    return replace(base, **changes)


def question(n: int = 1, status: QuestionStatus = QuestionStatus.EVALUATED, **changes: Any) -> Question:
    base = Question(
        id=f"question-{n}",
        session_id="0195-session",
        status=status,
        rule="change",
        region=Region(document="main", snapshot=2, start_line=4, end_line=5),
        created_at=at(100),
        text="Why does parse_line return None?",
        kind="purpose",
        excerpt="    if match is None:\n        return None",
        retrieved=(Passage(text="RUBRIC SECRET", source="task notes", score=0.8123),),
        provenance=MODEL,
        asked_at=at(100),
    )
    return replace(base, **changes)


def answered(n: int = 1, **changes: Any) -> Question:
    """An evaluated question; an `evaluation=None` needs another status to make sense."""
    base = question(
        n,
        response="It returns None for a line that is not a request.",
        responded_at=at(148),
        evaluation=evaluation(),
    )
    return replace(base, **changes)


def interaction(seq: int, kind: InteractionKind, seconds: float, /, **payload: Any) -> Interaction:
    return Interaction(
        id=f"interaction-{seq}", seq=seq, kind=kind, client_seq=None, created_at=at(seconds), payload=payload
    )


def update(seq: int, seconds: float, /, **payload: Any) -> Interaction:
    return interaction(seq, InteractionKind.CODE_UPDATE, seconds, **payload)


def decision(seconds: float, rule: str = "min_time", *, question_id: str | None = None, snapshot: int = 1) -> Any:
    reason = "8 lines changed (at least 5)." if question_id else f"{seconds:g} s since the last question."
    return RecordedDecision(
        snapshot=snapshot,
        decision=Decision(asked=question_id is not None, rule=rule, reason=reason),
        question_id=question_id,
        created_at=at(seconds),
    )


def snapshot(document: str = "main", code: str = CODE, n: int = 3) -> Snapshot:
    return Snapshot(
        n=n, seq=None, document=document, sha256="c0de" * 16, bytes=len(code.encode()), created_at=at(90), code=code
    )


FULL = ReportMaterial(
    session=session(),
    assessment=ASSESSMENT,
    questions=(
        answered(1),
        answered(
            2,
            evaluation=evaluation(
                criterion(quote="words nobody said", verified=False), flags=("instruction_in_answer",)
            ),
        ),
        question(3, QuestionStatus.FAILED, response="Because.", responded_at=at(300), failure="The model is down."),
        question(4, QuestionStatus.DEFERRED),
        question(5, QuestionStatus.UNANSWERED),
        question(6, QuestionStatus.WITHDRAWN, text="", excerpt="", asked_at=None, provenance=FALLBACK),
    ),
    decisions=(decision(20), decision(40), decision(100, "change", question_id="question-1", snapshot=2)),
    interactions=(
        update(1, 10),
        update(2, 30),
        interaction(3, InteractionKind.QUESTION_ASKED, 100, interaction_id="question-1"),
        update(4, 120, cause="paste", snapshot=3),
        interaction(5, InteractionKind.RESPONSE_RECEIVED, 148, interaction_id="question-1"),
        interaction(6, InteractionKind.ACTIVITY, 150, kind="run"),
        interaction(7, InteractionKind.EVALUATION, 160, interaction_id="question-1"),
        interaction(8, InteractionKind.FINISH, 400),
    ),
    sizes=(
        SnapshotSize(n=1, document="main", lines=2),
        SnapshotSize(n=2, document="main", lines=6),
        SnapshotSize(n=3, document="main", lines=20),
    ),
    final=snapshot(),
    documents=(snapshot(), snapshot("notes.md", "# notes\n", n=2)),
    generated_at=at(420),
    server_version="0.1.0",
)
"""Six questions: counted, waiting, failed, deferred, unanswered, withdrawn."""


def report(material: ReportMaterial = FULL, narrative: Narrative = NARRATIVE) -> Report:
    return Report(
        id="report-1",
        session_id=material.session.id,
        version=1,
        created_at=at(421),
        body=report_body(material, narrative),
    )
