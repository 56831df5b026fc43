"""Using a code: whoever holds it becomes the invited candidate, with a credential for that assessment only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock
from ..errors import CodeRefused
from ..identity import Principal, Role, new_token
from ..model import Invitation
from ..people.codes import code_digest, new_code
from .audit import write_audit
from .credentials import CredentialTerms, add_credential
from .database import Database
from .invitations import COLUMNS, read
from .tables import hand_overs, invitations

HAND_OVER_SECONDS: Final = 60.0
_UNKNOWN: Final = (
    "This code is not known. Compare it with the invitation, or ask for a new one. "
    "The button for VS Code makes a code that works once, within a minute: press it again."
)
_REVOKED: Final = "This invitation was withdrawn. Ask the person who invited you."
_EXPIRED: Final = "The time to begin with this code is over. Ask the person who invited you for a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A candidate who has joined, with the token that is shown this once."""

    invitation: Invitation
    principal: Principal
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A code that is used once, soon, by the same candidate in another program."""

    code: str = field(repr=False)
    expires_at: datetime


class Joining:
    """How candidates of all tenants come in."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def join(self, code: str, *, lifetime: float, address: str) -> Joined:
        """Give a credential for a code; `lifetime` is how long it lives after its last use, in seconds.

        The code of an invitation works until it expires, as often as needed; a hand-over code once. Each use is
        written to the audit, with the `address` from which it came; refusals are noted by the face that was asked.

        Raises:
            InvalidInput: it cannot be a code.
            CodeRefused: it is not known, withdrawn or too old; `detail` has the reason.
        """
        digest = code_digest(code)
        async with self._database.write() as connection:
            handed_over = await self._handed_over(connection, digest)
            invitation = handed_over or await self._invited(connection, digest)
            # Who has joined may go on in another program, also after the time to begin.
            refusal = self._refusal(invitation, begins=handed_over is None)
            if refusal is None and invitation is not None:
                return await self._admit(connection, invitation, lifetime=lifetime, address=address)
        raise refusal or CodeRefused()

    async def opened(self, code: str) -> Invitation:
        """The invitation with this code, marked as opened. It is not used up.

        Raises:
            InvalidInput, CodeRefused: as for `join`.
        """
        async with self._database.write() as connection:
            invitation = await self._invited(connection, code_digest(code))
            if invitation is not None:
                first = func.coalesce(invitations.c.opened_at, self._clock())
                await connection.execute(
                    update(invitations).where(invitations.c.id == invitation.id).values(opened_at=first)
                )
        refusal = self._refusal(invitation)
        if refusal is not None or invitation is None:
            raise refusal or CodeRefused()
        return invitation

    async def hand_over(self, invitation_id: str, *, author: Principal) -> HandOver:
        """A code with which the same candidate joins in another program, once, within a minute."""
        made = HandOver(code=new_code(), expires_at=self._clock() + timedelta(seconds=HAND_OVER_SECONDS))
        async with self._database.write() as connection:
            await connection.execute(delete(hand_overs).where(hand_overs.c.expires_at <= self._clock()))
            await connection.execute(
                insert(hand_overs).values(
                    code_sha256=code_digest(made.code),
                    tenant=author.tenant,
                    invitation_id=invitation_id,
                    created_at=self._clock(),
                    expires_at=made.expires_at,
                )
            )
        return made

    async def _handed_over(self, connection: AsyncConnection, digest: str) -> Invitation | None:
        spend = (
            delete(hand_overs)
            .where(hand_overs.c.code_sha256 == digest, hand_overs.c.expires_at > self._clock())
            .returning(hand_overs.c.invitation_id)
        )
        invitation_id = await connection.scalar(spend)
        if invitation_id is None:
            return None
        found = await connection.execute(select(*COLUMNS).where(invitations.c.id == invitation_id))
        row = found.mappings().one_or_none()
        return read(row) if row is not None else None

    async def _invited(self, connection: AsyncConnection, digest: str) -> Invitation | None:
        found = await connection.execute(select(*COLUMNS).where(invitations.c.code_sha256 == digest).with_for_update())
        row = found.mappings().one_or_none()
        return read(row) if row is not None else None

    def _refusal(self, invitation: Invitation | None, *, begins: bool = True) -> CodeRefused | None:
        """Why a code does not work; None: it does. `begins`: it is used to begin, for which there is a time."""
        if invitation is None:
            return CodeRefused(_UNKNOWN, reason="unknown")
        refusal = None
        if invitation.revoked_at is not None:
            refusal = CodeRefused(_REVOKED, reason="revoked")
        elif begins and invitation.expires_at <= self._clock():
            refusal = CodeRefused(_EXPIRED, reason="expired")
        if refusal is not None:
            refusal.about = (invitation.tenant, invitation.id)
        return refusal

    async def _admit(
        self, connection: AsyncConnection, invitation: Invitation, *, lifetime: float, address: str
    ) -> Joined:
        now = self._clock()
        principal = Principal(
            name=invitation.person_id,
            role=Role.CANDIDATE,
            tenant=invitation.tenant,
            assessment_id=invitation.assessment_id,
        )
        joined = Joined(
            invitation=invitation, principal=principal, token=new_token(), expires_at=now + timedelta(seconds=lifetime)
        )
        terms = CredentialTerms(expires_at=joined.expires_at, invitation_id=invitation.id, lifetime=lifetime)
        await add_credential(connection, joined.token, principal, terms=terms, now=now)
        first = func.coalesce(invitations.c.joined_at, now)
        await connection.execute(update(invitations).where(invitations.c.id == invitation.id).values(joined_at=first))
        detail = {"invitation": invitation.id, "assessment": invitation.assessment_id, "address": address}
        code_of = ("invitation", invitation.id)
        await write_audit(connection, principal, "joined", at=now, object=code_of, detail=detail)
        return joined
