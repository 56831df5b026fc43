"""Tickets: what a browser opens the websocket with, once, and for whoever asked for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import servers
from credentials import issue, on_both_databases
from jupyter_process import Jupyter
from population import connection_status
from rest_client import Client
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from codeassess_core.clock import utcnow
from codeassess_core.identity import Admission, Principal, Role
from codeassess_core.storage.tickets import Tickets
from codeassess_ext import CodeAssess, socket

HELLO = {"message_type": "hello", "protocol": 1, "client_id": "browser"}


def offered(ticket: str) -> dict[str, str]:
    """The header that `new WebSocket(url, ["codeassess.1", "ticket.…"])` sends."""
    return {"Sec-WebSocket-Protocol": f"codeassess.1, ticket.{ticket}"}


async def ticket_for(client: Client, session_id: str) -> str:
    answer = await client.post(f"/sessions/{session_id}/ticket")
    assert answer.status == 201, answer.body
    assert set(answer.json) == {"ticket", "expires_at"}
    return str(answer.json["ticket"])


async def with_ticket(client: Client, session_id: str, ticket: str) -> int:
    """101, a close code, or the status of the handshake, for somebody who holds nothing but the ticket."""
    return await connection_status(client.holding(None), session_id, headers=offered(ticket))


@on_both_databases
async def test_a_ticket_opens_the_socket_once_for_whoever_asked_for_it(
    client: Client, extension: CodeAssess, quiet: pytest.LogCaptureFixture
) -> None:
    own = client.holding((await issue(await extension.core(), "own", Role.CANDIDATE)).token)
    session_id = await own.begin()
    ticket = await ticket_for(own, session_id)
    talk = await client.holding(None).talk(session_id, headers=offered(ticket))
    assert talk.socket.selected_subprotocol == "codeassess.1"
    assert (await talk.ask(HELLO))["message_type"] == "welcome"
    ack = await talk.ask({"message_type": "code_update", "seq": 1, "code": "a = 1\n"})
    assert ack == {"message_type": "ack", "seq": 1}
    assert await with_ticket(client, session_id, ticket) == 401
    assert (await own.get(f"/sessions/{session_id}/snapshots/1")).json["code"] == "a = 1\n"
    assert ticket not in quiet.text


@on_both_databases
async def test_of_ten_that_come_with_one_ticket_one_is_let_in(client: Client) -> None:
    session_id = await client.begin()
    for _ in range(3):
        ticket = await ticket_for(client, session_id)
        codes = await asyncio.gather(*(with_ticket(client, session_id, ticket) for _ in range(10)))
        assert sorted(codes) == [101, *[401] * 9]


@on_both_databases
async def test_a_worthless_ticket_is_refused_exactly_like_no_credential(client: Client, extension: CodeAssess) -> None:
    core = await extension.core()
    credential = await issue(core, "own", Role.CANDIDATE)
    own = client.holding(credential.token)
    here, elsewhere = await own.begin(), await own.begin()
    used = await ticket_for(own, here)
    assert await with_ticket(client, here, used) == 101
    late = Tickets(core.record.database, clock=lambda: utcnow() - timedelta(seconds=30))
    admission = Admission(principal=Principal(name="own", role=Role.CANDIDATE), token_sha256=None)
    worthless = {
        "used": used,
        "past its time": (await late.issue(here, admission)).ticket,
        "of another session": await ticket_for(own, elsewhere),
        "of nobody": "x",
        "empty": "",
        "whose token was revoked": await ticket_for(own, here),
    }
    await core.record.credentials.revoke(credential.id)
    nothing = await refusal(client, here, {})
    refused = {name: await refusal(client, here, offered(ticket)) for name, ticket in worthless.items()}
    assert nothing[0] == 401
    assert refused == dict.fromkeys(worthless, nothing)


async def refusal(client: Client, session_id: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """All that a client could tell two refusals of a handshake apart by."""
    with pytest.raises(HTTPClientError) as caught:
        await client.holding(None).talk(session_id, headers=headers)
    response = caught.value.response
    assert response is not None
    telling = {name: value for name, value in response.headers.items() if name not in ("Date", "Set-Cookie")}
    return response.code, response.body, telling


async def test_it_lasts_thirty_seconds(client: Client, extension: CodeAssess) -> None:
    core = await extension.core()
    session_id = await client.begin()
    admission = Admission(principal=Principal(name="root", role=Role.OPERATOR), token_sha256=None)
    almost = Tickets(core.record.database, clock=lambda: utcnow() - timedelta(seconds=20))
    assert await with_ticket(client, session_id, (await almost.issue(session_id, admission)).ticket) == 101


async def test_a_bad_ticket_does_not_fall_back_on_the_cookie_beside_it(client: Client) -> None:
    session_id = await client.begin()
    cookie = (await client.get("/sessions/")).headers["Set-Cookie"].partition(";")[0]
    browser = client.holding(None)
    assert await connection_status(browser, session_id, headers={"Cookie": cookie}) == 101
    assert await connection_status(browser, session_id, headers={"Cookie": cookie, **offered("x")}) == 401


async def test_a_ticket_opens_nothing_but_its_socket(client: Client) -> None:
    session_id = await client.begin()
    ticket = await ticket_for(client, session_id)
    stranger = client.holding(None)
    assert (await stranger.get(f"/sessions/{session_id}/", headers=offered(ticket))).status == 401
    assert (await stranger.post(f"/sessions/{session_id}/ticket", headers=offered(ticket))).status == 401
    assert await connection_status(stranger, session_id, query=f"?ticket={ticket}") == 401
    foreign = {**offered(ticket), "Origin": "https://evil.example"}
    assert await connection_status(stranger, session_id, headers=foreign) == 403
    assert await with_ticket(client, session_id, ticket) == 101, "a page that may not come in does not spend it"


async def test_the_token_behind_a_ticket_is_looked_at_as_long_as_the_socket_is_open(
    client: Client, extension: CodeAssess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "RECHECK_MILLISECONDS", 50)
    core = await extension.core()
    credential = await issue(core, "own", Role.CANDIDATE)
    own = client.holding(credential.token)
    session_id = await own.begin()
    talk = await client.holding(None).talk(session_id, headers=offered(await ticket_for(own, session_id)))
    await talk.ask(HELLO)
    assert await talk.silent(0.3)
    await core.record.credentials.revoke(credential.id)
    assert await talk.closed() == 4401


async def test_a_client_without_a_ticket_may_offer_the_subprotocol_too(client: Client) -> None:
    session_id = await client.begin()
    talk = await client.talk(session_id, headers={"Sec-WebSocket-Protocol": "codeassess.1"})
    assert talk.socket.selected_subprotocol == "codeassess.1"
    assert (await client.talk(session_id)).socket.selected_subprotocol is None


async def test_another_process_takes_the_ticket(postgres_server: str, tmp_path: Path) -> None:
    with servers.fresh_database(postgres_server) as url:
        one, other = (Jupyter(tmp_path / name, CODEASSESS_DATABASE_URL=url) for name in ("one", "other"))
        try:
            one.start()
            other.start()
            session_id = one.call("POST", "/sessions/").json()["session_id"]
            ticket = one.call("POST", f"/sessions/{session_id}/ticket").json()["ticket"]
            codes = [await with_ticket(away(server), session_id, ticket) for server in (other, one)]
        finally:
            one.stop()
            other.stop()
    assert codes == [101, 401]


def away(server: Jupyter) -> Client:
    return Client(AsyncHTTPClient(), port=server.port, base="", token=None)
