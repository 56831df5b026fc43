"""What happened in a session: interactions, events, and turns of the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class InteractionKind(StrEnum):
    """The kinds of interactions."""

    CONSENT = "consent"  #: to the text of the assessment, with which a session begins
    CODE_UPDATE = "code_update"
    ACTIVITY = "activity"
    QUESTION_ASKED = "question_asked"
    QUESTION_DEFERRED = "question_deferred"
    QUESTION_WITHDRAWN = "question_withdrawn"
    RESPONSE_RECEIVED = "response_received"
    EVALUATION = "evaluation"
    EVALUATION_FAILED = "evaluation_failed"
    FINISH = "finish"
    REPORT = "report"
    REVIEW = "review"
    CONTEST = "contest"  #: of a score, by the candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One recorded thing that happened in a session. `seq` is its number in the session, from 1."""

    id: str
    seq: int
    kind: InteractionKind
    client_seq: int | None
    created_at: datetime
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A message with state for clients, numbered from 1 in each session."""

    event_seq: int
    created_at: datetime
    message: dict[str, Any]  #: the wire message, without event_seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of the conversation with the examiner, as stored in the chat history."""

    role: str  #: "ai" or "human"
    kind: str  #: "question", "response" or "evaluation"
    interaction_id: str
    text: str
