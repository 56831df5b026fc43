"""What an assessment asks to agree to is shown by the language server and by `codeassess join`, before anything."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor import PLAIN, Editor
from pygls.exceptions import JsonRpcException
from service_process import Service

from codeassess_core.identity import Principal, Role
from codeassess_core.new_assessment import NewAssessment
from codeassess_core.settings import Settings
from codeassess_core.wiring import Core

TEXT = "My work is graded, and kept for a year."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("consent") / "service")
    running.start()
    yield running
    running.kill()


def join(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codeassess_core.cli", "join", *arguments]
    environment = {**os.environ, "CODEASSESS_DATA_DIR": str(home / "lsp")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, input="")


def joined(service: Service, home: Path, person: str, **assessment: Any) -> None:
    code = service.invite(person, consent=TEXT, **assessment)[person]
    done = join(home, f"{service.url}/#/join/{code}", "--agree")
    assert done.returncode == 0, done.stderr


def begun(service: Service) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.ask("GET", f"/sessions/?assessment_id={service.assessment_id}")["items"]
    return found


async def refusal(editor: Editor, name: str, **given: Any) -> tuple[str, str]:
    with pytest.raises(JsonRpcException) as caught:
        await editor.ask(name, **given)
    data = caught.value.data
    return data["code"] if isinstance(data, dict) else data.code, caught.value.message


def test_without_the_agreement_the_code_is_not_used(service: Service, tmp_path: Path) -> None:
    code = service.invite("ada", consent=TEXT)["ada"]
    link = f"{service.url}/#/join/{code}"
    done = join(tmp_path, link)
    assert done.returncode != 0 and TEXT in done.stdout
    assert "Nothing was recorded. If you agree to the text above, add --agree." in done.stderr.replace("\n", " ")
    assert not (tmp_path / "lsp" / "credentials.json").exists()
    (invitation,) = service.ask("GET", f"/assessments/{service.assessment_id}/invitations/")["items"]
    assert invitation["state"] == "opened"
    assert join(tmp_path, link, "--agree").returncode == 0
    kept = json.loads((tmp_path / "lsp" / "credentials.json").read_text())["servers"]
    assert len(kept[service.url]["agreed_sha256"]) == 64


async def test_who_agreed_at_joining_is_not_asked_again_for_the_same_text(service: Service, tmp_path: Path) -> None:
    joined(service, tmp_path, "bob")
    editor = Editor(tmp_path)
    await editor.start()
    session = (await editor.ask("start", consent=True))["session"]
    (first,) = [i for i in service.ask("GET", f"/sessions/{session}/interactions/")["items"] if i["kind"] == "consent"]
    assert (first["seq"], first["payload"]["by"], first["payload"]["text"]) == (1, "bob", TEXT)
    await editor.quit()


async def test_a_text_that_changed_is_shown_and_has_to_be_agreed_to(service: Service, tmp_path: Path) -> None:
    joined(service, tmp_path, "zoe")
    address = f"/assessments/{service.assessment_id}/versions"
    service.ask("POST", address, json={"title": "Averages", "consent": f"{TEXT} Twice."})
    editor = Editor(tmp_path)
    await editor.start()
    code, message = await refusal(editor, "start", consent=True)  # not to this text: nobody has seen it
    assert code == "consent_needed"
    assert message.startswith(f"Averages asks you to agree to this:\n\n{TEXT} Twice.\n\n")
    assert "Other files are never sent" in message
    assert begun(service) == []
    session = (await editor.ask("start", consent=True))["session"]
    assert service.ask("GET", f"/sessions/{session}/")["assessment_version"] == 2
    await editor.quit()


async def test_an_editor_without_our_commands_asks_and_takes_no_for_an_answer(service: Service, tmp_path: Path) -> None:
    joined(service, tmp_path, "eve")
    kept = tmp_path / "lsp" / "credentials.json"
    stored = json.loads(kept.read_text())
    del stored["servers"][service.url]["agreed_sha256"]  # as from a join that did not ask
    kept.write_text(json.dumps(stored))
    editor = Editor(tmp_path, capabilities=PLAIN)
    await editor.start()
    editor.buttons = ["No", "I agree"]
    assert (await refusal(editor, "start"))[0] == "consent_needed"
    assert TEXT in editor.choices[0].message
    assert begun(service) == []
    assert (await editor.ask("start"))["session"] == begun(service)[0]["session_id"]
    await editor.quit()


async def stored(home: Path, **fields: Any) -> str:
    """An assessment in the database of the embedded backend."""
    core = Core(Settings(mode="embedded", data_dir=str(home / "lsp")))
    await core.open()
    spec = NewAssessment(title="Alone", **fields).spec(Principal(name="tom", role=Role.TEACHER), now=core.clock())
    await core.record.assessments.add(spec)
    await core.aclose()
    return spec.id


def test_practice_on_this_computer_asks_too_and_refuses_what_must_be_verified(tmp_path: Path) -> None:
    asking = asyncio.run(stored(tmp_path, consent=TEXT))
    verified = asyncio.run(stored(tmp_path, verified=True))

    async def work() -> None:
        editor = Editor(tmp_path)
        await editor.start(mode="embedded")
        assert (await refusal(editor, "start", assessmentId=asking, consent=True))[0] == "consent_needed"
        code, message = await refusal(editor, "start", assessmentId=verified, consent=True)
        assert (code, "service" in message) == ("service_only", True)
        assert (await editor.ask("status"))["state"]["session"] is None
        assert (await refusal(editor, "start", assessmentId=asking))[0] == "consent_needed"
        assert (await editor.ask("start", assessmentId=asking, consent=True))["session"] is not None
        await editor.quit()

    asyncio.run(work())
