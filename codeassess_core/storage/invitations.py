"""Invitations: made, listed, renewed, revoked. What happens when a code is used is in `joining`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, new_id
from ..errors import NotFound
from ..identity import Principal
from ..model import (
    ExtraTime,
    Invitation,
    InvitationState,
    InvitationStatus,
    NewInvitation,
    Person,
    SessionStatus,
)
from ..people.codes import code_digest, new_code
from .audit import write_audit
from .database import Database
from .tables import invitations, people, sessions
from .wanted_ids import wanted_ids

_BATCH: Final = 500
_INVITING: Final = 60.0  # seconds for a whole group
COLUMNS: Final = tuple(invitations.c[field.name] for field in fields(Invitation))


class Invitations:
    """The invitations of all tenants."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def invite(
        self, wanted: Sequence[Person], assessment_id: str, *, author: Principal, expires_at: datetime, renew: bool
    ) -> tuple[NewInvitation, ...]:
        """Invite people to an assessment, all or none; returns the new invitations with their codes.

        Who has an invitation that still counts is left out, so that their code goes on working; with `renew` they get
        a new code and a new end, and the old code stops working. Who has joined stays in either way.
        """
        made: list[NewInvitation] = []
        async with self._database.write(within=_INVITING) as connection:
            for at in range(0, len(wanted), _BATCH):
                batch = wanted[at : at + _BATCH]
                known = await self._known(connection, assessment_id, batch, tenant=author.tenant)
                asked = [person for person in batch if renew or not self._counts(known.get(person.id))]
                new = [self._new(person, assessment_id, author, expires_at, known.get(person.id)) for person in asked]
                await self._store(connection, new, known=known.keys())
                made += new
            detail = {"assessment": assessment_id, "people": len(made), "renew": renew}
            task = ("assessment", assessment_id)
            await write_audit(connection, author, "people_invited", at=self._clock(), object=task, detail=detail)
        return tuple(made)

    def _counts(self, known: Invitation | None) -> bool:
        return known is not None and known.revoked_at is None and known.expires_at > self._clock()

    def _new(
        self, person: Person, assessment_id: str, author: Principal, expires_at: datetime, known: Invitation | None
    ) -> NewInvitation:
        invitation = Invitation(
            id=known.id if known else new_id(),
            tenant=author.tenant,
            assessment_id=assessment_id,
            person_id=person.id,
            created_by=author.name,
            created_at=self._clock(),
            expires_at=expires_at,
            opened_at=known.opened_at if known else None,
            joined_at=known.joined_at if known else None,
        )
        return NewInvitation(invitation=invitation, person=person, code=new_code())

    async def _store(
        self, connection: AsyncConnection, made: Sequence[NewInvitation], *, known: Collection[str]
    ) -> None:
        if added := [_values(new) for new in made if new.person.id not in known]:
            await connection.execute(insert(invitations), added)
        for new in (new for new in made if new.person.id in known):
            of_person = invitations.c.id == new.invitation.id
            await connection.execute(update(invitations).where(of_person).values(**_values(new)))

    async def _known(
        self, connection: AsyncConnection, assessment_id: str, batch: Sequence[Person], *, tenant: str
    ) -> dict[str, Invitation]:
        ids = wanted_ids(person.id for person in batch)
        statement = select(*COLUMNS).join(ids, ids.c.id == invitations.c.person_id)
        statement = statement.where(invitations.c.tenant == tenant, invitations.c.assessment_id == assessment_id)
        found = await connection.execute(statement.with_for_update(of=invitations))
        return {row["person_id"]: read(row) for row in found.mappings()}

    async def of_assessment(
        self, tenant: str, assessment_id: str, *, after: str | None = None, limit: int = 100
    ) -> tuple[InvitationStatus, ...]:
        """The invitations to an assessment with what became of them, by person."""
        statement = _with_status().where(invitations.c.tenant == tenant, invitations.c.assessment_id == assessment_id)
        if after is not None:
            statement = statement.where(invitations.c.person_id > after)
        return await self._listed(statement.order_by(invitations.c.person_id).limit(limit))

    async def of_person(self, tenant: str, person_id: str) -> tuple[InvitationStatus, ...]:
        """The invitations of one person, the newest first."""
        statement = _with_status().where(invitations.c.tenant == tenant, invitations.c.person_id == person_id)
        return await self._listed(statement.order_by(invitations.c.id.desc()).limit(_BATCH))

    async def _listed(self, statement: Select[Any]) -> tuple[InvitationStatus, ...]:
        now = self._clock()
        async with self._database.read() as connection:
            return tuple(_status(row, now) for row in (await connection.execute(statement)).mappings())

    async def get(self, invitation_id: str) -> Invitation:
        """The invitation.

        Raises:
            NotFound: there is none with this id.
        """
        async with self._database.read() as connection:
            found = await connection.execute(select(*COLUMNS).where(invitations.c.id == invitation_id))
            row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("There is no such invitation.")
        return read(row)

    async def revoke(self, invitation_id: str, *, author: Principal) -> None:
        """Make an invitation worthless: its code, and every credential that was given for it, at once.

        Raises:
            NotFound: there is none with this id in the tenant of `author`.
        """
        async with self._database.write() as connection:
            gone = await connection.execute(
                update(invitations)
                .where(invitations.c.id == invitation_id, invitations.c.tenant == author.tenant)
                .values(revoked_at=self._clock())
            )
            if gone.rowcount == 0:
                raise NotFound("There is no such invitation.")
            detail = {"invitation": invitation_id}
            gone_one = ("invitation", invitation_id)
            await write_audit(
                connection, author, "invitation_revoked", at=self._clock(), object=gone_one, detail=detail
            )


def _values(new: NewInvitation) -> dict[str, Any]:
    values = {field.name: getattr(new.invitation, field.name) for field in fields(Invitation)}
    return values | {"code_sha256": code_digest(new.code)}


def read(row: RowMapping) -> Invitation:
    """An invitation of a row that has `COLUMNS`."""
    return Invitation(**{field.name: row[field.name] for field in fields(Invitation)})


def _with_status() -> Select[Any]:
    """Invitations with their person and the newest session of that person in the assessment."""
    own = sessions.alias()
    newest = (
        select(own.c.id)
        .where(
            own.c.tenant == invitations.c.tenant,
            own.c.owner == invitations.c.person_id,
            own.c.assessment_id == invitations.c.assessment_id,
        )
        .order_by(own.c.id.desc())
        .limit(1)
        .correlate(invitations)
        .scalar_subquery()
    )
    person = (people.c.name, people.c.email, people.c.group, people.c.extra_share, people.c.extra_seconds)
    of_person = (people.c.tenant == invitations.c.tenant) & (people.c.id == invitations.c.person_id)
    return (
        select(*COLUMNS, *person, sessions.c.id.label("session_id"), sessions.c.status)
        .outerjoin(people, of_person)
        .outerjoin(sessions, sessions.c.id == newest)
    )


def _status(row: RowMapping, now: datetime) -> InvitationStatus:
    invitation = read(row)
    extra = ExtraTime(share=row["extra_share"] or 0.0, seconds=row["extra_seconds"] or 0.0)
    person = Person(
        id=invitation.person_id,
        tenant=invitation.tenant,
        name=row["name"] or "",
        email=row["email"] or "",
        group=row["group"] or "",
        extra_time=extra,
    )
    state = _state(invitation, row, now)
    return InvitationStatus(invitation=invitation, person=person, state=state, session_id=row["session_id"])


def _state(invitation: Invitation, row: RowMapping, now: datetime) -> InvitationState:
    if invitation.revoked_at is not None:
        return InvitationState.REVOKED
    if row["session_id"] is not None:
        finished = row["status"] in (SessionStatus.FINISHING, SessionStatus.ENDED)
        return InvitationState.FINISHED if finished else InvitationState.BEGUN
    if invitation.expires_at <= now:
        return InvitationState.EXPIRED
    if invitation.joined_at is not None:
        return InvitationState.JOINED
    return InvitationState.OPENED if invitation.opened_at is not None else InvitationState.INVITED
