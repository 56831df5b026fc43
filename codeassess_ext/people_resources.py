"""The bodies, queries and answers of REST about people, invitations and joining."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from codeassess_core.clock import isoformat
from codeassess_core.live.validation import Text
from codeassess_core.model import AssessmentSpec, InvitationState, InvitationStatus, NewInvitation, Person
from codeassess_core.people.extra_time import extra_time_text
from codeassess_core.people.links import invitation_link
from codeassess_core.storage.joining import HandOver, Joined
from codeassess_core.storage.people import Imported

from .inputs import PageQuery

DEFAULT_EXPIRY: Final = 14 * 86_400.0
_MOST_INVITED: Final = 5_000  # people in one request; the command line has no such limit

PersonId = Annotated[Text, Field(min_length=1, max_length=200)]
Code = Annotated[Text, Field(min_length=1, max_length=2_000)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class RosterIn(_In):
    """A roster as CSV: see docs/invitations.md."""

    csv: Annotated[str, Field(min_length=1)]


class RosterOut(BaseModel):
    """What a roster changed."""

    new: int
    changed: int
    same: int

    @classmethod
    def of(cls, imported: Imported) -> Self:
        return cls(new=imported.new, changed=imported.changed, same=imported.same)


class PersonOut(BaseModel):
    """Somebody on a roster."""

    person_id: str
    name: str
    email: str
    group: str
    extra_time: str

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(
            person_id=person.id,
            name=person.name,
            email=person.email,
            group=person.group,
            extra_time=extra_time_text(person.extra_time),
        )


class PeopleQuery(PageQuery):
    """Which people are listed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: PersonId | None = None
    group: Annotated[Text, Field(min_length=1, max_length=100)] | None = None


class InvitationsQuery(PageQuery):
    """Where a list of invitations begins and how long it is."""

    cursor: PersonId | None = None


class NewInvitations(_In):
    """Who is invited: a group, or people by id. `expires_in` in seconds; `renew`: give new codes for old ones."""

    group: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    people: Annotated[list[PersonId], Field(min_length=1, max_length=_MOST_INVITED)] | None = None
    expires_in: Annotated[float, Field(gt=0, le=366 * 86_400)] = DEFAULT_EXPIRY
    renew: bool = False


class NewInvitationOut(BaseModel):
    """A new invitation. Its code is shown this once; `link` is null where `public_url` is not set."""

    invitation_id: str
    person_id: str
    name: str
    email: str
    group: str
    code: str
    link: str | None
    expires_at: str

    @classmethod
    def of(cls, new: NewInvitation, *, public_url: str) -> Self:
        return cls(
            invitation_id=new.invitation.id,
            person_id=new.person.id,
            name=new.person.name,
            email=new.person.email,
            group=new.person.group,
            code=new.code,
            link=invitation_link(public_url, new.code) if public_url else None,
            expires_at=isoformat(new.invitation.expires_at),
        )


class InvitationsMade(BaseModel):
    """The new invitations; `kept` people have one that still counts, and keep its code."""

    items: list[NewInvitationOut]
    kept: int


class InvitationOut(BaseModel):
    """An invitation, and how far its person has come."""

    invitation_id: str
    person_id: str
    name: str
    group: str
    state: InvitationState
    expires_at: str
    session_id: str | None

    @classmethod
    def of(cls, status: InvitationStatus) -> Self:
        return cls(
            invitation_id=status.invitation.id,
            person_id=status.person.id,
            name=status.person.name,
            group=status.person.group,
            state=status.state,
            expires_at=isoformat(status.invitation.expires_at),
            session_id=status.session_id,
        )


class OwnInvitation(BaseModel):
    """What a candidate is invited to. `time_limit` in seconds, with their extra time."""

    assessment_id: str
    title: str
    language: str
    time_limit: float | None
    state: InvitationState
    begin_until: str
    session_id: str | None
    consent_text: str
    consent_sha256: str | None

    @classmethod
    def of(cls, status: InvitationStatus, spec: AssessmentSpec) -> Self:
        limit = spec.time_limit
        return cls(
            assessment_id=spec.id,
            title=spec.title,
            language=spec.language,
            time_limit=None if limit is None else limit + status.person.extra_time.of(limit),
            state=status.state,
            begin_until=isoformat(status.invitation.expires_at),
            session_id=status.session_id,
            **_asked(spec),
        )


def _asked(spec: AssessmentSpec) -> dict[str, Any]:
    """What has to be agreed to before a session begins: an empty text and null where there is nothing."""
    return {"consent_text": spec.consent, "consent_sha256": spec.consent_sha256}


class OwnInvitations(BaseModel):
    """All invitations of whoever asks, the newest first."""

    items: list[OwnInvitation]


class JoinIn(_In):
    """The code of an invitation, as typed, or its whole link."""

    code: Code


class InvitedTo(BaseModel):
    """To what a code invites whom; `lab_url` is the JupyterLab for it, null where none is known."""

    name: str
    assessment_id: str
    title: str
    lab_url: str | None
    begin_until: str
    consent_text: str
    consent_sha256: str | None

    @classmethod
    def of(cls, spec: AssessmentSpec, *, name: str, begin_until: str, lab_url: str | None) -> Self:
        asked = _asked(spec)
        return cls(
            assessment_id=spec.id, title=spec.title, name=name, begin_until=begin_until, lab_url=lab_url, **asked
        )


class JoinedOut(BaseModel):
    """A credential for one assessment. It renews itself while it is used; `token` is shown this once."""

    token: str
    expires_at: str
    candidate: str
    assessment_id: str
    title: str
    consent_text: str
    consent_sha256: str | None

    @classmethod
    def of(cls, joined: Joined, spec: AssessmentSpec) -> Self:
        return cls(
            token=joined.token,
            expires_at=isoformat(joined.expires_at),
            candidate=joined.principal.name,
            assessment_id=spec.id,
            title=spec.title,
            **_asked(spec),
        )


class HandOverOut(BaseModel):
    """A code that works once, until `expires_at`, for the same candidate in another program."""

    code: str
    expires_at: str

    @classmethod
    def of(cls, hand_over: HandOver) -> Self:
        return cls(code=hand_over.code, expires_at=isoformat(hand_over.expires_at))
