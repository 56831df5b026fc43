"""What can be wrong, and what the candidate is told: a clear sentence each, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import servers
from editor import Editor
from jupyter_process import Jupyter
from lsprotocol import types as t
from pygls.exceptions import JsonRpcException
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

UNKNOWN = "0197f000-0000-7000-8000-000000000000"


async def _refusal(editor: Editor, name: str, **given: Any) -> tuple[str, str]:
    """The code and the sentence with which a request is refused."""
    with pytest.raises(JsonRpcException) as caught:
        await editor.ask(name, **given)
    data = caught.value.data
    code = data["code"] if isinstance(data, dict) else data.code
    return code, caught.value.message


async def _editor(tmp_path: Path, url: str, token: str | None) -> Editor:
    editor = Editor(tmp_path, **({"CODEASSESS_TOKEN": token} if token else {}))
    await editor.start(serverUrl=url)
    return editor


async def test_without_consent_nothing_begins(jupyter: Jupyter, tmp_path: Path) -> None:
    before = len(jupyter.call("GET", "/sessions/").json()["items"])
    editor = await _editor(tmp_path, jupyter.url, jupyter.token)
    code, message = await _refusal(editor, "start", language="python")
    assert code == "consent_needed"
    assert jupyter.url in message and "Other files are never sent" in message
    assert len(jupyter.call("GET", "/sessions/").json()["items"]) == before
    await editor.quit()


async def test_only_documents_that_were_put_in_are_sent(jupyter: Jupyter, tmp_path: Path) -> None:
    editor = await _editor(tmp_path, jupyter.url, jupyter.token)
    secret = editor.open("secret.env", "PASSWORD=1\n", language="plaintext")
    uri = editor.open("src/main.py", "x = 1\n")
    session = (await editor.ask("start", consent=True))["session"]
    await editor.ask("addDocument", uri=uri)
    editor.replace(secret, 2, "PASSWORD=2\n")
    editor.replace(uri, 2, "x = 2\n")
    await editor.saved()
    await editor.ask("removeDocument", uri=uri)
    editor.replace(uri, 3, "x = 3\n")
    await editor.saved()
    assert [(s["document"], jupyter.code(session, s["n"])) for s in jupyter.snapshots(session)] == [
        ("src/main.py", "x = 1\n"),
        ("src/main.py", "x = 2\n"),
    ]
    await editor.quit()


# what is asked, with which token: the code, a part of the sentence
REFUSED = [
    ("start", {}, None, "no_token", "codeassess/token"),
    ("start", {}, "wrong", "unauthenticated", "token"),
    ("start", {}, "ca_wrong", "unauthenticated", "unknown, revoked or past its time"),
    ("join", {"session": UNKNOWN}, "jupyter", "not_found", "no such session"),
    ("join", {"session": "x" * 65}, "jupyter", "invalid_input", "session"),
    ("start", {"score": 10}, "jupyter", "invalid_input", "score"),
    ("start", {"assessmentId": UNKNOWN}, "jupyter", "not_found", "no such assessment"),
    ("addDocument", {"uri": "file:///x.py"}, "jupyter", "no_session", "start or join"),
    ("answer", {"id": UNKNOWN, "text": "x"}, "jupyter", "no_session", "start or join"),
]


@pytest.mark.parametrize(("name", "given", "token", "code", "part"), REFUSED)
async def test_a_refusal_says_what_is_wrong(
    jupyter: Jupyter, tmp_path: Path, name: str, given: dict[str, Any], token: str | None, code: str, part: str
) -> None:
    editor = await _editor(tmp_path, jupyter.url, jupyter.token if token == "jupyter" else token)
    consent = {"consent": True} if name in ("start", "join") else {}
    found, message = await _refusal(editor, name, **consent, **given)
    assert (found, part in message) == (code, True), message
    await editor.quit()


async def test_a_server_that_is_not_there(jupyter: Jupyter, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{servers.free_port()}"
    editor = await _editor(tmp_path, nowhere, jupyter.token)
    assert await _refusal(editor, "start", consent=True) == (
        "server_unreachable",
        f"The server {nowhere} cannot be reached.",
    )
    code, message = await _refusal(editor, "start", consent=True, serverUrl="ftp://example.org")
    assert (code, "must be a URL" in message) == ("invalid_input", True)
    # the right one works in the same editor
    assert (await editor.ask("start", consent=True, serverUrl=jupyter.url))["place"] == jupyter.url
    await editor.quit()


async def test_a_full_session_is_told_and_never_shown_as_saved(tmp_path: Path) -> None:
    small = Jupyter(tmp_path / "server", CODEASSESS_MAX_SESSION_BYTES="6000")
    small.start()
    try:
        editor = await _editor(tmp_path, small.url, small.token)
        uri = editor.open("main.py", "x = 1\n")
        session = (await editor.ask("start", consent=True))["session"]
        await editor.ask("addDocument", uri=uri)

        def full() -> bool:
            return bool(editor.all("state")[-1]["keeping"] == "full")

        for version in range(2, 40):
            line = "".join(f"{n * version * 7919:x}" for n in range(60))  # does not become small when compressed
            editor.replace(uri, version, f"{line}\n")
            await editor.until(lambda: full() or len(small.snapshots(session)) == version)  # noqa: B023
            if full():
                break
        state = await editor.kept("full")
        assert state["waiting"] == 0 and len(small.snapshots(session)) > 1
        await editor.ask("finish")
        await editor.kept("ended")
        await editor.quit()
    finally:
        small.stop()


async def test_a_token_that_is_revoked_can_be_renewed_and_nothing_is_lost(jupyter: Jupyter, tmp_path: Path) -> None:
    (first, credential), (second, _) = jupyter.issue("ada"), jupyter.issue("ada")
    editor = await _editor(tmp_path, jupyter.url, None)
    await editor.ask("token", token=first)
    uri = editor.open("main.py", "x = 1\n")
    session = (await editor.ask("start", consent=True, documents=[uri]))["session"]
    await editor.saved()
    jupyter.revoke(credential)
    state = await editor.kept("refused")
    assert state["problem"]["code"] == "unauthenticated"
    editor.replace(uri, 2, "x = 2\n")
    await editor.until(lambda: editor.all("state")[-1]["waiting"] == 1)
    await editor.ask("token", token=second)
    await editor.saved()
    assert [jupyter.code(session, s["n"]) for s in jupyter.snapshots(session)][-1] == "x = 2\n"
    await editor.quit()


async def test_a_client_of_another_protocol_is_told_to_update(jupyter: Jupyter, tmp_path: Path) -> None:
    newer = t.ClientCapabilities(experimental={"codeassess": {"protocol": 2}})
    editor = Editor(tmp_path, capabilities=newer, CODEASSESS_TOKEN=jupyter.token)
    await editor.start(serverUrl=jupyter.url)
    [message] = await editor.until(lambda: editor.client.messages)
    assert "speaks protocol 2" in message.message and "update codeassess" in message.message
    await editor.quit()


class _Sessions(RequestHandler):
    def get(self) -> None:
        self.finish({"items": [], "next": None})

    def post(self) -> None:
        self.set_status(201)
        body = {"session_id": UNKNOWN, "status": "active", "created_at": "2026-01-01T00:00:00.000Z", "acked_seq": 0}
        self.finish(body | {"language": "python", "assessment": None})


class _OldSocket(WebSocketHandler):
    def on_message(self, message: str | bytes) -> None:
        assert json.loads(message)["protocol"] == 1
        text = "This server speaks protocol 7, not 1."
        self.write_message({"message_type": "error", "code": "unsupported_protocol", "message": text})


@pytest.fixture
def other_protocol(jp_asyncio_loop: Any) -> Iterator[str]:
    """A server of a protocol that is not ours."""
    application = Application([("/sessions/", _Sessions), ("/ws/session/.*", _OldSocket)])
    server = HTTPServer(application)

    async def listen() -> int:
        port = servers.free_port()
        server.listen(port, "127.0.0.1")
        return port

    yield f"http://127.0.0.1:{jp_asyncio_loop.run_until_complete(listen())}"
    server.stop()


async def test_a_server_of_another_protocol_is_refused_in_words(other_protocol: str, tmp_path: Path) -> None:
    editor = await _editor(tmp_path, other_protocol, "any")
    await editor.ask("start", consent=True)
    state = await editor.kept("refused")
    assert state["problem"]["code"] == "unsupported_protocol"
    assert "protocol 7" in state["problem"]["message"] and "Update" in state["problem"]["message"]
    await editor.quit()


async def test_a_document_that_is_too_big_is_named(jupyter: Jupyter, tmp_path: Path) -> None:
    editor = await _editor(tmp_path, jupyter.url, jupyter.token)
    uri = editor.open("big.txt", "x" * 1_048_577, language="plaintext")
    session = (await editor.ask("start", consent=True, documents=[uri]))["session"]
    problem = await editor.hear("problem")
    assert (problem["code"], "big.txt" in problem["message"]) == ("document_too_big", True)
    editor.replace(uri, 2, "x" * 1_048_578)
    await editor.saved()
    assert len(editor.all("problem")) == 1  # not at every keystroke
    editor.replace(uri, 3, "smaller")
    await editor.saved()
    assert [jupyter.code(session, s["n"]) for s in jupyter.snapshots(session)] == ["smaller"]
    await editor.quit()


async def test_no_token_and_no_text_is_in_the_log(jupyter: Jupyter, tmp_path: Path, capfd: Any) -> None:
    token, _ = jupyter.issue("eve")
    editor = Editor(tmp_path, CODEASSESS_LOG_LEVEL="DEBUG")
    await editor.start(serverUrl=jupyter.url)
    await editor.ask("token", token=token)
    uri = editor.open("main.py", "very_private_name = 1\n")
    await editor.ask("start", consent=True, documents=[uri])
    await editor.saved()
    with pytest.raises(JsonRpcException):
        await editor.ask("token", token=token, candidate="eve")
    await editor.quit()
    written = capfd.readouterr().err
    assert token not in written
    assert "very_private_name" not in written


async def test_a_wrong_address_or_token_is_told_before_the_consent(jupyter: Jupyter, tmp_path: Path) -> None:
    for url, token, code in (
        (jupyter.url, "ca_wrong", "unauthenticated"),
        ("http://127.0.0.1:9", jupyter.token, "server_unreachable"),
    ):
        editor = Editor(tmp_path, CODEASSESS_TOKEN=token)
        await editor.start(mode="remote", serverUrl=url)
        found, _ = await _refusal(editor, "start")  # without the consent, which is asked for after it
        assert found == code
        await editor.quit()
