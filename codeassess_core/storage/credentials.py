"""Credentials: issued tokens. Only their hashes are stored.

The credential of somebody who joined with an invitation is for its assessment only. It lives `lifetime` seconds
after its last use: each use in its second half renews it, while the invitation may be used or a session is going on.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, new_id
from ..errors import NotFound, StoreUnavailable
from ..identity import Principal, Role, token_digest
from ..model import SessionStatus
from .audit import NOBODY, write_audit
from .database import Database
from .tables import credentials, invitations, sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An issued token, without the token itself."""

    id: str
    principal: Principal
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialTerms:
    """How long a token is valid."""

    expires_at: datetime | None = None  #: None: until it is revoked
    invitation_id: str | None = None  #: with whose code it was given; when that is revoked, it is worthless
    lifetime: float | None = None  #: seconds after its last use; None: it is not renewed


class Credentials:
    """The tokens of all tenants."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def issue(self, token: str, principal: Principal, *, expires_at: datetime | None = None) -> str:
        """Store that `token` belongs to `principal`; returns the id with which it can be revoked."""
        now = self._clock()
        async with self._database.write() as connection:
            terms = CredentialTerms(expires_at=expires_at)
            credential_id = await add_credential(connection, token, principal, terms=terms, now=now)
            await _note(connection, "token_issued", principal, credential_id, now)
        return credential_id

    async def principal(self, token: str) -> Principal | None:
        """The principal of a token; None when it is unknown, revoked or expired."""
        return await self.holder(token_digest(token))

    async def holder(self, token_sha256: str) -> Principal | None:
        """The same by the digest of the token; an open socket keeps only that."""
        now = self._clock()
        async with self._database.read() as connection:
            row = await _valid(connection, token_sha256, now)
        if row is not None and _to_renew(row, now):
            with suppress(StoreUnavailable):  # the next use tries again
                await self._renew(row, now)
        return _principal(row) if row is not None else None

    async def _renew(self, row: Row[Any], now: datetime) -> None:
        """Move the end of a credential, while its invitation may be used or a session of it is going on."""
        going_on = exists().where(
            sessions.c.tenant == credentials.c.tenant,
            sessions.c.owner == credentials.c.name,
            sessions.c.assessment_id == credentials.c.assessment_id,
            sessions.c.status != SessionStatus.ENDED,
        )
        usable = exists().where(invitations.c.id == credentials.c.invitation_id, invitations.c.expires_at > now)
        async with self._database.write() as connection:
            await connection.execute(
                update(credentials)
                .where(credentials.c.id == row.id, or_(going_on, usable))
                .values(expires_at=now + timedelta(seconds=row.lifetime))
            )

    async def expiry(self, token: str) -> datetime | None:
        """When the time of a token ends; None: never, or it is unknown."""
        statement = select(credentials.c.expires_at).where(credentials.c.token_sha256 == token_digest(token))
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()

    async def invitation(self, token_sha256: str) -> str | None:
        """The invitation with whose code a credential was given; None: it was issued otherwise."""
        statement = select(credentials.c.invitation_id).where(credentials.c.token_sha256 == token_sha256)
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()

    async def list(self, tenant: str) -> tuple[Credential, ...]:
        """All tokens of a tenant, newest first."""
        statement = select(credentials).where(credentials.c.tenant == tenant).order_by(credentials.c.id.desc())
        async with self._database.read() as connection:
            found = await connection.execute(statement)
            return tuple(
                Credential(
                    id=row.id,
                    principal=Principal(name=row.name, role=Role(row.role), tenant=row.tenant),
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    revoked_at=row.revoked_at,
                )
                for row in found
            )

    async def revoke(self, credential_id: str) -> None:
        """Revoke a token. Of a repeated call the first moment stays.

        Raises:
            NotFound: no such credential.
        """
        now = self._clock()
        revoke = (
            update(credentials)
            .where(credentials.c.id == credential_id)
            .values(revoked_at=func.coalesce(credentials.c.revoked_at, now))
            .returning(credentials.c.name, credentials.c.role, credentials.c.tenant, credentials.c.assessment_id)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(revoke)).one_or_none()
            if row is None:
                raise NotFound("There is no such credential.")
            await _note(connection, "token_revoked", _principal(row), credential_id, now)


async def holder(connection: AsyncConnection, token_sha256: str, now: datetime) -> Principal | None:
    """The principal of the token with this digest; None when it is unknown, revoked or expired."""
    row = await _valid(connection, token_sha256, now)
    return _principal(row) if row is not None else None


async def add_credential(
    connection: AsyncConnection, token: str, principal: Principal, *, terms: CredentialTerms, now: datetime
) -> str:
    """Store a token in the current transaction; returns the id with which it can be revoked."""
    credential_id = new_id()
    await connection.execute(
        insert(credentials).values(
            id=credential_id,
            tenant=principal.tenant,
            role=principal.role,
            name=principal.name,
            assessment_id=principal.assessment_id,
            token_sha256=token_digest(token),
            created_at=now,
            expires_at=terms.expires_at,
            invitation_id=terms.invitation_id,
            lifetime=terms.lifetime,
        )
    )
    return credential_id


async def _note(connection: AsyncConnection, action: str, holder: Principal, credential_id: str, now: datetime) -> None:
    """Write what was done to a token. Who did it is the user of the machine who runs the command, as far as known."""
    author = replace(NOBODY, tenant=holder.tenant)
    detail = {"credential": credential_id, "role": holder.role, "name": holder.name}
    await write_audit(connection, author, action, at=now, object=("token", credential_id), detail=detail)


async def _valid(connection: AsyncConnection, token_sha256: str, now: datetime) -> Row[Any] | None:
    withdrawn = exists().where(invitations.c.id == credentials.c.invitation_id, invitations.c.revoked_at.is_not(None))
    statement = select(credentials).where(
        credentials.c.token_sha256 == token_sha256,
        credentials.c.revoked_at.is_(None),
        or_(credentials.c.expires_at.is_(None), credentials.c.expires_at > now),
        ~withdrawn,
    )
    return (await connection.execute(statement)).one_or_none()


def _principal(row: Row[Any]) -> Principal:
    return Principal(name=row.name, role=Role(row.role), tenant=row.tenant, assessment_id=row.assessment_id)


def _to_renew(row: Row[Any], now: datetime) -> bool:
    """Is less than half of the lifetime left?"""
    if row.lifetime is None or row.expires_at is None:
        return False
    return bool((row.expires_at - now).total_seconds() < row.lifetime / 2)
