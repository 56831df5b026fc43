"""`codeassess token`: what is issued works, what is revoked does not, and the token itself is nowhere stored."""

from __future__ import annotations

import asyncio
import json

from sqlalchemy import select

from codeassess_core.clock import utcnow
from codeassess_core.identity import Principal, Role, token_digest
from codeassess_core.storage.credentials import Credentials
from codeassess_core.storage.database import Database
from codeassess_core.storage.tables import credentials

from .running import codeassess, succeed


def ask(database_url: str, token: str) -> tuple[Principal | None, list[str]]:
    """Who holds the token, and all that is stored of all of them."""

    async def read() -> tuple[Principal | None, list[str]]:
        database = Database(database_url)
        try:
            async with database.read() as connection:
                rows = [str(row) for row in await connection.execute(select(credentials))]
            return await Credentials(database, clock=utcnow).principal(token), rows
        finally:
            await database.aclose()

    return asyncio.run(read())


def test_a_token_works_until_it_is_revoked_and_only_its_hash_is_stored(database_url: str) -> None:
    where = ("--database-url", database_url)
    issued = json.loads(
        succeed("token", "create", "--role", "grader", "--name", "Ada", "--tenant", "lab", "--json", *where)
    )
    token = issued["token"]
    principal, rows = ask(database_url, token)
    assert principal == Principal(name="Ada", role=Role.GRADER, tenant="lab")
    (row,) = rows
    assert token not in row and token_digest(token) in row

    listed = succeed("token", "list", "--tenant", "lab", *where)
    assert issued["id"] in listed and "Ada" in listed and token not in listed
    assert issued["id"] not in succeed("token", "list", *where), "another tenant"

    succeed("token", "revoke", issued["id"], *where)
    assert ask(database_url, token)[0] is None
    assert "revoked" in succeed("token", "list", "--tenant", "lab", *where)


def test_a_token_with_a_time_ends_and_says_when(database_url: str) -> None:
    where = ("--database-url", database_url)
    printed = succeed("token", "create", "--role", "candidate", "--name", "Ada", "--expires-in", "1s", *where)
    (token,) = [word for word in printed.split() if word.startswith("ca_")]
    until = printed.split("valid until ")[1].split(":\n")[0]
    while utcnow().isoformat() < until:
        pass
    assert ask(database_url, token)[0] is None
    assert "expired" in succeed("token", "list", *where)


def test_two_tokens_differ_and_revoking_one_spares_the_other(database_url: str) -> None:
    where = ("--database-url", database_url)
    one, two = (
        json.loads(succeed("token", "create", "--role", "candidate", "--name", "Ada", "--json", *where)) for _ in "12"
    )
    assert one["token"] != two["token"]
    succeed("token", "revoke", one["id"], *where)
    assert ask(database_url, two["token"])[0] is not None
    assert codeassess("token", "revoke", one["id"].replace(one["id"][-4:], "0000"), *where).returncode == 1
