"""Who may do what: our own principals, and the one function that decides.

Jupyter's user is not a reliable identity: its token login makes a random anonymous user for
each request, and people can rename themselves. So only this module defines identities. Deny by
default: an action that no rule allows is refused.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .errors import Forbidden, NotFound
from .model import DEFAULT_TENANT, AssessmentSession, AssessmentSpec, Feedback, InteractionKind, SessionStatus

TOKEN_PREFIX = "ca_"


class Role(StrEnum):
    """The role of the holder of a credential."""

    CANDIDATE = "candidate"
    GRADER = "grader"
    TEACHER = "teacher"  #: a grader who also keeps the roster and invites people
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An authenticated person."""

    name: str
    role: Role
    tenant: str = DEFAULT_TENANT
    assessment_id: str | None = None  #: the only assessment that an invited candidate's credential is for; None: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A principal with an open websocket, and the token that has to stay valid meanwhile."""

    principal: Principal
    token_sha256: str | None  #: the digest of their token; None: authenticated by Jupyter, with its own token or a hub


GRADING_ROLES: Final = frozenset({Role.GRADER, Role.TEACHER})
"""The roles that grade."""


class Action(StrEnum):
    """All actions that need a permission."""

    BEGIN_SESSION = "begin_session"
    LIST_SESSIONS = "list_sessions"
    EXPORT_RESULTS = "export_results"  #: of all sessions that one may read
    COUNT_SESSIONS = "count_sessions"  #: and what there is to do in them
    READ_SESSION = "read_session"
    WRITE_SESSION = "write_session"  #: open the websocket
    FINISH_SESSION = "finish_session"
    READ_REPORT = "read_report"
    READ_DECISIONS = "read_decisions"  #: when questions were asked or not, and why
    REVIEW_SESSION = "review_session"
    EXPORT_SESSION = "export_session"  #: the owner without what they may not read
    GIVE_CONSENT = "give_consent"  #: to being recorded: only for oneself
    CONTEST_SCORE = "contest_score"  #: of one's own answer
    ERASE_SESSION = "erase_session"
    READ_ASSESSMENT = "read_assessment"
    WRITE_ASSESSMENT = "write_assessment"
    READ_PEOPLE = "read_people"
    WRITE_PEOPLE = "write_people"
    INVITE = "invite"  #: make, list, renew and revoke invitations to an assessment
    LIST_OWN_INVITATIONS = "list_own_invitations"
    READ_AUDIT = "read_audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionObject:
    """A session with its assessment, as the object of an action."""

    session: AssessmentSession
    assessment: AssessmentSpec | None = None

    @property
    def tenant(self) -> str:
        return self.session.tenant

    @property
    def evaluations_withheld(self) -> bool:
        """True while the assessment withholds evaluations from the candidate."""
        withheld = self.assessment is not None and self.assessment.feedback is Feedback.NONE
        return withheld and self.session.status is not SessionStatus.ENDED


Object = SessionObject | AssessmentSpec | None
"""The object of an action; None for actions without an object."""

_EVERYTHING = frozenset(Action)
_LISTS = frozenset({Action.EXPORT_RESULTS, Action.COUNT_SESSIONS})
_ANYBODY = frozenset({Action.BEGIN_SESSION, Action.LIST_SESSIONS, Action.LIST_OWN_INVITATIONS})
_FOR_ONESELF = frozenset({Action.GIVE_CONSENT, Action.CONTEST_SCORE})
_OWNER = _FOR_ONESELF | {Action.READ_SESSION, Action.WRITE_SESSION, Action.FINISH_SESSION, Action.EXPORT_SESSION}
_ASSESSMENT = frozenset({Action.READ_ASSESSMENT, Action.WRITE_ASSESSMENT})
_PEOPLE = frozenset({Action.READ_PEOPLE, Action.WRITE_PEOPLE, Action.INVITE})
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
        NotFound: the principal may not know that it exists; the same error as for a missing object.
        Forbidden: the principal may see it, but not do that.
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
    """The same decision as a bool, for filtering lists."""
    try:
        authorize(principal, action, object)
    except (Forbidden, NotFound):
        return False
    return True


def may_see_answers(principal: Principal, object: SessionObject) -> bool:
    """True for principals who may read decisions; candidates only after the end of their own session."""
    own = object.session.owner == principal.name and object.session.status is not SessionStatus.ENDED
    return may(principal, Action.READ_DECISIONS, object) and not own


def hidden_kinds(principal: Principal, object: SessionObject) -> frozenset[InteractionKind]:
    """The kinds of interactions that somebody who may read the session is not told."""
    # Reviews are shown to whoever may read the report.
    hidden = set() if may(principal, Action.READ_REPORT, object) else {InteractionKind.REVIEW}
    if principal.role is Role.CANDIDATE and object.evaluations_withheld:
        hidden |= {InteractionKind.EVALUATION, InteractionKind.EVALUATION_FAILED}
    return frozenset(hidden)


def _allowed(principal: Principal, object: Object) -> frozenset[Action]:
    """The allowed actions of the principal on an object of their tenant."""
    if principal.role is Role.OPERATOR:
        foreign = isinstance(object, SessionObject) and object.session.owner != principal.name
        return _EVERYTHING - _FOR_ONESELF if foreign else _EVERYTHING
    if isinstance(object, SessionObject):
        return _allowed_to_session(principal, object)
    if isinstance(object, AssessmentSpec):
        # A candidate sees the public part of an assessment through the session, never the rubric.
        return _allowed_to_assessment(principal, object)
    if principal.role is Role.TEACHER:
        return _ANYBODY | _ASSESSMENT | _LISTS | _PEOPLE
    if principal.role is Role.GRADER:
        return _ANYBODY | _ASSESSMENT | _LISTS
    return _ANYBODY


def _allowed_to_assessment(principal: Principal, object: AssessmentSpec) -> frozenset[Action]:
    if principal.role not in GRADING_ROLES or not _grades(principal, object):
        return frozenset()
    return _ASSESSMENT | {Action.INVITE} if principal.role is Role.TEACHER else _ASSESSMENT


def _allowed_to_session(principal: Principal, object: SessionObject) -> frozenset[Action]:
    allowed: frozenset[Action] = frozenset()
    if _owns(principal, object.session):
        allowed |= _OWNER
        if object.assessment is not None and object.assessment.show_report:
            allowed |= {Action.READ_REPORT}
    if principal.role in GRADING_ROLES and (object.assessment is None or _grades(principal, object.assessment)):
        allowed |= _GRADER
    return allowed


def _owns(principal: Principal, session: AssessmentSession) -> bool:
    """Is it this candidate's session, and one that their credential is for?"""
    bound = principal.assessment_id
    own = session.owner == principal.name and principal.role is Role.CANDIDATE
    return own and (bound is None or session.assessment_id == bound)


def _grades(principal: Principal, assessment: AssessmentSpec) -> bool:
    return not assessment.graders or principal.name in assessment.graders


def _unknown(object: SessionObject | AssessmentSpec) -> NotFound:
    what = "session" if isinstance(object, SessionObject) else "assessment"
    return NotFound(f"There is no such {what}.")


def new_token() -> str:
    """A new token with 256 random bits. It is shown once; only its digest is stored."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_ticket() -> str:
    """A new ticket with 256 random bits, of characters that are allowed in the name of a subprotocol."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """SHA-256 in hex; without salt, because tokens and tickets have 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
