"""People who are invited, and their invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .assessment import DEFAULT_TENANT


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraTime:
    """What a candidate gets beyond the time limit: a share of it, plus seconds. Both are 0 for most."""

    share: float = 0.0  #: 0.25 is a quarter of the limit more
    seconds: float = 0.0

    def of(self, limit: float | None) -> float:
        """The extra seconds for an assessment with this time limit; 0 without a limit."""
        return 0.0 if limit is None else limit * self.share + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on a roster. `id` is the name of their principal, and the owner of their sessions."""

    id: str
    tenant: str = DEFAULT_TENANT
    name: str = ""  #: for lists and letters; empty: not known
    email: str = ""
    group: str = ""
    extra_time: ExtraTime = ExtraTime()


class InvitationState(StrEnum):
    """How far an invited person has come, the furthest that is true."""

    INVITED = "invited"  #: nothing has happened yet
    OPENED = "opened"  #: the page of the link was opened
    JOINED = "joined"  #: the code was used in an editor or on the page
    BEGUN = "begun"  #: there is a session
    FINISHED = "finished"  #: a session has ended
    EXPIRED = "expired"  #: the time to begin is over, and there is no session
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One person's invitation to one assessment. Its code is not stored, only the digest of the code."""

    id: str
    tenant: str = DEFAULT_TENANT
    assessment_id: str
    person_id: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    opened_at: datetime | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationStatus:
    """An invitation with its person, and how far that person has come."""

    invitation: Invitation
    person: Person
    state: InvitationState
    session_id: str | None = None  #: of the newest session


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """An invitation that was just made, with the code that is shown this once."""

    invitation: Invitation
    person: Person
    code: str
