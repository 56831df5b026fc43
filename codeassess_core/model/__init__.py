"""The domain model: frozen values with the names of docs/glossary.md.

It is independent of storage, messages and screens. Lines are counted from 1 and ranges
include both ends; times are aware UTC; scores are from 0 to 10.
"""

from __future__ import annotations

from .assessment import DEFAULT_TENANT, AssessmentSpec, AssessmentState, Criterion, Feedback, TextFile, TriggerPolicy
from .decision import Decision, Moment, RecordedDecision
from .evaluation import Contest, CriterionResult, Evaluation, Review, ReviewVerdict, Verdict
from .interaction import Event, Interaction, InteractionKind, Turn
from .person import ExtraTime, Invitation, InvitationState, InvitationStatus, NewInvitation, Person
from .provenance import Difficulty, Plan, Provenance
from .question import ExpectedPoint, Passage, Question, QuestionStatus
from .report import Report
from .session import CLOSING_SILENCE, AssessmentSession, Attempt, Flag, Grading, Lease, Mode, SessionStatus
from .slots import Claim, ClaimOutcome, Option, Slot, SlotKind
from .snapshot import MAIN_DOCUMENT, MAX_DOCUMENT_BYTES, Cause, Region, Snapshot, SnapshotInfo, Step

__all__ = [
    "ExtraTime",
    "Invitation",
    "InvitationState",
    "InvitationStatus",
    "NewInvitation",
    "Person",
    "AssessmentSession",
    "AssessmentSpec",
    "AssessmentState",
    "Contest",
    "Attempt",
    "CLOSING_SILENCE",
    "Cause",
    "Claim",
    "ClaimOutcome",
    "Criterion",
    "CriterionResult",
    "DEFAULT_TENANT",
    "Decision",
    "Difficulty",
    "Evaluation",
    "Event",
    "ExpectedPoint",
    "Feedback",
    "Flag",
    "Grading",
    "Interaction",
    "InteractionKind",
    "Lease",
    "MAIN_DOCUMENT",
    "MAX_DOCUMENT_BYTES",
    "Mode",
    "Moment",
    "Option",
    "Passage",
    "Plan",
    "Provenance",
    "Question",
    "QuestionStatus",
    "RecordedDecision",
    "Region",
    "Report",
    "Review",
    "ReviewVerdict",
    "SessionStatus",
    "Slot",
    "SlotKind",
    "Snapshot",
    "SnapshotInfo",
    "Step",
    "TextFile",
    "TriggerPolicy",
    "Turn",
    "Verdict",
]
