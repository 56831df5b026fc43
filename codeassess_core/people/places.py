"""Where the roster and the invitations are: in the stores of the settings, or on a server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from ..client.rest import Rest
from ..clock import utcnow
from ..errors import InvalidInput, NotFound
from ..identity import Principal
from ..model import Invitation, InvitationState, InvitationStatus, NewInvitation, Person
from .extra_time import read_extra_time
from .links import address_in
from .roster import written_roster

if TYPE_CHECKING:
    from ..storage.assessments import Assessments
    from ..storage.invitations import Invitations
    from ..storage.people import People

_PAGE = 1_000
_SECONDS = 120.0  # for one answer: a roster may have 100,000 lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who is to be invited: a group, or people by id. `lifetime` in seconds; `renew`: new codes for old ones."""

    group: str | None = None
    people: tuple[str, ...] = ()
    lifetime: float
    renew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """New invitations to an assessment; `kept` people have one that still counts. `public_url` may be empty."""

    title: str
    invitations: tuple[NewInvitation, ...]
    kept: int
    public_url: str


class Place(Protocol):
    """Every method raises errors of `codeassess_core.errors`."""

    async def add(self, roster: Sequence[Person]) -> tuple[int, int, int]:
        """Add people, all or none; returns how many are new, changed, and as before."""

    async def people(self, group: str | None = None) -> list[Person]: ...

    async def remove(self, person_id: str) -> None: ...

    async def invite(self, assessment_id: str, wanted: Wanted) -> Made: ...

    async def invitations(self, assessment_id: str) -> list[InvitationStatus]: ...

    async def revoke(self, invitation_id: str) -> None: ...


class Service:
    """A server, over REST."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def add(self, roster: Sequence[Person]) -> tuple[int, int, int]:
        done = await self._rest.add_people(written_roster(roster))
        return done["new"], done["changed"], done["same"]

    async def people(self, group: str | None = None) -> list[Person]:
        return [_person(item) for item in await self._rest.people(group)]

    async def remove(self, person_id: str) -> None:
        await self._rest.remove_person(person_id)

    async def invite(self, assessment_id: str, wanted: Wanted) -> Made:
        who = {"group": wanted.group} if wanted.group is not None else {"people": list(wanted.people)}
        body = {**who, "expires_in": wanted.lifetime, "renew": wanted.renew}
        title = (await self._rest.assessment(assessment_id))["title"]
        made = await self._rest.invite(assessment_id, body)
        links = (address_in(item["link"]) for item in made["items"] if item["link"])
        return Made(
            title=title,
            invitations=tuple(_new_invitation(item, assessment_id) for item in made["items"]),
            kept=made["kept"],
            public_url=next(links, ""),
        )

    async def invitations(self, assessment_id: str) -> list[InvitationStatus]:
        return [_status(item, assessment_id) for item in await self._rest.invitations(assessment_id)]

    async def revoke(self, invitation_id: str) -> None:
        """Look for it in every assessment: over REST an invitation is below its assessment."""
        for assessment in await self._rest.assessments():
            assessment_id = assessment["assessment_id"]
            if any(item["invitation_id"] == invitation_id for item in await self._rest.invitations(assessment_id)):
                return await self._rest.revoke_invitation(assessment_id, invitation_id)
        raise NotFound("There is no such invitation.")


def _person(item: Mapping[str, Any]) -> Person:
    return Person(
        id=item["person_id"],
        name=item["name"],
        email=item.get("email", ""),
        group=item["group"],
        extra_time=read_extra_time(item.get("extra_time", "")),
    )


def _invitation(item: Mapping[str, Any], assessment_id: str) -> Invitation:
    """What REST tells of one: not who made it, and when."""
    expires_at = datetime.fromisoformat(item["expires_at"])
    return Invitation(
        id=item["invitation_id"],
        assessment_id=assessment_id,
        person_id=item["person_id"],
        created_by="",
        created_at=expires_at,
        expires_at=expires_at,
    )


def _new_invitation(item: Mapping[str, Any], assessment_id: str) -> NewInvitation:
    return NewInvitation(invitation=_invitation(item, assessment_id), person=_person(item), code=item["code"])


def _status(item: Mapping[str, Any], assessment_id: str) -> InvitationStatus:
    return InvitationStatus(
        invitation=_invitation(item, assessment_id),
        person=_person(item),
        state=InvitationState(item["state"]),
        session_id=item["session_id"],
    )


class Stores:
    """The stores of the settings, as `author`. `public_url`: that of the settings."""

    def __init__(
        self,
        people: People,
        invitations: Invitations,
        assessments: Assessments,
        *,
        author: Principal,
        public_url: str,
    ) -> None:
        self._people = people
        self._invitations = invitations
        self._assessments = assessments
        self._author = author
        self._public_url = public_url

    async def add(self, roster: Sequence[Person]) -> tuple[int, int, int]:
        done = await self._people.add(roster, author=self._author)
        return done.new, done.changed, done.same

    async def people(self, group: str | None = None) -> list[Person]:
        found: list[Person] = []
        tenant = self._author.tenant
        while page := await self._people.list(tenant, group=group, after=found[-1].id if found else None, limit=_PAGE):
            found += page
        return found

    async def remove(self, person_id: str) -> None:
        await self._people.remove(person_id, author=self._author)

    async def invite(self, assessment_id: str, wanted: Wanted) -> Made:
        people = await self._wanted(wanted)
        spec = await self._assessments.get(assessment_id)
        if spec.tenant != self._author.tenant:
            raise NotFound("There is no such assessment.")
        expires_at = utcnow() + timedelta(seconds=wanted.lifetime)
        made = await self._invitations.invite(
            people, spec.id, author=self._author, expires_at=expires_at, renew=wanted.renew
        )
        kept = len(people) - len(made)
        return Made(title=spec.title, invitations=tuple(made), kept=kept, public_url=self._public_url)

    async def _wanted(self, wanted: Wanted) -> Sequence[Person]:
        people = await self.people(wanted.group)
        if wanted.group is not None:
            if not people:
                raise InvalidInput(f"Nobody on the roster is in the group {wanted.group!r:.100}.")
            return people
        by_id = {person.id: person for person in people}
        for person_id in wanted.people:
            if person_id not in by_id:
                raise InvalidInput(f"{person_id!r:.100} is not on the roster.")
        return [by_id[person_id] for person_id in dict.fromkeys(wanted.people)]

    async def invitations(self, assessment_id: str) -> list[InvitationStatus]:
        found: list[InvitationStatus] = []
        while page := await self._invitations.of_assessment(
            self._author.tenant, assessment_id, after=found[-1].person.id if found else None, limit=_PAGE
        ):
            found += page
        return found

    async def revoke(self, invitation_id: str) -> None:
        await self._invitations.revoke(invitation_id, author=self._author)


@asynccontextmanager
async def on_server(server: str, token: str) -> AsyncIterator[Service]:
    """A server as a place."""
    async with Rest(server, token=token, seconds=_SECONDS) as rest:
        yield Service(rest)
