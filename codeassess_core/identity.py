"""Who may do what: principals of our own, and the one function that decides.

Jupyter's user is no identity (its token login makes a random anonymous user for each
request, and people can rename themselves), so nobody but this module says who somebody
is. Deny by default: an action that no rule allows is refused.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

from .errors import Forbidden, NotFound
from .model import DEFAULT_TENANT, AssessmentSession, AssessmentSpec

TOKEN_PREFIX = "ca_"


class Role(StrEnum):
    """What kind of person holds a credential."""

    CANDIDATE = "candidate"
    GRADER = "grader"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody who was recognised."""

    name: str
    role: Role
    tenant: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A principal at a socket, and what has to stay valid for as long as it is open."""

    principal: Principal
    token_sha256: str | None  #: the digest of their token; None: Jupyter knows them, by its own token or a hub


class Action(StrEnum):
    """Everything that can be asked of codeassess."""

    BEGIN_SESSION = "begin_session"
    LIST_SESSIONS = "list_sessions"
    READ_SESSION = "read_session"
    WRITE_SESSION = "write_session"  #: open the socket
    FINISH_SESSION = "finish_session"
    READ_REPORT = "read_report"
    READ_DECISIONS = "read_decisions"  #: why and when it was asked or not
    REVIEW_SESSION = "review_session"
    EXPORT_SESSION = "export_session"
    GIVE_CONSENT = "give_consent"  #: to being recorded: nobody does it for somebody else
    ERASE_SESSION = "erase_session"
    READ_ASSESSMENT = "read_assessment"
    WRITE_ASSESSMENT = "write_assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionObject:
    """A session with the assessment it is about, as authorization sees it."""

    session: AssessmentSession
    assessment: AssessmentSpec | None = None

    @property
    def tenant(self) -> str:
        return self.session.tenant


Object = SessionObject | AssessmentSpec | None
"""What an action is done to; None for actions on the whole."""

_EVERYTHING = frozenset(Action)
_ANYBODY = frozenset({Action.BEGIN_SESSION, Action.LIST_SESSIONS})
_OWNER = frozenset({Action.READ_SESSION, Action.WRITE_SESSION, Action.FINISH_SESSION, Action.GIVE_CONSENT})
_ASSESSMENT = frozenset({Action.READ_ASSESSMENT, Action.WRITE_ASSESSMENT})
_GRADER = frozenset(
    {
        Action.READ_SESSION,
        Action.FINISH_SESSION,
        Action.READ_REPORT,
        Action.READ_DECISIONS,
        Action.REVIEW_SESSION,
        Action.EXPORT_SESSION,
    }
)


def authorize(principal: Principal, action: Action, object: Object = None) -> None:
    """Return when `principal` may do `action` to `object`.

    Raises:
        NotFound: the principal may not even know that it exists (the same as for a missing one).
        Forbidden: the principal knows of it and may not do that.
    """
    if object is not None and object.tenant != principal.tenant:
        raise _unknown(object)
    allowed = _allowed(principal, object)
    if action in allowed:
        return
    if object is not None and not allowed:
        raise _unknown(object)
    article = "An" if principal.role is Role.OPERATOR else "A"
    raise Forbidden(
        f"{article} {principal.role} may not {action.replace('_', ' ')}.", action=action, role=principal.role
    )


def may(principal: Principal, action: Action, object: Object = None) -> bool:
    """The same decision, for lists: what is refused is left out."""
    try:
        authorize(principal, action, object)
    except (Forbidden, NotFound):
        return False
    return True


def _allowed(principal: Principal, object: Object) -> frozenset[Action]:
    """What the principal may do to the object, which is of their tenant."""
    if principal.role is Role.OPERATOR:
        foreign = isinstance(object, SessionObject) and object.session.owner != principal.name
        return _EVERYTHING - {Action.GIVE_CONSENT} if foreign else _EVERYTHING
    if isinstance(object, SessionObject):
        return _allowed_to_session(principal, object)
    if isinstance(object, AssessmentSpec):
        # A candidate sees the public part of an assessment in their session, never its rubric.
        return _ASSESSMENT if principal.role is Role.GRADER and _grades(principal, object) else frozenset()
    if principal.role is Role.GRADER:
        return _ANYBODY | _ASSESSMENT
    return _ANYBODY


def _allowed_to_session(principal: Principal, object: SessionObject) -> frozenset[Action]:
    allowed: frozenset[Action] = frozenset()
    if object.session.owner == principal.name and principal.role is Role.CANDIDATE:
        allowed |= _OWNER
        if object.assessment is not None and object.assessment.show_report:
            allowed |= {Action.READ_REPORT}
    if principal.role is Role.GRADER and (object.assessment is None or _grades(principal, object.assessment)):
        allowed |= _GRADER
    return allowed


def _grades(principal: Principal, assessment: AssessmentSpec) -> bool:
    return not assessment.graders or principal.name in assessment.graders


def _unknown(object: SessionObject | AssessmentSpec) -> NotFound:
    what = "session" if isinstance(object, SessionObject) else "assessment"
    return NotFound(f"There is no such {what}.")


def new_token() -> str:
    """A fresh token with 256 random bits. It is shown once; only its digest is stored."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_ticket() -> str:
    """A fresh ticket with 256 random bits, of characters that may stand in the name of a subprotocol."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """SHA-256 in hex. Enough for a token or ticket of 256 random bits, which no dictionary holds."""
    return hashlib.sha256(token.encode()).hexdigest()
