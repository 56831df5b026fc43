"""Credentials: issued tokens. Only their hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..clock import Clock, new_id
from ..errors import NotFound
from ..identity import Principal, Role, token_digest
from .database import Database
from .tables import credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An issued token, without the token itself."""

    id: str
    principal: Principal
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class Credentials:
    """The tokens of all tenants."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def issue(self, token: str, principal: Principal, *, expires_at: datetime | None = None) -> str:
        """Store that `token` belongs to `principal`; returns the id with which it can be revoked."""
        credential_id = new_id()
        async with self._database.write() as connection:
            await connection.execute(
                insert(credentials).values(
                    id=credential_id,
                    tenant=principal.tenant,
                    role=principal.role,
                    name=principal.name,
                    token_sha256=token_digest(token),
                    created_at=self._clock(),
                    expires_at=expires_at,
                )
            )
        return credential_id

    async def principal(self, token: str) -> Principal | None:
        """The principal of a token; None when it is unknown, revoked or expired."""
        return await self.holder(token_digest(token))

    async def holder(self, token_sha256: str) -> Principal | None:
        """The same by the digest of the token; an open socket keeps only that."""
        async with self._database.read() as connection:
            return await holder(connection, token_sha256, self._clock())

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
        async with self._database.write() as connection:
            gone = await connection.execute(
                update(credentials)
                .where(credentials.c.id == credential_id)
                .values(revoked_at=func.coalesce(credentials.c.revoked_at, self._clock()))
            )
        if gone.rowcount == 0:
            raise NotFound("There is no such credential.")


async def holder(connection: AsyncConnection, token_sha256: str, now: datetime) -> Principal | None:
    """The principal of the token with this digest; None when it is unknown, revoked or expired."""
    statement = select(credentials.c.name, credentials.c.role, credentials.c.tenant).where(
        credentials.c.token_sha256 == token_sha256,
        credentials.c.revoked_at.is_(None),
        or_(credentials.c.expires_at.is_(None), credentials.c.expires_at > now),
    )
    row = (await connection.execute(statement)).one_or_none()
    return Principal(name=row.name, role=Role(row.role), tenant=row.tenant) if row else None
