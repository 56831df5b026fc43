"""Tickets: each opens the websocket of one session once, within 30 s. Only hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert

from ..clock import Clock
from ..identity import Admission, Principal, Role, new_ticket, token_digest
from .credentials import holder
from .database import Database
from .tables import tickets

LIFETIME: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A new ticket with its text, which is not stored."""

    ticket: str = field(repr=False)
    expires_at: datetime


class Tickets:
    """The tickets of all tenants and processes."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def issue(self, session_id: str, admission: Admission) -> Ticket:
        """Store and return a ticket that admits its sender to the session with `admission`.

        Expired tickets are deleted at the same time.
        """
        made = Ticket(ticket=new_ticket(), expires_at=self._clock() + LIFETIME)
        async with self._database.write() as connection:
            await connection.execute(delete(tickets).where(tickets.c.expires_at <= self._clock()))
            await connection.execute(
                insert(tickets).values(
                    ticket_sha256=token_digest(made.ticket),
                    tenant=admission.principal.tenant,
                    session_id=session_id,
                    role=admission.principal.role,
                    name=admission.principal.name,
                    token_sha256=admission.token_sha256,
                    created_at=self._clock(),
                    expires_at=made.expires_at,
                )
            )
        return made

    async def redeem(self, ticket: str, session_id: str) -> Admission | None:
        """Use up the ticket and return whom it admits to the session; of several at once only one succeeds.

        None when it is unknown, used, expired or of another session, or when the token with which
        it was requested is no longer valid.
        """
        spend = (
            delete(tickets)
            .where(
                tickets.c.ticket_sha256 == token_digest(ticket),
                tickets.c.session_id == session_id,
                tickets.c.expires_at > self._clock(),
            )
            .returning(tickets.c.tenant, tickets.c.role, tickets.c.name, tickets.c.token_sha256)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(spend)).one_or_none()
            if row is None:
                return None
            if row.token_sha256 is not None and await holder(connection, row.token_sha256, self._clock()) is None:
                return None
        principal = Principal(name=row.name, role=Role(row.role), tenant=row.tenant)
        return Admission(principal=principal, token_sha256=row.token_sha256)
