"""Where a credential may be, where it may not, and what becomes of it: addresses, cookies, origins, hubs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from credentials import issue
from jupyter_server.auth import IdentityProvider, User
from population import connection_status, populate
from rest_client import Client
from traitlets.config import Config

from codeassess_core.identity import Role
from codeassess_ext import CodeAssess, socket


@pytest.fixture
def jp_server_config(jp_server_config: Config) -> Config:
    jp_server_config.ServerApp.allow_unauthenticated_access = False
    return jp_server_config


# ── where a credential may be


async def test_a_token_in_the_address_opens_nothing_and_is_not_logged(
    client: Client, extension: CodeAssess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    population = await populate(client, extension)
    token = population.clients["own"].token
    assert token
    query = "?" + urlencode({"token": token})
    stranger = population.clients["anonymous"]
    assert (await stranger.get("/sessions/" + query)).status == 401
    assert (await stranger.post("/sessions/" + query)).status == 401
    assert (await stranger.get("/sessions/", headers={"Cookie": f"token={token}"})).status == 401
    assert await connection_status(stranger, population.session_id, query=query) == 401
    assert (await population.clients["own"].get("/sessions/nonsense" + query)).status == 404
    assert token not in caplog.text


@pytest.mark.parametrize(
    "header", ["Bearer {}", "token {}", "TOKEN   {}", "Token {} "], ids=["bearer", "token", "spaced", "trailing"]
)
async def test_a_token_is_sent_like_jupyters(client: Client, extension: CodeAssess, header: str) -> None:
    credential = await issue(await extension.core(), "own", Role.CANDIDATE)
    headers = {"Authorization": header.format(credential.token)}
    answer = await client.holding(None).post("/sessions/", headers=headers)
    assert (answer.status, answer.json["owner"]) == (201, "own")


async def test_a_cookie_alone_cannot_write_and_a_token_needs_no_xsrf(client: Client, extension: CodeAssess) -> None:
    cookie = (await client.get("/sessions/")).headers["Set-Cookie"].partition(";")[0]
    browser = client.holding(None)
    assert (await browser.get("/sessions/", headers={"Cookie": cookie, "Referer": own_origin(client)})).status == 200
    refused = await browser.post("/sessions/", headers={"Cookie": cookie})
    assert (refused.status, refused.error["code"]) == (403, "forbidden")
    armed = {"Cookie": f"{cookie}; _xsrf=deadbeef", "X-XSRFToken": "deadbeef"}
    assert (await browser.post("/sessions/", headers=armed)).status == 201
    forged = {**armed, "X-XSRFToken": "cafecafe"}
    assert (await browser.post("/sessions/", headers=forged)).status == 403
    credential = await issue(await extension.core(), "own", Role.CANDIDATE)
    with_both = await client.holding(credential.token).post("/sessions/", headers={"Cookie": cookie})
    assert (with_both.status, with_both.json["owner"]) == (201, "own")


async def test_a_name_that_somebody_gives_themselves_changes_nothing(client: Client) -> None:
    cookie = (await client.get("/sessions/")).headers["Set-Cookie"].partition(";")[0]
    armed = {"Cookie": f"{cookie}; _xsrf=deadbeef", "X-XSRFToken": "deadbeef"}
    browser = client.holding(None)
    renamed = await browser.call(
        "PATCH", "/api/me", json_body={"name": "ada", "display_name": "Grader Admin"}, headers=armed
    )
    assert renamed.status == 200
    armed["Cookie"] = armed["Cookie"].replace(cookie, renamed.headers["Set-Cookie"].partition(";")[0])
    assert (await browser.get("/api/me", headers=armed)).json["identity"]["name"] == "ada"
    assert (await browser.post("/sessions/", headers=armed)).json["owner"] == "candidate"


# ── the websocket


def own_origin(client: Client) -> str:
    return f"http://127.0.0.1:{client.port}"


class TestOrigins:
    """A page may open the websocket only from the server itself or a listed origin, whatever it holds."""

    @pytest.fixture
    def traits(self) -> dict[str, Any]:
        return {"allowed_origins": "https://lab.example, https://hub.example:8443/"}

    async def test_only_our_own_list_counts(self, client: Client, extension: CodeAssess) -> None:
        own = await issue(await extension.core(), "own", Role.CANDIDATE)
        session_id = await client.holding(own.token).begin()
        mine = own_origin(client)
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
            "own": (client.holding(own.token), ""),
            "jupyter": (client, ""),
            "jupyter in the address": (client.holding(None), f"?token={client.token}"),
        }
        got = {
            (origin, name): await connection_status(
                who, session_id, query=query, headers={"Origin": origin} if origin else {}
            )
            for origin in origins
            for name, (who, query) in holders.items()
        }
        assert got == {(origin, name): code for origin, code in origins.items() for name in holders}


async def test_a_credential_that_is_revoked_closes_the_open_socket(
    client: Client, extension: CodeAssess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "RECHECK_MILLISECONDS", 50)
    core = await extension.core()
    own = await issue(core, "own", Role.CANDIDATE)
    mine = client.holding(own.token)
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

    async def test_the_providers_user_is_the_candidate_and_the_listed_ones_are_graders(self, client: Client) -> None:
        def hub(name: str) -> dict[str, str]:
            return {"X-User": name}

        browser = client.holding(None)
        begun = (await browser.post("/sessions/", headers=hub("carol"))).json
        assert begun["owner"] == "carol"
        where = f"/sessions/{begun['session_id']}/"
        seen = {name: (await browser.get(where, headers=hub(name))).status for name in ("carol", "dave", "ada")}
        assert seen == {"carol": 200, "dave": 404, "ada": 200}
        assert (await browser.get("/assessments/", headers=hub("dave"))).status == 403
        assert (await browser.call("DELETE", where, headers=hub("ada"))).status == 403
        assert (await browser.get(where)).status == 401


class TestService:
    """A service takes our tokens only, whether Jupyter's is there, wrong or switched off."""

    @pytest.fixture
    def traits(self) -> dict[str, Any]:
        return {"mode": "service"}

    @pytest.mark.parametrize("off", [False, True])
    async def test_nobody_becomes_the_operator_by_jupyters_token_or_without_any(
        self, client: Client, extension: CodeAssess, off: bool
    ) -> None:
        if off:
            extension.serverapp.identity_provider.token = ""
            assert not extension.serverapp.identity_provider.auth_enabled
        for somebody in (client, client.holding(None)):
            assert (await somebody.get("/sessions/")).status == 401
        own = await issue(await extension.core(), "own", Role.CANDIDATE)
        assert (await client.holding(own.token).get("/sessions/")).status == 200
