"""Mode upstream: a candidate's own Jupyter passes everything on to a service, and holds nothing of it."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from population import CODE
from rest_client import Client
from service_process import ROOT, Service
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from upstream_line import NEWER, relay_to

from codeassess_core.client.credentials_file import CredentialsFile, StoredCredential
from codeassess_core.client.resend import SessionClient
from codeassess_core.live.messages import CodeUpdate
from codeassess_core.people.codes import new_code
from codeassess_core.reports.as_html import HTML_CSP
from codeassess_ext.routes import ROUTES
from codeassess_ext.upstream.answers import PAGE_CSP
from codeassess_ext.upstream.routes import RELAYED


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path / "service")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def relay(service: Service, tmp_path: Path) -> Iterator[Client]:
    process = relay_to(service.url, tmp_path / "relay")
    process.start()
    client = Client(AsyncHTTPClient(force_instance=True), port=process.port, base="", token=process.token)
    client.process = process  # type: ignore[attr-defined]
    yield client
    process.stop()


async def joined(relay: Client, code: str) -> str:
    """Join with a code and begin; returns the session's id."""
    answer = await relay.post("/codeassess/join", {"code": code})
    assert answer.status == 201, answer.body
    return await relay.begin()


async def test_the_whole_line_goes_through_the_relay_and_no_token_comes_back(
    relay: Client, service: Service, tmp_path: Path
) -> None:
    code = service.invite("ada", show_report=True)["ada"]
    seen: list[bytes] = []

    async def read(path: str) -> Any:
        answer = await relay.get(path)
        assert answer.status == 200, (path, answer.body)
        seen.extend((answer.body, str(sorted(answer.headers.items())).encode()))
        return answer

    looked = await relay.post("/codeassess/join/look", {"code": code})
    assert (looked.status, looked.json["title"]) == (200, "Averages")
    link = f"{service.url}/#/join/{code}"
    join = await relay.post("/codeassess/join", {"code": link})
    assert (join.status, join.json["candidate"], join.json["title"]) == (201, "ada", "Averages")
    assert set(join.json) == {"candidate", "assessment_id", "title", "expires_at", "server"}
    (own,) = (await read("/invitations/")).json["items"]
    assert (own["title"], own["state"], own["time_limit"]) == ("Averages", "joined", 3600.0)
    begun = await relay.post("/sessions/", {}, headers={"Idempotency-Key": "k"})
    session_id = begun.json["session_id"]
    assert (begun.json["owner"], begun.json["mode"]) == ("ada", "service")
    assert (await relay.post("/sessions/", {}, headers={"Idempotency-Key": "k"})).json["session_id"] == session_id
    consent = await relay.post(f"/sessions/{session_id}/consent", {"agreed": True, "statement": "All is recorded."})
    assert consent.status == 201, consent.body
    talk, welcome = await relay.greet(session_id)
    assert welcome["writer"]["you"] is True
    await talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
    question = await talk.until("question")
    assert {"message_type": "ack", "seq": 1} in talk.heard
    answer = {"message_type": "response_submitted", "seq": 2, "interaction_id": question["interaction_id"]}
    await talk.say({**answer, "response": "It adds the values up and divides by how many there are."})
    await talk.until("evaluation_result")
    await talk.say({"message_type": "finish", "seq": 3})
    await talk.until("report_ready")
    assert await talk.closed() == 4410
    for path in ("", "/interactions/", "/snapshots/", "/snapshots/1"):
        await read(f"/sessions/{session_id}{path}")
    page = await read(f"/sessions/{session_id}/report/?format=html")
    assert page.headers["Content-Security-Policy"] == HTML_CSP == PAGE_CSP
    assert (await read(f"/sessions/{session_id}/report/?format=json")).json["session"]["mode"] == "service"
    assert (await read("/codeassess/me")).json["name"] == "ada"
    assert (await read("/codeassess/health")).json["mode"] == "service"

    process = relay.process  # type: ignore[attr-defined]
    data = tmp_path / "relay" / "data"
    token = StoredCredential.of(json.loads((data / "credentials.json").read_text())["servers"][service.url]).token
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()  # noqa: ASYNC240 (a test may)
    everything = [*seen, join.body, begun.body, environment, (tmp_path / "relay" / "log").read_bytes()]
    everything += [json.dumps(talk.heard).encode()]
    assert [text for text in everything if token.encode() in text or b"ca_" in text] == []
    assert [file.name for file in data.iterdir()] == ["credentials.json"]


async def test_what_was_acknowledged_stays_and_the_rest_is_sent_again_when_the_service_was_killed(
    relay: Client, service: Service
) -> None:
    session_id = await joined(relay, service.invite("ada")["ada"])
    texts = [f"a = {n}\n" for n in range(1, 21)]
    url = f"http://127.0.0.1:{relay.port}"
    async with SessionClient(url, session_id, token=relay.token or "", take=lambda _: None) as client:
        for text in texts[:10]:
            client.send(CodeUpdate(message_type="code_update", code=text))
        assert await client.until(lambda: client.acked == 10, seconds=20)
        service.kill()
        for text in texts[10:]:
            client.send(CodeUpdate(message_type="code_update", code=text))
        assert not await client.until(lambda: client.acked > 10, seconds=1)
        await asyncio.to_thread(service.start)
        assert await client.until(lambda: client.acked == 20, seconds=40)
        assert client.connections == 2
    stored = (await relay.get(f"/sessions/{session_id}/snapshots/?limit=1000")).json["items"]
    assert len(stored) == 20
    for n, text in enumerate(texts, 1):
        assert (await relay.get(f"/sessions/{session_id}/snapshots/{n}")).json["code"] == text


async def test_what_was_sent_before_the_browser_left_arrives_in_order(relay: Client, service: Service) -> None:
    session_id = await joined(relay, service.invite("ada")["ada"])
    talk, _ = await relay.greet(session_id)
    for n in range(1, 51):
        await talk.say({"message_type": "code_update", "seq": n, "code": f"a = {n}\n"})
    talk.close()
    async with asyncio.timeout(20):
        while (await relay.get(f"/sessions/{session_id}/")).json["acked_seq"] < 50:
            pass
    talk, _ = await relay.greet(session_id)
    assert await talk.ask({"message_type": "code_update", "seq": 51, "code": "b\n"}) == {
        "message_type": "ack",
        "seq": 51,
    }


async def test_only_what_candidates_need_is_passed_on_and_only_for_whom_jupyter_knows(
    relay: Client, service: Service
) -> None:
    before = await relay.get("/invitations/")
    assert (before.status, before.error["code"]) == (403, "not_joined")
    session_id = await joined(relay, service.invite("ada")["ada"])
    ids = {"session_id": session_id, "assessment_id": service.assessment_id, "person_id": "ada"}
    for method, path in (
        ("GET", "/people/"),
        ("POST", "/assessments/"),
        ("GET", f"/sessions/{session_id}/export/?format=jsonl"),
        ("POST", f"/sessions/{session_id}/report/reviews/"),
        ("DELETE", f"/sessions/{session_id}/"),
        ("POST", f"/sessions/{session_id}/ticket"),
        ("PUT", "/sessions/"),
    ):
        refused = await relay.call(method, path.format(**ids), json_body={} if method == "POST" else None)
        assert (refused.status, refused.error["code"]) == (403, "not_relayed"), (method, path)
        assert service.url in refused.error["message"]
    assert (await relay.get("/sessions/a/b/c")).error["code"] == "not_found"
    assert (await relay.get("/sessions/%2e%2e/")).error["code"] == "not_found"
    assert (await relay.get("/sessions/..%2Fpeople/")).error["code"] == "not_found"
    assert (await relay.post("/codeassess/sign-in", {"token": "x"})).status == 404
    service_token = service.teacher
    for token in (None, "wrong", service_token):
        stranger = relay.holding(token)
        assert (await stranger.get("/sessions/")).status == 401
        assert (await stranger.post("/codeassess/join", {"code": new_code()})).status == 401
        with pytest.raises(HTTPClientError, match="401"):
            await stranger.talk(session_id)


async def test_another_page_cannot_use_jupyters_cookie(relay: Client, service: Service) -> None:
    session_id = await joined(relay, service.invite("ada")["ada"])
    signed_in = await relay.holding(None).get(f"/tree?token={relay.token}")
    cookies = "; ".join(value.partition(";")[0] for value in signed_in.headers.get_list("Set-Cookie"))  # type: ignore[attr-defined]
    browser = relay.holding(None)
    assert (await browser.get("/sessions/", headers={"Cookie": cookies})).status == 200
    forged = await browser.post("/sessions/", {}, headers={"Cookie": cookies})
    assert (forged.status, forged.error["code"]) == (403, "forbidden")
    with pytest.raises(HTTPClientError, match="403"):
        await browser.talk(session_id, headers={"Cookie": cookies, "Origin": "https://evil.example"})


async def test_a_withdrawn_invitation_says_to_join_again(relay: Client, service: Service) -> None:
    session_id = await joined(relay, service.invite("ada", "bob")["ada"])
    talk, _ = await relay.greet(session_id)
    service.withdraw("ada")
    assert await talk.closed() == 4401
    refused = await relay.get(f"/sessions/{session_id}/")
    assert (refused.status, refused.error["code"]) == (403, "not_joined")
    assert "join again with a code" in refused.error["message"]
    with pytest.raises(HTTPClientError, match="403"):
        await relay.talk(session_id)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"code": "7K3M"}, 400, "A code has 12 letters and digits"),
        ({"code": "https://other.example.org/#/join/7K3M-9QRT-2XWB"}, 400, "That link is of https://other.example.org"),
        ({"code": "7K3M-9QRT-2XWB"}, 403, "This code is not known"),
        ({"code": 7}, 400, 'The body must be {"code"'),
        ({"code": "7K3M-9QRT-2XWB", "server": "x"}, 400, 'The body must be {"code"'),
        ([], 400, 'The body must be {"code"'),
    ],
    ids=str,
)
async def test_a_wrong_code_is_told_in_a_sentence_and_nothing_is_kept(
    relay: Client, tmp_path: Path, body: Any, status: int, said: str
) -> None:
    for path in ("/codeassess/join", "/codeassess/join/look"):
        refused = await relay.post(path, body)
        assert refused.status == status and said in refused.error["message"], refused.body
    assert not (tmp_path / "relay" / "data" / "credentials.json").exists()


class TestInThisProcess:
    """A relay in front of what is no good service."""

    @pytest.fixture
    def url(self) -> str:
        return "http://127.0.0.1:1"

    @pytest.fixture
    def traits(self, url: str) -> dict[str, Any]:
        return {"mode": "upstream", "upstream_url": url, "database_url": ""}

    @pytest.fixture
    def store(self) -> str:
        return ""

    @pytest.fixture
    def kept(self, tmp_path: Path, url: str) -> CredentialsFile:
        file = CredentialsFile(tmp_path / "codeassess" / "credentials.json")
        expires_at = datetime(2099, 1, 1, tzinfo=UTC)
        file.put(
            url,
            StoredCredential(token="ca_x", expires_at=expires_at, candidate="ada", assessment_id="a", title="t"),
        )
        return file

    async def is_away(self, client: Client, said: str) -> None:
        for answer in (await client.get("/sessions/"), await client.post("/codeassess/join", {"code": new_code()})):
            assert (answer.status, answer.error["code"]) == (503, "service_unreachable")
            assert said in answer.error["message"] and "reason" not in answer.error["detail"]
        with pytest.raises(HTTPClientError, match="503"):
            await client.talk("01a22f0b-a4ce-719c-8cca-293b86858dfa")

    async def test_a_service_that_is_not_there(self, client: Client, kept: CredentialsFile) -> None:
        await self.is_away(client, "http://127.0.0.1:1 cannot be reached; nothing was acknowledged, try again.")

    async def test_a_file_that_others_can_read(self, client: Client, kept: CredentialsFile) -> None:
        kept.path.chmod(0o644)
        for answer in (await client.get("/sessions/"), await client.post("/codeassess/join", {"code": new_code()})):
            assert (answer.status, answer.error["code"]) == (500, "credentials_unusable")
            assert f"run: chmod 600 {kept.path}" in answer.error["message"]

    class TestThatNeverAnswers:
        @pytest.fixture
        def url(self) -> Iterator[str]:
            with socket.create_server(("127.0.0.1", 0)) as silent:
                yield f"http://127.0.0.1:{silent.getsockname()[1]}"

        async def test_is_given_up_on(
            self, client: Client, kept: CredentialsFile, monkeypatch: pytest.MonkeyPatch
        ) -> None:
            monkeypatch.setattr("codeassess_ext.upstream.service.ANSWER_SECONDS", 0.3)
            monkeypatch.setattr("codeassess_core.client.socket.OPEN_SECONDS", 0.3)
            answer = await client.get("/sessions/")
            assert (answer.status, answer.error["code"]) == (503, "service_unreachable")
            assert "did not answer within" in answer.error["message"]
            with pytest.raises(HTTPClientError, match="503"):
                await client.talk("01a22f0b-a4ce-719c-8cca-293b86858dfa")

    class TestWithAWrongCertificate:
        @pytest.fixture
        def certificate(self, tmp_path: Path) -> Path:
            file = tmp_path / "certificate.pem"
            command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
            command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", f"{file}.public"]
            subprocess.run(command, check=True, capture_output=True)
            file.write_text(file.read_text() + Path(f"{file}.public").read_text())
            return file

        @pytest.fixture
        def url(self) -> str:
            with socket.create_server(("127.0.0.1", 0)) as free:
                return f"https://127.0.0.1:{free.getsockname()[1]}"

        async def test_is_refused_with_a_sentence_and_sent_nothing(
            self, client: Client, kept: CredentialsFile, url: str, certificate: Path
        ) -> None:
            async with secret_listener(int(url.rpartition(":")[2]), certificate) as heard:
                for answer in (
                    await client.get("/sessions/"),
                    await client.post("/codeassess/join", {"code": new_code()}),
                ):
                    assert (answer.status, answer.error["code"]) == (503, "service_unreachable")
                    assert f"The certificate of {url} is not trusted" in answer.error["message"]
                with pytest.raises(HTTPClientError, match="503"):
                    await client.talk("01a22f0b-a4ce-719c-8cca-293b86858dfa")
            assert heard == []

    class TestThatIsNoCodeassess:
        """It answers everything with a page, or a redirect that would take the credential elsewhere."""

        @pytest.fixture(params=["page", "redirect", "proxy"])
        def answer(self, request: pytest.FixtureRequest) -> bytes:
            return {
                "page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>",
                "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
                "proxy": b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>",
            }[request.param]

        @pytest.fixture
        def url(self) -> str:
            with socket.create_server(("127.0.0.1", 0)) as free:
                return f"http://127.0.0.1:{free.getsockname()[1]}"

        async def test_is_told_in_a_sentence(
            self, client: Client, kept: CredentialsFile, url: str, answer: bytes
        ) -> None:
            async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                writer.close()

            async with await asyncio.start_server(reply, "127.0.0.1", int(url.rpartition(":")[2])):
                got = await client.get("/sessions/")
            wanted = (503, "service_unreachable") if b" 502 " in answer else (502, "service_fault")
            assert (got.status, got.error["code"]) == wanted, got.body
            assert url in got.error["message"]


@asynccontextmanager
async def secret_listener(port: int, certificate: Path) -> AsyncIterator[list[bytes]]:
    """A server with a certificate that nobody vouches for; yields what clients sent to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1))
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", port, ssl=context):
        yield heard


async def test_a_service_of_a_newer_protocol_says_so_through_the_relay(tmp_path: Path) -> None:
    service, client = Service(tmp_path / "service", NEWER), None
    process = relay_to(service.url, tmp_path / "relay")
    try:
        await asyncio.to_thread(service.start)
        await asyncio.to_thread(process.start)
        client = Client(AsyncHTTPClient(force_instance=True), port=process.port, base="", token=process.token)
        session_id = await joined(client, service.invite("ada")["ada"])
        _, refused = await client.greet(session_id)
        assert refused["code"] == "unsupported_protocol"
        assert refused["message"] == "This server speaks protocol 2, not 1."
    finally:
        process.stop()
        service.kill()


def test_each_address_of_the_relay_exists() -> None:
    patterns = " ".join(pattern for pattern, _ in ROUTES)
    for address in RELAYED:
        assert address.rpartition("/")[2].strip("{}") in patterns


def test_a_relay_imports_no_core_and_nothing_heavy(tmp_path: Path) -> None:
    program = f"""
import asyncio, json, sys
from jupyter_server.serverapp import ServerApp
before = set(sys.modules)
app = ServerApp(jpserver_extensions={{"codeassess_ext": True}}, root_dir={str(tmp_path)!r}, allow_root=True)
app.initialize(argv=[], new_httpserver=False)
extension = app.extension_manager.extension_points["codeassess"].app
at_start = set(sys.modules) - before
asyncio.run(extension.service())
heavy = ("sqlalchemy", "alembic", "langchain", "langchain_core", "chromadb", "dbos", "openai", "redis", "psycopg")
of_the_core = ("codeassess_core.wiring", "codeassess_core.storage", "codeassess_core.examiner")
print(json.dumps([
    sorted(name for name in (*heavy, "pydantic") if name in at_start),
    sorted(name for name in (*heavy, *of_the_core) if name in sys.modules),
]))
"""
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    environment |= {"CODEASSESS_MODE": "upstream", "CODEASSESS_UPSTREAM_URL": "https://code.example.org"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [[], []]
