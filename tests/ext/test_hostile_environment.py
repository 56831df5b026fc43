"""Whatever the environment of a candidate's programs says, the service gives the score, and nobody else hears of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import listening, reached_at, tracing, variables
from jupyter_process import Jupyter
from model_cases import GOOD_EVALUATION, Reply, completion, serving
from population import CODE
from rest_client import Client
from service_process import Service
from tornado.httpclient import AsyncHTTPClient
from upstream_line import relay_to

from codeassess_core.client.credentials_file import CredentialsFile

ANSWER = "It adds the values and divides by how many there are; of an empty list it fails."

_NAMES = ("correctness", "specificity", "depth", "clarity")
VERDICTS = [{"criterion": name, "quote": "adds", "reason": "So it says.", "verdict": "met"} for name in _NAMES]
EVALUATION = GOOD_EVALUATION | {"criteria": VERDICTS}
ONE_KIND = {"question_kinds": ["purpose"], "difficulty": "easy"}  # so that everybody is asked the same


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path / "service")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of 127.0.0.2; an authority of its own is `certificate.pem.public`."""
    file = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
    command += ["-addext", "subjectAltName=IP:127.0.0.2", "-keyout", str(file), "-out", f"{file}.public"]
    subprocess.run(command, check=True, capture_output=True)
    public = Path(f"{file}.public")
    file.write_text(file.read_text() + public.read_text())
    return file


async def evaluated(url: str, folder: Path, code: str, environment: dict[str, str]) -> tuple[Any, ...]:
    """The outcome of one sitting through a relay with this environment: what was asked, and the score."""
    relay = relay_to(url, folder)
    client = await opened(relay, environment)
    try:
        joined = await client.post("/codeassess/join", {"code": code})
        assert joined.status == 201, joined.body
        return await answered(client)
    finally:
        await asyncio.to_thread(relay.stop)


async def answered(client: Client) -> tuple[Any, ...]:
    """What somebody who has joined is asked, and the score of the same answer."""
    session_id = await client.begin()
    talk, _ = await client.greet(session_id)
    await talk.say({"message_type": "code_update", "seq": 1, "code": CODE})
    question = await talk.until("question")
    answer = {"message_type": "response_submitted", "seq": 2, "interaction_id": question["interaction_id"]}
    await talk.say({**answer, "response": ANSWER})
    given = await talk.until("evaluation_result")
    talk.close()
    return (question["question"], *(given[name] for name in ("score", "score_min", "score_max", "evaluation")))


async def opened(relay: Jupyter, environment: dict[str, str]) -> Client:
    """Start it with these variables, and return a client of it."""
    relay.settings |= environment
    await asyncio.to_thread(relay.start)
    return Client(AsyncHTTPClient(force_instance=True), port=relay.port, base="", token=relay.token)


async def test_hostile_variables_of_the_candidates_jupyter_change_no_score_and_nobody_else_is_reached(
    service: Service, tmp_path: Path
) -> None:
    codes = service.invite("ada", "bob", **ONE_KIND)
    plain = await evaluated(service.url, tmp_path / "plain", codes["bob"], {})
    async with listening() as listener, reached_at("127.0.0.2", service.port) as other:
        for n, url in enumerate((service.url, other)):
            environment = variables(listener, tmp_path / f"path{n}")
            assert (
                await evaluated(url, tmp_path / f"relay{n}", service.invite("ada", **ONE_KIND)["ada"], environment)
                == plain
            )
            assert (tmp_path / f"path{n}" / "was_here").exists()
        assert (listener.connections, listener.heard) == (0, b"")


async def test_a_proxy_of_the_environment_sees_nothing_but_tls(
    service: Service, tmp_path: Path, certificate: Path
) -> None:
    code = service.invite("ada", **ONE_KIND)["ada"]
    async with listening() as proxy, reached_at("127.0.0.2", service.port, certificate=certificate) as url:
        named = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": f"{certificate}.public"}
        _, score, *_ = await evaluated(url, tmp_path / "relay", code, named)
    assert score > 0
    assert set(proxy.tunnels) == {url.removeprefix("https://")}
    kept = CredentialsFile(tmp_path / "relay" / "data" / "credentials.json").get(url)
    assert kept is not None
    secrets = (kept.token, code, "average", "It adds", "Authorization", "ca_")
    assert [text for text in secrets if text.encode() in proxy.heard] == []


async def test_authorities_that_only_other_programs_read_are_not_believed(
    service: Service, tmp_path: Path, certificate: Path
) -> None:
    code = service.invite("ada")["ada"]
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
    async with reached_at("127.0.0.2", service.port, certificate=certificate) as url:
        relay = relay_to(url, tmp_path / "relay")
        client = await opened(relay, dict.fromkeys(names, f"{certificate}.public"))
        refused = await client.post("/codeassess/join", {"code": code})
        await asyncio.to_thread(relay.stop)
    assert (refused.status, refused.error["code"]) == (503, "service_unreachable")
    assert "is not trusted" in refused.error["message"]
    (invitation,) = service.ask("GET", f"/assessments/{service.assessment_id}/invitations/")["items"]
    assert invitation["state"] == "invited"


@pytest.mark.parametrize(("allowed", "leaks"), [("", False), ("1", True)])  # the second row: this test can fail
async def test_stray_tracing_variables_send_nothing_from_a_service_unless_it_is_allowed(
    tmp_path: Path, allowed: str, leaks: bool
) -> None:
    async with listening() as listener:
        with serving(Reply(completion(json.dumps(EVALUATION)))) as model:
            named = tracing(listener) | {"CODEASSESS_ALLOW_TRACING": allowed, "CODEASSESS_EMBEDDING_MODEL": "hashed"}
            named |= {"CODEASSESS_MODEL": "openai:gpt-5-mini", "CODEASSESS_MODEL_BASE_URL": model.base_url}
            service = Service(tmp_path / "service", more=named | {"OPENAI_API_KEY": "key"})
            try:
                await asyncio.to_thread(service.start)
                code = service.invite("ada", materials=[{"path": "a.md", "text": "# A\nAn average divides.\n"}])["ada"]
                await answered(await straight(service, code))
                async with asyncio.timeout(30):
                    while leaks and not listener.connections:  # noqa: ASYNC110 (it comes from outside)
                        await asyncio.sleep(0.1)
            finally:
                await asyncio.to_thread(service.kill)
            assert len(model.bodies) >= 2, "the model was asked"
    assert bool(listener.connections) is leaks, listener.heard


async def straight(service: Service, code: str) -> Client:
    """Somebody who has joined at the service itself."""
    stranger = Client(AsyncHTTPClient(force_instance=True), port=service.port, base="", token="")
    return stranger.holding((await stranger.post("/codeassess/join", {"code": code})).json["token"])
