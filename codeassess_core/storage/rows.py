"""Converts rows to model values and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from ..clock import isoformat
from ..model import (
    AssessmentSession,
    AssessmentSpec,
    Cause,
    Claim,
    ClaimOutcome,
    Criterion,
    CriterionResult,
    Decision,
    Difficulty,
    Evaluation,
    Event,
    ExpectedPoint,
    Feedback,
    Interaction,
    InteractionKind,
    Mode,
    Moment,
    Option,
    Passage,
    Plan,
    Provenance,
    Question,
    QuestionStatus,
    RecordedDecision,
    Region,
    Report,
    Review,
    ReviewVerdict,
    SessionStatus,
    Slot,
    SlotKind,
    Snapshot,
    SnapshotInfo,
    TextFile,
    Verdict,
)
from ..scoring import MAX_SCORE


def plain(value: Any) -> Any:
    """A frozen value, or a tuple of them, as dicts and lists for JSON."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return {key: _plain_leaf(item) for key, item in asdict(value).items()}


def _plain_leaf(value: Any) -> Any:
    if isinstance(value, datetime):
        return isoformat(value)
    if isinstance(value, tuple | list):
        return [_plain_leaf(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_leaf(item) for key, item in value.items()}
    return value


def session(row: RowMapping) -> AssessmentSession:
    values = {f.name: row[f.name] for f in fields(AssessmentSession)}
    status = SessionStatus(row["status"])
    if status is SessionStatus.ACTIVE and row["closing_until"] is not None:
        status = SessionStatus.CLOSING
    values.update(status=status, mode=Mode(row["mode"]))
    return AssessmentSession(**values)


def assessment(row: RowMapping) -> AssessmentSpec:
    """An assessment; a list leaves its files and materials out."""
    values = {f.name: row[f.name] for f in fields(AssessmentSpec) if f.name in row}
    values.update(rubric=tuple(Criterion(**c) for c in row["rubric"]), feedback=Feedback(row["feedback"]))
    values.update({name: tuple(row[name]) for name in ("graders", "languages", "question_kinds")})
    values.update({name: tuple(TextFile(**f) for f in row[name]) for name in ("files", "materials") if name in row})
    values.update(difficulty=Difficulty(row["difficulty"]) if row["difficulty"] else None)
    return AssessmentSpec(**values)


def interaction(row: RowMapping) -> Interaction:
    return Interaction(
        id=row["id"],
        seq=row["seq"],
        kind=InteractionKind(row["kind"]),
        client_seq=row["client_seq"],
        created_at=row["created_at"],
        payload=row["payload"] or {},
    )


def snapshot_info(row: RowMapping) -> SnapshotInfo:
    return SnapshotInfo(
        n=row["n"],
        seq=row["client_seq"],
        document=row["document"],
        sha256=bytes(row["sha256"]).hex(),
        bytes=row["bytes"],
        created_at=row["created_at"],
        language=row["language"],
    )


def snapshot(row: RowMapping, code: str) -> Snapshot:
    cause = Cause(row["cause"]) if row["cause"] else None
    return Snapshot(**asdict(snapshot_info(row)), code=code, cause=cause)


def recorded_decision(row: RowMapping) -> RecordedDecision:
    return RecordedDecision(
        snapshot=row["snapshot"],
        number=row["number"],
        decision=Decision(**{f.name: row[f.name] for f in fields(Decision)} | {"moment": Moment(row["moment"])}),
        question_id=row["question_id"],
        created_at=row["created_at"],
    )


def evaluation(value: dict[str, Any]) -> Evaluation:
    """A stored evaluation. An old one without an interval is either wholly open or wholly settled."""
    value = dict(value)
    waited = value.pop("needs_review", None)
    if waited is not None:
        ends = (0.0, MAX_SCORE) if waited else (value["score"], value["score"])
        value.update(zip(("score_min", "score_max"), ends, strict=True))
    criteria = tuple(
        CriterionResult(**{"settled": not waited, **c, "verdict": Verdict(c["verdict"])}) for c in value["criteria"]
    )
    return Evaluation(
        **{
            **value,
            "criteria": criteria,
            "flags": tuple(value["flags"]),
            "provenance": provenance(value["provenance"]),
            "evaluated_at": datetime.fromisoformat(value["evaluated_at"]),
        }
    )


def provenance(value: dict[str, Any]) -> Provenance:
    given = value.get("plan")
    return Provenance(**{**value, "plan": _plan(given) if given else None})


def _plan(value: dict[str, Any]) -> Plan:
    return Plan(**{**value, "difficulty": Difficulty(value["difficulty"]), "others": tuple(value["others"])})


def expected_point(value: dict[str, Any]) -> ExpectedPoint:
    return ExpectedPoint(**{**value, "any_of": tuple(tuple(group) for group in value["any_of"])})


def slot(value: dict[str, Any]) -> Slot:
    options = tuple(Option(**option) for option in value["options"])
    return Slot(**{**value, "kind": SlotKind(value["kind"]), "accepted": tuple(value["accepted"]), "options": options})


def claim(value: dict[str, Any]) -> Claim:
    return Claim(**{**value, "outcome": ClaimOutcome(value["outcome"]), "values": tuple(value["values"])})


def question(row: RowMapping) -> Question:
    region = Region(
        document=row["document"],
        snapshot=row["snapshot"],
        start_line=row["start_line"],
        end_line=row["end_line"],
    )
    straight = ("id", "session_id", "rule", "created_at", "text", "kind", "excerpt", "asked_at")
    return Question(
        **{name: row[name] for name in straight},
        status=QuestionStatus(row["status"]),
        region=region,
        expected=tuple(expected_point(p) for p in row["expected"] or ()),
        slots=tuple(slot(s) for s in row["slots"] or ()),
        claims=tuple(claim(c) for c in row["claims"] or ()),
        retrieved=tuple(Passage(**p) for p in row["retrieved"] or ()),
        provenance=provenance(row["provenance"]) if row["provenance"] else None,
        response=row["response"],
        slot_answers=row["slot_answers"] or {},
        responded_at=row["responded_at"],
        evaluation=evaluation(row["evaluation"]) if row["evaluation"] else None,
        failure=row["failure"],
    )


def review(row: RowMapping) -> Review:
    values = {f.name: row[f.name] for f in fields(Review) if f.name != "by_owner"}
    by_owner = row["reviewer"] == row["owner"]
    return Review(**{**values, "verdict": ReviewVerdict(row["verdict"]), "by_owner": by_owner})


def event(row: RowMapping) -> Event:
    return Event(event_seq=row["event_seq"], created_at=row["created_at"], message=row["message"])


def report(row: RowMapping) -> Report:
    return Report(**{f.name: row[f.name] for f in fields(Report)})
