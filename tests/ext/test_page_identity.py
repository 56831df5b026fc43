"""What everybody gets from the pages of a service, with every verb: the same bytes, for they hold no data.

The pages come from `page.PAGE_ROUTES`: one without a row in `PAGES` fails here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from service_process import Service
from test_identity import EVERYBODY, STRANGERS, address

from codeassess_core.clock import new_id, utcnow
from codeassess_core.identity import Principal, Role, new_token
from codeassess_core.people.codes import new_code
from codeassess_core.storage.credentials import Credentials
from codeassess_core.storage.database import Database
from codeassess_ext.guard import VERBS
from codeassess_ext.page import FOLDER, PAGE_ROUTES

ROLES = {
    **dict.fromkeys(("own", "other", "far"), Role.CANDIDATE),
    **dict.fromkeys(("ada", "bob", "zoe"), Role.GRADER),
    **dict.fromkeys(("chief", "far_chief"), Role.OPERATOR),
    "tom": Role.TEACHER,
}
FAR = {"far", "zoe", "far_chief"}
UNKNOWN_VERBS = ("TRACE", "CONNECT", "PROPFIND")
SUPPORTED = {verb.upper() for verb in VERBS} | {"OPTIONS"}
BUILT = (FOLDER / "index.html").exists()
THERE = 200 if BUILT else 503

# For each page: its verbs with what everybody gets. Other verbs are 405, those that nobody knows too.
PAGES = {"": {"GET": THERE, "HEAD": THERE}, "/codeassess/page/{file}": {"GET": 200, "HEAD": 200}}

# Calls that need no credential, with a body that is refused: everybody gets the same.
OPEN_CALLS = {
    "/codeassess/sign-in": ({"token": "ca_wrong"}, 403),  # not from the page of the service itself
    "/codeassess/join": ({"code": new_code()}, 403),
    "/codeassess/join/look": ({"code": new_code()}, 403),
    "/codeassess/sign-out": (None, 204),
}
NOTHING = ("/login", "/logout", "/api", "/api/status", "/api/me", "/tree", "/lab", "/files/x", "/static/x", "/metrics",
           "/codeassessment", "/join", "/join/ABCD", "/admin", "/sessions.csv", "/.well-known/x")  # fmt: skip


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, httpx.Client]]:
    """A client of the service for each principal, and for those whom nobody knows."""
    service = Service(tmp_path_factory.mktemp("service") / "home")
    service.start()
    tokens = asyncio.run(issued(service.home))
    headers = {name: {"Authorization": f"token {token}"} for name, token in tokens.items()} | {"anonymous": {}}
    made = {n: httpx.Client(base_url=service.url, headers=h, trust_env=False, timeout=30) for n, h in headers.items()}
    yield made
    for client in made.values():
        client.close()
    service.kill()


async def issued(home: Path) -> dict[str, str]:
    database = Database(f"sqlite+aiosqlite:///{home}/.local/share/jupyter/codeassess/codeassess.sqlite")
    credentials = Credentials(database, clock=utcnow)
    tokens = {name: new_token() for name in (*ROLES, "revoked", "expired")}
    try:
        for name, token in tokens.items():
            tenant = "elsewhere" if name in FAR else "default"
            who = Principal(name=name, role=ROLES.get(name, Role.CANDIDATE), tenant=tenant)
            expires_at = utcnow() if name == "expired" else None
            credential = await credentials.issue(token, who, expires_at=expires_at)
            if name == "revoked":
                await credentials.revoke(credential)
    finally:
        await database.aclose()
    return tokens | {"wrong": "ca_wrong", "jupyter": "a-token-of-jupyter"}


def told(client: httpx.Client, verb: str, path: str) -> tuple[int, bytes, dict[str, str]]:
    answer = client.request(verb, path)
    telling = {name: value for name, value in answer.headers.items() if name not in ("date", "set-cookie")}
    return answer.status_code, answer.content, telling


def test_each_page_has_its_row() -> None:
    assert sorted(address(pattern).removesuffix("/?") for pattern, _ in PAGE_ROUTES) == sorted(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_everybody_gets_the_same_from_a_page(clients: dict[str, httpx.Client], page: str) -> None:
    assert set(clients) == {*EVERYBODY, *STRANGERS}
    files = sorted(FOLDER.glob("page-*.js"))
    path = page.format(file=files[0].name if files else "page.js") or "/"
    for verb in (*SUPPORTED, *UNKNOWN_VERBS):
        expected = PAGES[page].get(verb, 405)
        answers = {name: told(client, verb, path) for name, client in clients.items()}
        first = answers["anonymous"]
        assert first[0] == expected or (expected == 200 and not BUILT), (verb, first)
        assert [name for name, answer in answers.items() if answer != first] == [], verb


def test_a_page_that_is_not_there_is_not_there_for_anybody(clients: dict[str, httpx.Client]) -> None:
    for path in (*NOTHING, "/codeassess/page/gone.js", "/codeassess/page/..%2fguard.py", f"/{new_id()}"):
        for verb in ("GET", "HEAD", "POST", "DELETE", "OPTIONS", *UNKNOWN_VERBS):
            answers = {name: told(client, verb, path) for name, client in clients.items()}
            first = answers["anonymous"]
            assert first[0] in ((405,) if verb in UNKNOWN_VERBS else (404, 405)), (verb, path, first)
            assert [name for name, answer in answers.items() if answer != first] == [], (verb, path)


@pytest.mark.parametrize("path", OPEN_CALLS)
def test_what_needs_no_credential_looks_at_none(clients: dict[str, httpx.Client], path: str) -> None:
    body, expected = OPEN_CALLS[path]
    some = ("own", "tom", "far_chief", "anonymous", "wrong")  # twenty failed attempts are allowed from one address
    answers = [clients[name].post(path, json=body) for name in some]
    assert {answer.status_code for answer in answers} == {expected}, answers[0].text
    assert len({answer.content for answer in answers}) == 1
