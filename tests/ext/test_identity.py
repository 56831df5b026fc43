"""Who may do what through the door: every principal, every operation, things that are there and that are not.

The operations come from `routes.ROUTES`: a route without a row in `ALLOWED` fails here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import issue
from door import Door, Talk
from jupyter_server.auth import IdentityProvider, User
from jupyter_server.utils import JupyterServerAuthWarning
from tornado.httpclient import HTTPClientError
from traitlets.config import Config

from codeassess_core.clock import new_id, utcnow
from codeassess_core.identity import Role
from codeassess_ext import CodeAssess, socket
from codeassess_ext.guard import VERBS, verbs
from codeassess_ext.rest import UnknownHandler
from codeassess_ext.routes import ROUTES

EVERYBODY = ("own", "other", "far", "ada", "bob", "zoe", "chief", "far_chief", "jupyter")
"""Two candidates and one of another tenant; the grader that the assessment names, one that it does not name and
one of another tenant; the operator, one of another tenant, and whoever holds Jupyter's own token."""
STRANGERS = ("anonymous", "wrong", "revoked", "expired")

# For each operation what EVERYBODY gets, in that order.
OWNER_AND_GRADER = "200 404 404 200 404 404 200 404 200"
GRADERS_ONLY = "404 404 404 200 404 404 200 404 200"
ALLOWED = {
    "GET /sessions": "200 200 200 200 200 200 200 200 200",
    "POST /sessions": "201 201 201 201 201 201 201 201 201",
    "GET /sessions/{session_id}": OWNER_AND_GRADER,
    "DELETE /sessions/{session_id}": "403 404 404 403 404 404 204 404 204",
    "GET /sessions/{session_id}/interactions": OWNER_AND_GRADER,
    "GET /sessions/{session_id}/snapshots": OWNER_AND_GRADER,
    "GET /sessions/{session_id}/snapshots/{n}": OWNER_AND_GRADER,
    "POST /sessions/{session_id}/generate-report": OWNER_AND_GRADER.replace("200", "202"),
    "GET /sessions/{session_id}/report": "403 404 404 200 404 404 200 404 200",
    "GET /assessments": "403 403 403 200 200 200 200 200 200",
    "POST /assessments": "403 403 403 201 201 201 201 201 201",
    "GET /assessments/{assessment_id}": GRADERS_ONLY,
    "POST /assessments/{assessment_id}/versions": GRADERS_ONLY.replace("200", "201"),
    "GET /codeassess/health": "200 200 200 200 200 200 200 200 200",
    "GET /codeassess/openapi.json": "200 200 200 200 200 200 200 200 200",
    # The websocket: 101, or the code with which it closes once the handshake was accepted.
    "GET /ws/session/{session_id}": "101 4404 4404 4403 4404 4404 101 4404 101",
}


def operations() -> list[str]:
    """Every verb on every address of the list of routes."""
    return [
        f"{verb.upper()} {address(pattern)}"
        for pattern, handler in ROUTES
        if handler is not UnknownHandler
        for verb in verbs(handler)
    ]


def address(pattern: str) -> str:
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).replace("\\.", ".").removesuffix("/?")


@pytest.fixture
def jp_server_config(jp_server_config: Config) -> Config:
    jp_server_config.ServerApp.allow_unauthenticated_access = False
    return jp_server_config


@dataclass(frozen=True)
class Town:
    """Everybody with their door, and a session with its assessment and report."""

    doors: dict[str, Door]
    assessment_id: str
    session_id: str

    async def session(self) -> str:
        """Another session like the first, not yet finished."""
        return await self.doors["own"].begin(assessment_id=self.assessment_id)


async def populate(door: Door, extension: CodeAssess) -> Town:
    core = await extension.core()
    people = {
        "own": (Role.CANDIDATE, "default"),
        "other": (Role.CANDIDATE, "default"),
        "far": (Role.CANDIDATE, "elsewhere"),
        "ada": (Role.GRADER, "default"),
        "bob": (Role.GRADER, "default"),
        "zoe": (Role.GRADER, "elsewhere"),
        "chief": (Role.OPERATOR, "default"),
        "far_chief": (Role.OPERATOR, "elsewhere"),
    }
    credentials = {name: await issue(core, name, role, tenant=t) for name, (role, t) in people.items()}
    past = await issue(core, "own", Role.CANDIDATE, expires_at=utcnow() - timedelta(seconds=1))
    gone = await issue(core, "own", Role.CANDIDATE)
    await core.record.credentials.revoke(gone.id)
    tokens: dict[str, str | None] = {name: c.token for name, c in credentials.items()}
    tokens |= {"jupyter": door.token, "anonymous": None, "wrong": "ca_wrong", "revoked": gone.token}
    doors = {name: door.holding(token) for name, token in (tokens | {"expired": past.token}).items()}
    task = (await doors["ada"].post("/assessments/", {"title": "t", "graders": ["ada"]})).json["assessment_id"]
    session_id = await doors["own"].begin(assessment_id=task)
    talk, _ = await doors["own"].greet(session_id)
    await talk.ask({"message_type": "code_update", "seq": 1, "code": "a = 1\n"})
    await talk.say({"message_type": "finish"})
    await talk.until("report_ready")
    return Town(doors, task, session_id)


def test_each_route_has_its_row() -> None:
    assert sorted(operations()) == sorted(ALLOWED)


async def test_everybody_gets_from_each_operation_what_the_table_says(
    door: Door, extension: CodeAssess, quiet: pytest.LogCaptureFixture
) -> None:
    town = await populate(door, extension)
    wrong = []
    for operation, row in ALLOWED.items():
        for who, expected in zip(EVERYBODY, map(int, row.split()), strict=True):
            there = await town.session() if changes(operation) else town.session_id
            got = await outcome(town, who, operation, there, town.assessment_id)
            missing = await outcome(town, who, operation, new_id(), new_id())
            hidden = expected in (404, 4404)
            if got[0] != expected or (hidden and got != missing):
                wrong.append((operation, who, expected, got, missing))
            if "{" in operation and missing[0] not in (404, 4404):
                wrong.append((operation, who, "missing", missing))
        for who in STRANGERS:
            got = await outcome(town, who, operation, town.session_id, town.assessment_id)
            if got[0] != 401:
                wrong.append((operation, who, 401, got))
    assert wrong == []


def changes(operation: str) -> bool:
    return operation.startswith(("DELETE", "POST /sessions/{"))


async def outcome(town: Town, who: str, operation: str, session_id: str, assessment_id: str) -> tuple[int, Any]:
    """The status, or the close code of a websocket, and all that a client could tell answers apart by."""
    verb, _, path = operation.partition(" ")
    if path.startswith("/ws/"):
        return await knock(town.doors[who], session_id), None
    path = path.format(session_id=session_id, assessment_id=assessment_id, n=1)
    body = {"title": "t", "graders": ["ada"]} if path.startswith("/assessments") else {}
    answer = await town.doors[who].call(verb, path, json_body=body if verb == "POST" else None)
    telling = {name: value for name, value in answer.headers.items() if name not in ("Date", "Set-Cookie")}
    return answer.status, (answer.body, telling)


async def knock(door: Door, session_id: str, **more: Any) -> int:
    """101 when the websocket opens and stays, else its close code, else the status of the handshake."""
    try:
        talk = await door.talk(session_id, **more)
    except HTTPClientError as refused:
        return refused.code
    closed = await refused_after_all(talk)
    talk.hang_up()
    return closed or 101


async def refused_after_all(talk: Talk) -> int | None:
    try:
        first = await talk.hear(0.15)
    except TimeoutError:
        return None
    return talk.socket.close_code if first is None else None


async def test_no_route_answers_a_stranger_with_anything_but_401(
    door: Door, extension: CodeAssess, quiet: pytest.LogCaptureFixture
) -> None:
    town = await populate(door, extension)
    for pattern, _ in ROUTES:
        path = address(pattern).replace("(?:sessions|assessments|codeassess)/.*", "sessions/a/b/c")
        path = path.format(session_id=town.session_id, assessment_id=town.assessment_id, n=1)
        for verb in (*VERBS, "options"):
            for slash in ("", "/"):
                answer = await town.doors["anonymous"].call(verb.upper(), path + slash)
                if (path + slash).endswith(".json/"):
                    continue
                assert answer.status == 401, (verb, path, answer)
                if verb != "head":
                    assert answer.error["code"] == "unauthenticated"
                assert answer.headers["WWW-Authenticate"] == "token"


async def test_a_verb_that_is_not_there_is_405_to_those_who_may_come_in(door: Door, extension: CodeAssess) -> None:
    town = await populate(door, extension)
    for pattern, handler in ROUTES:
        if handler is UnknownHandler:
            continue
        path = address(pattern).format(session_id=town.session_id, assessment_id=town.assessment_id, n=1)
        for verb in set(VERBS) - set(verbs(handler)):
            assert (await town.doors["own"].call(verb.upper(), path)).status == 405, (verb, path)


def test_no_warning_of_an_unguarded_route_names_one_of_ours(jp_configurable_serverapp: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        app = jp_configurable_serverapp()
    assert not app.web_app.settings["allow_unauthenticated_access"]
    ours = [w for w in caught if issubclass(w.category, JupyterServerAuthWarning) and "codeassess" in str(w.message)]
    assert ours == []


# ── where a credential may be


async def test_a_token_in_the_address_opens_nothing_and_is_not_logged(
    door: Door, extension: CodeAssess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    town = await populate(door, extension)
    token = town.doors["own"].token
    assert token
    query = "?" + urlencode({"token": token})
    stranger = town.doors["anonymous"]
    assert (await stranger.get("/sessions/" + query)).status == 401
    assert (await stranger.post("/sessions/" + query)).status == 401
    assert (await stranger.get("/sessions/", headers={"Cookie": f"token={token}"})).status == 401
    assert await knock(stranger, town.session_id, query=query) == 401
    assert (await town.doors["own"].get("/sessions/nonsense" + query)).status == 404
    assert token not in caplog.text


@pytest.mark.parametrize(
    "header", ["Bearer {}", "token {}", "TOKEN   {}", "Token {} "], ids=["bearer", "token", "spaced", "trailing"]
)
async def test_a_token_is_sent_like_jupyters(door: Door, extension: CodeAssess, header: str) -> None:
    credential = await issue(await extension.core(), "own", Role.CANDIDATE)
    headers = {"Authorization": header.format(credential.token)}
    answer = await door.holding(None).post("/sessions/", headers=headers)
    assert (answer.status, answer.json["owner"]) == (201, "own")


async def test_a_cookie_alone_cannot_write_and_a_token_needs_no_xsrf(door: Door, extension: CodeAssess) -> None:
    cookie = (await door.get("/sessions/")).headers["Set-Cookie"].partition(";")[0]
    browser = door.holding(None)
    assert (await browser.get("/sessions/", headers={"Cookie": cookie, "Referer": own_origin(door)})).status == 200
    refused = await browser.post("/sessions/", headers={"Cookie": cookie})
    assert (refused.status, refused.error["code"]) == (403, "forbidden")
    armed = {"Cookie": f"{cookie}; _xsrf=deadbeef", "X-XSRFToken": "deadbeef"}
    assert (await browser.post("/sessions/", headers=armed)).status == 201
    forged = {**armed, "X-XSRFToken": "cafecafe"}
    assert (await browser.post("/sessions/", headers=forged)).status == 403
    credential = await issue(await extension.core(), "own", Role.CANDIDATE)
    with_both = await door.holding(credential.token).post("/sessions/", headers={"Cookie": cookie})
    assert (with_both.status, with_both.json["owner"]) == (201, "own")


async def test_a_name_that_somebody_gives_themselves_changes_nothing(door: Door) -> None:
    cookie = (await door.get("/sessions/")).headers["Set-Cookie"].partition(";")[0]
    armed = {"Cookie": f"{cookie}; _xsrf=deadbeef", "X-XSRFToken": "deadbeef"}
    browser = door.holding(None)
    renamed = await browser.call(
        "PATCH", "/api/me", json_body={"name": "ada", "display_name": "Grader Admin"}, headers=armed
    )
    assert renamed.status == 200
    armed["Cookie"] = armed["Cookie"].replace(cookie, renamed.headers["Set-Cookie"].partition(";")[0])
    assert (await browser.get("/api/me", headers=armed)).json["identity"]["name"] == "ada"
    assert (await browser.post("/sessions/", headers=armed)).json["owner"] == "candidate"


# ── the websocket


def own_origin(door: Door) -> str:
    return f"http://127.0.0.1:{door._port}"


class TestOrigins:
    """A page may open the websocket only from the server itself or a listed origin, whatever it holds."""

    @pytest.fixture
    def traits(self) -> dict[str, Any]:
        return {"allowed_origins": "https://lab.example, https://hub.example:8443/"}

    async def test_only_our_own_list_counts(self, door: Door, extension: CodeAssess) -> None:
        own = await issue(await extension.core(), "own", Role.CANDIDATE)
        session_id = await door.holding(own.token).begin()
        mine = own_origin(door)
        origins = {
            None: 101,  # no browser
            mine: 101,
            mine.replace("http", "https"): 101,  # behind a proxy that ends TLS
            "https://lab.example": 101,
            "HTTPS://LAB.EXAMPLE/": 101,
            "https://hub.example:8443": 101,
            "https://hub.example": 403,
            "https://lab.example:9999": 403,
            "http://lab.example": 403,
            "https://lab.example.evil.com": 403,
            "https://evil.com/https://lab.example": 403,
            f"{mine}.evil.com": 403,
            f"http://evil.com@{mine.removeprefix('http://')}": 403,
            "http://evil.com": 403,
            "http://[": 403,
            "null": 403,
        }
        holders = {
            "own": (door.holding(own.token), ""),
            "jupyter": (door, ""),
            "jupyter in the address": (door.holding(None), f"?token={door.token}"),
        }
        got = {
            (origin, name): await knock(who, session_id, query=query, headers={"Origin": origin} if origin else {})
            for origin in origins
            for name, (who, query) in holders.items()
        }
        assert got == {(origin, name): code for origin, code in origins.items() for name in holders}


async def test_a_credential_that_is_revoked_closes_the_open_socket(
    door: Door, extension: CodeAssess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "RECHECK_MILLISECONDS", 50)
    core = await extension.core()
    own = await issue(core, "own", Role.CANDIDATE)
    mine = door.holding(own.token)
    talk, _ = await mine.greet(await mine.begin())
    assert await talk.silent(0.3)
    await core.record.credentials.revoke(own.id)
    assert await talk.closed() == 4401
    assert (await mine.get("/sessions/")).status == 401


# ── under another identity provider, as in a hub


class HubLike(IdentityProvider):
    """Users come from a header, as a proxy or a hub might set it."""

    def get_user(self, handler: Any) -> User | None:
        name = handler.request.headers.get("X-User")
        return User(username=name, name="Grader Admin", display_name="ada") if name else None


class TestHub:
    @pytest.fixture
    def traits(self) -> dict[str, Any]:
        return {"graders": "ada, bob"}

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.identity_provider_class = HubLike
        jp_server_config.ServerApp.disable_check_xsrf = True
        return jp_server_config

    @pytest.fixture
    def hub(self, door: Door) -> Iterator[Any]:
        def holding(name: str) -> dict[str, str]:
            return {"X-User": name}

        yield holding

    async def test_the_providers_user_is_the_candidate_and_the_listed_ones_are_graders(
        self, door: Door, hub: Any
    ) -> None:
        browser = door.holding(None)
        begun = (await browser.post("/sessions/", headers=hub("carol"))).json
        assert begun["owner"] == "carol"
        where = f"/sessions/{begun['session_id']}/"
        seen = {name: (await browser.get(where, headers=hub(name))).status for name in ("carol", "dave", "ada")}
        assert seen == {"carol": 200, "dave": 404, "ada": 200}
        assert (await browser.get("/assessments/", headers=hub("dave"))).status == 403
        assert (await browser.call("DELETE", where, headers=hub("ada"))).status == 403
        assert (await browser.get(where)).status == 401


class TestServiceWithoutJupytersAuthentication:
    """A service whose operator switched Jupyter's token off takes our tokens only."""

    @pytest.fixture
    def traits(self) -> dict[str, Any]:
        return {"mode": "service"}

    async def test_nobody_becomes_the_operator_by_being_nobody(self, door: Door, extension: CodeAssess) -> None:
        extension.serverapp.identity_provider.token = ""
        assert not extension.serverapp.identity_provider.auth_enabled
        assert (await door.holding(None).get("/sessions/")).status == 401
        own = await issue(await extension.core(), "own", Role.CANDIDATE)
        assert (await door.holding(own.token).get("/sessions/")).status == 200
