"""Makes the body of a report from everything that is stored about a session. Pure: no clock, no store, no model.

Code computes the numbers; the examiner's narrative only adds prose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

from codeassess_core import scoring
from codeassess_core.clock import isoformat
from codeassess_core.costs.budget import NO_LIMIT, SpendingLimit, Spent
from codeassess_core.model import (
    MAIN_DOCUMENT,
    AssessmentSession,
    AssessmentSpec,
    Attempt,
    Interaction,
    InteractionKind,
    Mode,
    Provenance,
    Question,
    QuestionStatus,
    RecordedDecision,
    Snapshot,
)
from codeassess_core.ports import Narrative

from .body import (
    SCHEMA_VERSION,
    ActivityPart,
    AssessmentPart,
    AttemptPart,
    DocumentPart,
    FallbackPart,
    OverallPart,
    ProvenanceSummary,
    ReportBody,
    SessionPart,
    TimelineEntry,
    TokensPart,
)
from .consent import agreement_missing, consent_part
from .evidence import question_part
from .result import NEVER_SEEN, NOT_EVALUATED, overall_part
from .timeline import SnapshotSize, is_paste, timeline
from .wording import counted, duration

GAP: Final = 60.0
"""Seconds of a gap between two actions that count as activity, at most."""

_BY_CANDIDATE: Final = frozenset(
    {
        InteractionKind.CODE_UPDATE,
        InteractionKind.ACTIVITY,
        InteractionKind.QUESTION_DEFERRED,
        InteractionKind.RESPONSE_RECEIVED,
        InteractionKind.FINISH,
    }
)
_LATE: Final = {InteractionKind.CODE_UPDATE: "update", InteractionKind.RESPONSE_RECEIVED: "answer"}
UNVERIFIED: Final = "unverified"
RECORDED: Final = "recorded by the service"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMaterial:
    """Everything stored about one session. `questions` are in the order they were decided, the rest in any order."""

    session: AssessmentSession
    assessment: AssessmentSpec | None = None
    questions: tuple[Question, ...] = ()
    decisions: tuple[RecordedDecision, ...] = ()
    interactions: tuple[Interaction, ...] = ()  #: all of the session, without code
    sizes: tuple[SnapshotSize, ...] = ()  #: of every snapshot; without them the timeline has no numbers of lines
    final: Snapshot | None = None  #: the last snapshot of the main document
    documents: tuple[Snapshot, ...] = ()  #: the last snapshot of each document
    attempts: tuple[Attempt, ...] = ()  #: the candidate's earlier attempts at the assessment
    limit: SpendingLimit = NO_LIMIT  #: with the prices of models
    generated_at: datetime
    server_version: str
    protocol: int = 1


def report_body(material: ReportMaterial, narrative: Narrative) -> dict[str, Any]:
    """The body of one report version as plain JSON values (`body.ReportBody`, docs/reports.md)."""
    material = replace(material, questions=_asked_first(material.questions))
    overall = _overall(material.questions)
    body = ReportBody(
        schema_version=SCHEMA_VERSION,
        session=_session(material),
        assessment=_assessment(material.assessment),
        integrity=UNVERIFIED if material.session.mode is Mode.EMBEDDED else RECORDED,
        integrity_reason=_INTEGRITY[material.session.mode],
        consent=consent_part(material.interactions),
        overall=overall,
        summary=narrative.summary,
        strengths=list(narrative.strengths),
        concerns=list(narrative.concerns),
        questions=[question_part(q, n) for n, q in enumerate(material.questions, 1)],
        attempts=[_attempt(attempt) for attempt in material.attempts],
        timeline=_timeline(material),
        final_code=_final_code(material),
        activity=_activity(material),
        provenance=_provenance(material, narrative),
        generated_at=isoformat(material.generated_at),
        notes=_notes(material, narrative),
    )
    return body.model_dump(mode="json")


_INTEGRITY: Final = {
    Mode.EMBEDDED: (
        "The session ran on the candidate's own machine, where the record could have been altered; read it as practice."
    ),
    Mode.SERVICE: "The service received and kept every update; the candidate could not alter the record.",
    Mode.UPSTREAM: (
        "The candidate's editor sent every update to the service, which kept it; the candidate could not "
        "alter the record afterwards."
    ),
}


def _asked_first(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Questions that could not be written come last, so that the others are numbered without gaps."""
    return tuple(sorted(questions, key=lambda question: question.status is QuestionStatus.WITHDRAWN))


def _attempt(attempt: Attempt) -> AttemptPart:
    return AttemptPart(
        session_id=attempt.session_id,
        created_at=isoformat(attempt.created_at),
        status=attempt.status,
        score=attempt.score,
    )


def _session(material: ReportMaterial) -> SessionPart:
    session = material.session
    moments = [session.created_at, *(i.created_at for i in material.interactions)]
    end = session.ended_at or max(moments)
    return SessionPart(
        id=session.id,
        owner=session.owner,
        status=str(session.status),
        mode=str(session.mode),
        language=session.language,
        created_at=isoformat(session.created_at),
        ended_at=isoformat(session.ended_at) if session.ended_at else None,
        duration_seconds=max(0.0, round((end - session.created_at).total_seconds(), 1)),
    )


def _assessment(spec: AssessmentSpec | None) -> AssessmentPart | None:
    return AssessmentPart(id=spec.id, version=spec.version, title=spec.title) if spec else None


def _overall(questions: tuple[Question, ...]) -> OverallPart:
    evaluations = [q.evaluation for q in questions if q.evaluation]
    failed = sum(q.status in NOT_EVALUATED and q.evaluation is None for q in questions)
    return overall_part(
        scoring.overall(evaluations, failed=failed), asked=sum(q.status not in NEVER_SEEN for q in questions)
    )


def _timeline(material: ReportMaterial) -> list[TimelineEntry]:
    return timeline(
        material.interactions,
        material.decisions,
        sizes=material.sizes,
        questions=material.questions,
        start=material.session.created_at,
    )


def _final_code(material: ReportMaterial) -> list[DocumentPart]:
    """The main document first, then the others by name."""
    first = {material.final.document: material.final} if material.final else {}
    others = {d.document: d for d in sorted(material.documents, key=lambda d: d.document)}
    return [
        DocumentPart(
            document=d.document,
            language=d.language or _language(d.document, material),
            code=d.code,
            sha256=d.sha256,
            snapshot=d.n,
        )
        for d in (first | others).values()
    ]


def _language(document: str, material: ReportMaterial) -> str | None:
    """The session's language for the main document and documents of the same file type; for others it is not known."""
    main = material.final.document if material.final else MAIN_DOCUMENT
    same = document == main or PurePosixPath(document).suffix == PurePosixPath(main).suffix
    return material.session.language if same else None


def _activity(material: ReportMaterial) -> ActivityPart:
    updates = [i for i in material.interactions if i.kind is InteractionKind.CODE_UPDATE]
    return ActivityPart(
        snapshots=material.session.snapshot_count or len(updates),
        questions=sum(q.status not in NEVER_SEEN for q in material.questions),
        answered=sum(q.response is not None for q in material.questions),
        active_seconds=_active_seconds(material.interactions),
        pastes=sum(map(is_paste, updates)),
        gaps=sum("gap" in update.payload for update in updates),
    )


def _active_seconds(interactions: Iterable[Interaction]) -> float:
    moments = sorted(i.created_at for i in interactions if i.kind in _BY_CANDIDATE)
    gaps = ((after - before).total_seconds() for before, after in pairwise(moments))
    return round(sum(min(gap, GAP) for gap in gaps), 1)


def _hands(material: ReportMaterial, narrative: Narrative) -> Iterator[tuple[str, Provenance]]:
    """Every part that an examiner wrote: its name and its provenance."""
    for n, question in enumerate(material.questions, 1):
        if question.provenance and question.provenance.examiner:  # a follow-up may have none yet
            yield f"question {n}", question.provenance
        if question.evaluation:
            yield f"evaluation {n}", question.evaluation.provenance
    yield "summary", narrative.provenance


def _provenance(material: ReportMaterial, narrative: Narrative) -> ProvenanceSummary:
    hands = list(_hands(material, narrative))
    all_of = [hand for _, hand in hands]
    spent = material.limit.spent(material.questions, material.interactions, (narrative.provenance,))
    return ProvenanceSummary(
        examiners=_distinct(h.examiner for h in all_of),
        models=_distinct(h.model for h in all_of),
        versions=_distinct(h.version for h in all_of),
        prompt_sha256=_distinct(h.prompt_sha256 for h in all_of if h.prompt_sha256),
        tokens=_tokens(spent),
        cost=spent.cost,
        fallbacks=[FallbackPart(part=part, reason=h.fallback_reason) for part, h in hands if h.fallback_reason],
        server_version=material.server_version,
        protocol=material.protocol,
    )


def _distinct(values: Iterable[T]) -> list[T]:
    """Each value once, in the order of its first occurrence."""
    return list(dict.fromkeys(values))


def _tokens(spent: Spent) -> TokensPart:
    used = spent.tokens
    if not used.total:
        return TokensPart(input=None, output=None)
    return TokensPart(input=used.input, output=used.output, estimated=spent.estimated)


def _notes(material: ReportMaterial, narrative: Narrative) -> list[str]:
    fallbacks = sum(bool(hand.fallback_reason) for _, hand in _hands(material, narrative))
    notes = [
        "A score from one number to another is open between them until a person decides.",
        "Pastes are what the editor reported or what appeared at once; they never change a score.",
    ]
    if late := _received_late(material):
        notes.append(late)
    if missing := agreement_missing(material.assessment, material.interactions):
        notes.append(missing)
    if fallbacks:
        notes.append(f"The offline examiner stood in for the model in {counted(fallbacks, 'part')}; see provenance.")
    return notes


def _received_late(material: ReportMaterial) -> str:
    """A sentence about what came after the time limit; empty when nothing did, or there is no limit.

    It is kept all the same: a candidate who was offline may have typed it in time.
    """
    limit = material.session.time_limit(material.assessment)
    if limit is None:
        return ""
    end = material.session.created_at + timedelta(seconds=limit)
    by_kind = Counter(i.kind for i in material.interactions if i.created_at > end)
    found = [counted(by_kind[kind], noun) for kind, noun in _LATE.items() if by_kind[kind]]
    return (
        f"After the time limit ({duration(limit)}) the server still received {' and '.join(found)}. They are kept, "
        "because they may have been typed before it; a person decides what counts."
        if found
        else ""
    )
