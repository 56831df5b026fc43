"""A request for a new session, and the session that it asks for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from .clock import new_id
from .identity import Principal, Role
from .model import AssessmentSession, AssessmentSpec, ExtraTime, Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRequest:
    """What a new session is to be about. With the same `idempotency_key` it is the same session."""

    assessment_id: str | None = None
    language: str | None = None
    idempotency_key: str | None = None

    @property
    def digest(self) -> str:
        """Equal for requests that ask for the same."""
        return hashlib.sha256(repr((self.assessment_id, self.language)).encode()).hexdigest()


def new_session(
    request: SessionRequest,
    candidate: Principal,
    *,
    spec: AssessmentSpec | None,
    mode: Mode,
    now: datetime,
    extra: ExtraTime,
) -> AssessmentSession:
    """The session of `candidate` about the assessment `spec`, or an open session without one."""
    return AssessmentSession(
        id=new_id(),
        tenant=candidate.tenant,
        owner=candidate.name,
        assessment_id=spec.id if spec else None,
        assessment_version=spec.version if spec else None,
        language=request.language or (spec.language if spec else "python"),
        mode=mode,
        created_at=now,
        epoch=new_id(),
        extra_time=extra.of(spec.time_limit) if spec else 0.0,
    )


def allowed_attempts(candidate: Principal, *, spec: AssessmentSpec | None, mode: Mode) -> int | None:
    """How many sessions the candidate may have of the assessment; None: no limit, as for practice and for staff."""
    limited = spec is not None and mode is not Mode.EMBEDDED and candidate.role is Role.CANDIDATE
    return spec.attempts if spec and limited else None
