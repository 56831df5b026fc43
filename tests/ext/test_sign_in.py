"""Signing in to a service: the cookie, what it may do, and who may not have one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from credentials import issue
from rest_client import Answer, Client, Talk
from tornado.httpclient import HTTPClientError

from codeassess_core.clock import utcnow
from codeassess_core.errors import RateLimited
from codeassess_core.identity import Role
from codeassess_ext import CodeAssess, socket
from codeassess_ext.sign_in_limit import ATTEMPTS, MOST_ADDRESSES, SECONDS, SignInLimit

REFUSED = "This token does not let you in: it is unknown, revoked or past its time."


@pytest.fixture
def traits() -> dict[str, Any]:
    return {"mode": "service"}


@dataclass
class Browser:
    """A browser on the service's own page: it keeps cookies, and says from where it asks."""

    client: Client
    cookies: dict[str, str] = field(default_factory=lambda: {"_xsrf": "deadbeef"})

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.client.port}"

    def headers(self, **more: str | None) -> dict[str, str]:
        sent = {
            "Origin": self.origin,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
            "X-XSRFToken": self.cookies["_xsrf"],
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        } | {name.replace("_", "-"): value for name, value in more.items()}
        return {name: value for name, value in sent.items() if value is not None}

    async def post(self, path: str, body: Any = None, **headers: str | None) -> Answer:
        answer = await self.client.holding(None).post(path, body, headers=self.headers(**headers))
        self.keep(answer)
        return answer

    async def get(self, path: str, **headers: str | None) -> Answer:
        return await self.client.holding(None).get(path, headers=self.headers(**headers))

    async def sign_in(self, token: str | None, **headers: str | None) -> Answer:
        return await self.post("/codeassess/sign-in", {"token": token}, **headers)

    async def talk(self, session_id: str, **headers: str | None) -> Talk:
        return await self.client.holding(None).talk(session_id, headers=self.headers(**headers))

    def keep(self, answer: Answer) -> None:
        for name, morsel in SimpleCookie(answer.headers.get("Set-Cookie", "")).items():
            self.cookies[name] = morsel.value


async def token_of(extension: CodeAssess, name: str = "grace", role: Role = Role.GRADER, **more: Any) -> Any:
    return await issue(await extension.core(), name, role, **more)


async def test_a_token_is_exchanged_for_a_cookie_that_counts_like_it(client: Client, extension: CodeAssess) -> None:
    browser = Browser(client)
    assert (await browser.get("/codeassess/me")).status == 401
    credential = await token_of(extension, tenant="school")
    answer = await browser.sign_in(f" {credential.token}\n")
    me = {"name": "grace", "role": "grader", "tenant": "school", "mode": "service", "elsewhere": None}
    assert (answer.status, answer.json) == (200, me)
    assert (await browser.get("/codeassess/me")).json == me
    assert credential.token not in answer.body.decode()
    assert (await browser.get("/sessions/")).status == (await browser.get("/assessments/")).status == 200
    assert (await browser.post("/codeassess/sign-out")).status == 204
    assert (await browser.get("/codeassess/me")).status == 401
    assert (await client.holding(credential.token).get("/codeassess/me")).status == 200


async def test_the_cookie_is_for_nobody_but_this_service(client: Client, extension: CodeAssess) -> None:
    credential = await token_of(extension)
    said = (await Browser(client).sign_in(credential.token)).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", f"Path={client.base}/"} <= set(said.split("; "))
    assert "Domain" not in said and "Secure" not in said and "expires" not in said.lower()


@pytest.mark.parametrize(
    "headers",
    [{"X_Forwarded_Proto": "https"}, {"X_Forwarded_Proto": "https, http"}, {"Origin": "https://exam.example"}],
)
async def test_by_https_also_behind_a_proxy_the_cookie_is_secure(
    client: Client, extension: CodeAssess, headers: dict[str, str]
) -> None:
    credential = await token_of(extension)
    assert "Secure" in (await Browser(client).sign_in(credential.token, **headers)).headers["Set-Cookie"]


async def test_the_cookie_ends_with_the_token(client: Client, extension: CodeAssess) -> None:
    browser, core = Browser(client), await extension.core()
    until = utcnow() + timedelta(hours=1)
    credential = await token_of(extension, expires_at=until)
    said = (await browser.sign_in(credential.token)).headers["Set-Cookie"]
    assert re.search(r"expires=\w{3}, " + until.strftime("%d %b %Y %H:%M:%S GMT"), said)
    await core.record.credentials.revoke(credential.id)
    refused = await browser.get("/codeassess/me")
    assert (refused.status, refused.error["message"]) == (401, "You are not signed in any more: sign in again.")
    again = await token_of(extension)
    assert (await browser.sign_in(again.token)).status == 200  # the old cookie is in nobody's way


async def test_whatever_is_wrong_with_a_token_is_answered_alike(client: Client, extension: CodeAssess) -> None:
    expired = await token_of(extension, expires_at=utcnow() - timedelta(seconds=1))
    revoked = await token_of(extension)
    await (await extension.core()).record.credentials.revoke(revoked.id)
    answers = [
        await Browser(client).sign_in(t) for t in (expired.token, revoked.token, "ca_wrong", "wrong", client.token)
    ]
    assert {(a.status, a.error["message"]) for a in answers} == {(401, REFUSED)}
    assert len({a.body for a in answers}) == 1
    assert not any("codeassess=" in a.headers.get("Set-Cookie", "") for a in answers)


@pytest.mark.parametrize("body", [None, [], {"token": 1}, {"token": ""}, {"token": "x" * 201}, {"password": "x"}, {}])
async def test_what_is_no_token_is_said_to_be_none(client: Client, body: Any) -> None:
    answer = await Browser(client).post("/codeassess/sign-in", body)
    assert (answer.status, answer.error["code"]) in ((400, "invalid_input"), (400, "bad_frame"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": None, "Origin": "https://evil.example"},
        {"Sec_Fetch_Site": None, "Origin": "null"},
        {"Sec_Fetch_Site": None, "Origin": None},
    ],
)
async def test_another_page_cannot_sign_somebody_in(
    client: Client, extension: CodeAssess, headers: dict[str, str | None]
) -> None:
    answer = await Browser(client).sign_in((await token_of(extension)).token, **headers)
    assert (answer.status, answer.error["code"]) == (403, "forbidden")
    assert "codeassess=" not in answer.headers.get("Set-Cookie", "")


async def test_an_old_browser_says_only_its_origin_and_a_form_is_no_json(client: Client, extension: CodeAssess) -> None:
    token = (await token_of(extension)).token
    assert (await Browser(client).sign_in(token, Sec_Fetch_Site=None)).status == 200
    form = await Browser(client).sign_in(token, Content_Type="text/plain")
    assert (form.status, form.error["detail"]["field"]) == (400, "Content-Type")


async def test_what_changes_something_needs_the_xsrf_token(client: Client, extension: CodeAssess) -> None:
    browser = Browser(client)
    await browser.sign_in((await token_of(extension, "ada", Role.CANDIDATE)).token)
    from_elsewhere = {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}
    for forged in ({"X_XSRFToken": None}, {"X_XSRFToken": "cafecafe"}, from_elsewhere):
        refused = await browser.post("/sessions/", **forged)
        assert (refused.status, refused.error["code"]) == (403, "forbidden"), forged
        assert "X-XSRFToken" in refused.error["message"]
        assert (await browser.post("/codeassess/sign-out", **forged)).status == 403
    assert (await browser.get("/sessions/")).json["items"] == []
    begun = await browser.post("/sessions/")
    assert (begun.status, begun.json["owner"]) == (201, "ada")


async def test_a_token_in_the_header_goes_before_the_cookie(client: Client, extension: CodeAssess) -> None:
    browser = Browser(client)
    await browser.sign_in((await token_of(extension)).token)
    other = await token_of(extension, "ada", Role.CANDIDATE)
    answer = await client.holding(other.token).post("/sessions/", headers={"Cookie": browser.headers()["Cookie"]})
    assert (answer.status, answer.json["owner"]) == (201, "ada")


async def test_a_websocket_by_cookie_is_for_our_own_page_alone(client: Client, extension: CodeAssess) -> None:
    browser = Browser(client)
    await browser.sign_in((await token_of(extension, "ada", Role.CANDIDATE)).token)
    session_id = (await browser.post("/sessions/")).json["session_id"]
    for origin in ("https://evil.example", f"http://localhost:{client.port}", None):
        with pytest.raises(HTTPClientError, match="403"):
            await browser.talk(session_id, Origin=origin)
    talk = await browser.talk(session_id)
    welcome = await talk.ask({"message_type": "hello", "protocol": 1, "client_id": "page"})
    assert welcome["message_type"] == "welcome"


async def test_an_open_websocket_ends_when_the_token_of_its_cookie_is_revoked(
    client: Client, extension: CodeAssess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "RECHECK_MILLISECONDS", 50)
    browser, credential = Browser(client), await token_of(extension, "ada", Role.CANDIDATE)
    await browser.sign_in(credential.token)
    talk = await browser.talk((await browser.post("/sessions/")).json["session_id"])
    await talk.ask({"message_type": "hello", "protocol": 1, "client_id": "page"})
    await (await extension.core()).record.credentials.revoke(credential.id)
    assert await talk.closed() == 4401


async def test_failed_sign_ins_are_slowed_down_and_good_ones_are_not_counted(
    client: Client, extension: CodeAssess
) -> None:
    token = (await token_of(extension)).token
    for _ in range(ATTEMPTS + 5):
        assert (await Browser(client).sign_in(token)).status == 200
    while (answer := await Browser(client).sign_in("ca_wrong")).status == 401:
        pass
    assert (answer.status, answer.error["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["Retry-After"]) <= SECONDS
    assert (await client.holding(token).get("/codeassess/me")).status == 200


def test_attempts_come_back_and_few_addresses_are_remembered() -> None:
    now = 0.0
    limit = SignInLimit(lambda: now)
    for _ in range(ATTEMPTS):
        limit.attempt("2001:db8::1")
    with pytest.raises(RateLimited):
        limit.attempt("2001:db8::ffff")  # the same network
    limit.attempt("2001:db8:0:1::1")
    now += SECONDS
    limit.attempt("2001:db8::1")
    with pytest.raises(RateLimited):
        limit.attempt("2001:db8::1")
    for n in range(MOST_ADDRESSES):
        limit.attempt(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(limit._failed) == MOST_ADDRESSES
