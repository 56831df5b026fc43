"""Credentials for tests, and what a test says that is to pass on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from codeassess_core.identity import Principal, Role, new_token
from codeassess_core.wiring import Core

on_both_databases = pytest.mark.usefixtures("database_url")
"""For a test that is to pass on SQLite and on Postgres."""


@dataclass(frozen=True)
class Credential:
    """A token and the id by which it can be revoked."""

    token: str
    id: str


async def issue(
    core: Core, name: str, role: Role, *, tenant: str = "default", expires_at: datetime | None = None
) -> Credential:
    """A credential for a principal."""
    token = new_token()
    principal = Principal(name=name, role=role, tenant=tenant)
    return Credential(token, await core.record.credentials.issue(token, principal, expires_at=expires_at))
