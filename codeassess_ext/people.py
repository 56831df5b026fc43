"""REST about people, invitations and joining, without HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from codeassess_core.clock import isoformat
from codeassess_core.errors import InvalidInput, NotFound
from codeassess_core.identity import Action, Admission, Principal, authorize, may
from codeassess_core.model import AssessmentSpec, Person
from codeassess_core.people.roster import people_of
from codeassess_core.wiring import Core

from .inputs import read_body, read_query
from .people_resources import (
    HandOverOut,
    InvitationOut,
    InvitationsMade,
    InvitationsQuery,
    InvitedTo,
    JoinedOut,
    JoinIn,
    NewInvitationOut,
    NewInvitations,
    OwnInvitation,
    OwnInvitations,
    PeopleQuery,
    PersonOut,
    RosterIn,
    RosterOut,
)
from .replies import Reply, as_json, page_of, uuid_or_missing

_PAGE = 1_000


class PeopleOperations:
    """The operations about people. Every method raises errors of `codeassess_core.errors`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._record = core.record

    # ── the roster

    async def add_roster(self, principal: Principal, body: bytes) -> Reply:
        authorize(principal, Action.WRITE_PEOPLE)
        roster = people_of(read_body(RosterIn, body).csv.encode(), tenant=principal.tenant)
        return as_json(RosterOut.of(await self._record.people.add(roster, author=principal)))

    async def list_people(self, principal: Principal, query: dict[str, str]) -> Reply:
        authorize(principal, Action.READ_PEOPLE)
        page = read_query(PeopleQuery, query)
        people = await self._record.people.list(principal.tenant, group=page.group, after=page.cursor, limit=page.limit)
        return as_json(page_of(people, PersonOut.of, limit=page.limit, cursor=lambda person: person.id))

    async def remove_person(self, principal: Principal, person_id: str) -> Reply:
        if not may(principal, Action.WRITE_PEOPLE):  # for them there is nobody, whether or not somebody is there
            raise NotFound("There is no such person.")
        await self._record.people.remove(person_id, author=principal)
        return Reply(body=b"", status=204)

    # ── invitations

    async def invite(self, principal: Principal, assessment_id: str, body: bytes) -> Reply:
        spec = await self._spec(principal, assessment_id)
        wanted = read_body(NewInvitations, body)
        people = await self._wanted(principal, wanted)
        made = await self._record.invitations.invite(
            people,
            spec.id,
            author=principal,
            expires_at=self._core.clock() + timedelta(seconds=wanted.expires_in),
            renew=wanted.renew,
        )
        public_url = self._core.settings.public_url
        items = [NewInvitationOut.of(new, public_url=public_url) for new in made]
        return as_json(InvitationsMade(items=items, kept=len(people) - len(made)), status=201)

    async def _wanted(self, principal: Principal, wanted: NewInvitations) -> Sequence[Person]:
        """The people whom a request names; all of them must be on the roster."""
        if (wanted.group is None) == (wanted.people is None):
            raise InvalidInput("Name either a group or people.", field="group")
        if wanted.group is not None:
            found = await self._of_group(principal.tenant, wanted.group)
            if not found:
                raise InvalidInput(f"Nobody on the roster is in the group {wanted.group!r:.100}.", field="group")
            return found
        return [await self._person(principal.tenant, person_id) for person_id in dict.fromkeys(wanted.people or ())]

    async def _of_group(self, tenant: str, group: str) -> list[Person]:
        found: list[Person] = []
        while page := await self._record.people.list(
            tenant, group=group, after=found[-1].id if found else None, limit=_PAGE
        ):
            found += page
        return found

    async def _person(self, tenant: str, person_id: str) -> Person:
        person = await self._record.people.get(tenant, person_id)
        if person is None:
            raise InvalidInput(f"{person_id!r:.100} is not on the roster.", field="people")
        return person

    async def list_invitations(self, principal: Principal, assessment_id: str, query: dict[str, str]) -> Reply:
        spec = await self._spec(principal, assessment_id)
        page = read_query(InvitationsQuery, query)
        found = await self._record.invitations.of_assessment(
            principal.tenant, spec.id, after=page.cursor, limit=page.limit
        )
        return as_json(page_of(found, InvitationOut.of, limit=page.limit, cursor=lambda status: status.person.id))

    async def revoke_invitation(self, principal: Principal, assessment_id: str, invitation_id: str) -> Reply:
        spec = await self._spec(principal, assessment_id)
        invitation = await self._record.invitations.get(uuid_or_missing(invitation_id, "invitation"))
        if invitation.assessment_id != spec.id:
            raise NotFound("There is no such invitation.")
        await self._record.invitations.revoke(invitation.id, author=principal)
        return Reply(body=b"", status=204)

    async def _spec(self, principal: Principal, assessment_id: str) -> AssessmentSpec:
        spec = await self._record.assessments.get(uuid_or_missing(assessment_id, "assessment"))
        authorize(principal, Action.INVITE, spec)
        return spec

    async def list_own(self, principal: Principal) -> Reply:
        authorize(principal, Action.LIST_OWN_INVITATIONS)
        bound = principal.assessment_id
        found = await self._record.invitations.of_person(principal.tenant, principal.name)
        own = [status for status in found if bound in (None, status.invitation.assessment_id)]
        get = self._record.assessments.get
        items = [OwnInvitation.of(status, await get(status.invitation.assessment_id)) for status in own]
        return as_json(OwnInvitations(items=items))

    # ── joining

    async def look(self, body: bytes) -> Reply:
        """To what a code invites. The invitation counts as opened from then on."""
        invitation = await self._record.joining.opened(read_body(JoinIn, body).code)
        spec = await self._record.assessments.get(invitation.assessment_id)
        person = await self._record.people.get(invitation.tenant, invitation.person_id)
        return as_json(
            InvitedTo.of(
                spec,
                name=(person.name if person else "") or invitation.person_id,
                lab_url=self._core.settings.lab_url or None,
                begin_until=isoformat(invitation.expires_at),
            )
        )

    async def join(self, body: bytes, *, address: str) -> Reply:
        code = read_body(JoinIn, body).code
        lifetime = self._core.settings.credential_lifetime
        joined = await self._record.joining.join(code, lifetime=lifetime, address=address)
        spec = await self._record.assessments.get(joined.invitation.assessment_id)
        return as_json(JoinedOut.of(joined, spec), status=201)

    async def hand_over(self, admission: Admission) -> Reply:
        invitation_id = None
        if admission.token_sha256 is not None:
            invitation_id = await self._record.credentials.invitation(admission.token_sha256)
        if invitation_id is None:
            raise InvalidInput("Only who joined with an invitation can go on in another program with a code.")
        made = await self._record.joining.hand_over(invitation_id, author=admission.principal)
        return as_json(HandOverOut.of(made), status=201)
