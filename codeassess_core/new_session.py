"""A request for a new session, whether it may begin, and the session that it asks for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .clock import Clock, isoformat, new_id
from .errors import AssessmentClosed, CodeAssessError, InvalidInput, NotYetOpen, ServiceOnly
from .identity import Principal, Role
from .limits import NO_LIMITS, Limits
from .model import AssessmentSession, AssessmentSpec, AssessmentState, ExtraTime, Mode
from .rights_errors import ConsentNeeded

if TYPE_CHECKING:
    from .storage.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRequest:
    """What a new session is to be about. With the same `idempotency_key` it is the same session.

    `consent_sha256` is of the text to which the candidate has agreed (`AssessmentSpec.consent`).
    """

    assessment_id: str | None = None
    language: str | None = None
    consent_sha256: str | None = None
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


def refused(
    request: SessionRequest, spec: AssessmentSpec, state: AssessmentState, *, mode: Mode, now: datetime
) -> CodeAssessError | None:
    """Why no session of the assessment may begin now; None: it may."""
    if state.closed:
        return AssessmentClosed(closed_at=isoformat(state.changed_at) if state.changed_at else None)
    if spec.opens_at is not None and now < spec.opens_at:
        opens_at = isoformat(spec.opens_at)
        return NotYetOpen(f"This assessment opens at {opens_at}.", opens_at=opens_at)
    if spec.closes_at is not None and now >= spec.closes_at:
        closes_at = isoformat(spec.closes_at)
        return AssessmentClosed(f"This assessment was closed at {closes_at}.", closes_at=closes_at)
    if spec.verified and mode is Mode.EMBEDDED:
        return ServiceOnly()
    if request.language is not None and spec.languages and request.language not in spec.languages:
        known = ", ".join(spec.languages)
        return InvalidInput(f"language: this assessment is done in {known}.", field="language")
    return consent_missing(request, spec)


def consent_missing(request: SessionRequest, spec: AssessmentSpec) -> ConsentNeeded | None:
    """The error for a candidate who has not agreed to the assessment's text, or to another one; else None."""
    wanted, given = spec.consent_sha256, request.consent_sha256
    if wanted is None or given == wanted:
        return None
    told = {"assessment_id": spec.id, "version": spec.version, "title": spec.title}
    message = None if given is None else "The text has changed since you agreed to it; nothing was recorded."
    return ConsentNeeded(message, **told, consent_text=spec.consent, consent_sha256=wanted)


def agreement(spec: AssessmentSpec | None, candidate: Principal) -> dict[str, Any] | None:
    """What is recorded of the agreement with which a session begins; None: there was nothing to agree to."""
    if spec is None or spec.consent_sha256 is None:
        return None
    return {"by": candidate.name, "version": spec.version, "sha256": spec.consent_sha256, "text": spec.consent}


class Beginnings:
    """Begins sessions, in the mode of this server."""

    def __init__(self, record: Record, *, mode: Mode, clock: Clock, limits: Limits = NO_LIMITS) -> None:
        self._record = record
        self._limits = limits
        self._mode = mode
        self._clock = clock

    async def begin(self, candidate: Principal, request: SessionRequest) -> AssessmentSession:
        """`Assessment.begin`."""
        wanted, now = request.assessment_id, self._clock()
        spec = await self._record.assessments.get(wanted) if wanted is not None else None
        extra = await self._record.people.extra_time(candidate)
        session = new_session(request, candidate, spec=spec, mode=self._mode, now=now, extra=extra)
        key, digest = request.idempotency_key, request.digest
        if spec is not None:
            state = await self._record.assessments.state(spec.id)
            problem = refused(request, spec, state, mode=self._mode, now=now)
            if problem is not None:
                return await self._record.sessions.begun_before(session, key, digest, otherwise=problem)
        limit = allowed_attempts(candidate, spec=spec, mode=self._mode)
        practice = self._mode is Mode.EMBEDDED or candidate.role is not Role.CANDIDATE
        limits = NO_LIMITS if practice else self._limits
        agreed = agreement(spec, candidate)
        return await self._record.sessions.begin(
            session, idempotency_key=key, digest=digest, attempts=limit, agreed=agreed, limits=limits
        )
