"""An invitation, taken up on the command line, is what the language server works with."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from editor import Editor
from pygls.exceptions import JsonRpcException
from service_process import Service

CODE = "def average(values):\n    return sum(values) / len(values)\n\n\nprint(average([1, 2, 3]))\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("joining") / "service")
    running.start()
    yield running
    running.kill()


def handed_over(service: Service, code: str) -> str:
    """A code for another program, from somebody who has joined with `code`."""
    joined = httpx.post(f"{service.url}/codeassess/join", json={"code": code}, trust_env=False).json()
    headers = {"Authorization": f"token {joined['token']}"}
    answer = httpx.post(f"{service.url}/codeassess/hand-over", headers=headers, trust_env=False)
    return str(answer.json()["code"])


def join(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`codeassess join`, on the computer of a candidate."""
    command = [sys.executable, "-m", "codeassess_core.cli", "join", *arguments]
    environment = {**os.environ, "CODEASSESS_DATA_DIR": str(home / "lsp")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


async def test_who_has_joined_starts_without_naming_a_server_a_token_or_an_assessment(
    service: Service, tmp_path: Path
) -> None:
    code = service.invite("ada")["ada"]
    done = join(tmp_path, f"{service.url}/#/join/{code}")
    assert done.returncode == 0, done.stderr
    assert "You have joined “Averages” as ada." in done.stdout
    kept = tmp_path / "lsp" / "credentials.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600 and code not in kept.read_text()

    editor = Editor(tmp_path)
    await editor.start()
    uri = editor.open("main.py", CODE)
    session = (await editor.ask("start", consent=True))["session"]
    await editor.ask("addDocument", uri=uri)
    await editor.saved()
    stored = service.ask("GET", f"/sessions/{session}/")
    assert (stored["owner"], stored["title"], stored["mode"]) == ("ada", "Averages", "service")
    assert service.ask("GET", f"/sessions/{session}/snapshots/1")["code"] == CODE
    service.withdraw("ada")
    await editor.quit()

    again = Editor(tmp_path)
    await again.start()
    with pytest.raises(JsonRpcException, match="unknown, revoked or past its time"):
        await again.ask("start", consent=True)
    await again.quit()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("7K3M-9QRT-2XWB",), "give the whole link, or --server URL"),
        (("7K3M-9QRT", "--server", "{url}"), "A code has 12 letters and digits"),
        (("{url}/#/join/7K3M-9QRT-2XWB",), "This code is not known"),
        (("{url}/exam/#/join/7K3M-9QRT-2XWB",), "is no service that people are invited to"),
        (("http://127.0.0.1:9/#/join/7K3M-9QRT-2XWB",), "cannot be reached"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_kept(
    service: Service, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = join(tmp_path, *(argument.format(url=service.url) for argument in arguments))
    assert done.returncode != 0 and said in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert not (tmp_path / "lsp" / "credentials.json").exists()


FILES = [{"path": "average.py", "text": CODE}, {"path": "data/notes.txt", "text": "notes\r\n"}]


async def test_a_client_redeems_a_code_and_gets_the_files_of_the_task_without_seeing_the_credential(
    service: Service, tmp_path: Path
) -> None:
    code = service.invite("bob", files=FILES, title="Means & Medians")["bob"]
    editor = Editor(tmp_path)
    await editor.start()
    joined = await editor.ask("redeem", code=f" {code.lower()} ", serverUrl=f"{service.url}/")
    assert joined == {
        "server": service.url, "candidate": "bob", "assessmentId": service.assessment_id, "title": "Means & Medians",
        "folder": "means-medians", "session": None, "timeLimit": 3600.0,
    }  # fmt: skip
    with pytest.raises(JsonRpcException, match="Other files are never sent"):
        await editor.ask("start")
    owners = [session["owner"] for session in service.ask("GET", "/sessions/")["items"]]
    assert "bob" not in owners, "nothing begins without consent"
    session = (await editor.ask("start", consent=True))["session"]

    folder = tmp_path / "work" / "means-medians"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "notes.txt").write_text("mine")
    put = await editor.ask("starter", folder=folder.as_uri())
    assert put["files"] == [(folder / "average.py").as_uri(), (folder / "data" / "notes.txt").as_uri()]
    assert (put["kept"], put["refused"]) == (["data/notes.txt"], [])
    assert (folder / "average.py").read_text() == CODE
    assert (folder / "data" / "notes.txt").read_text() == "mine", "a file that was there was overwritten"
    uri = editor.open("means-medians/average.py", CODE)
    await editor.ask("addDocument", uri=uri)
    await editor.saved()
    assert service.ask("GET", f"/sessions/{session}/snapshots/1")["document"] == "means-medians/average.py"

    # In another window the same code leads to the session that was begun; the file that holds the credential is enough.
    again = await editor.ask("redeem", code=code)
    assert again["session"] == session
    await editor.quit()
    whole = "".join(path.read_text(errors="replace") for path in (tmp_path / "lsp").rglob("*") if path.is_file())
    assert code not in whole and code.replace("-", "") not in whole


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "7K3M-9QRT-2XWB"}, "A code alone does not name its service"),
        ({"code": "7K3M-9QRT", "serverUrl": "{url}"}, "A code has 12 letters and digits"),
        ({"code": "7K3M-9QRT-2XWB", "serverUrl": "{url}"}, "This code is not known"),
        ({"code": "7K3M-9QRT-2XWB", "serverUrl": "{url}/exam"}, "is no service that people are invited to"),
        ({"code": "7K3M-9QRT-2XWB", "serverUrl": "code.example.org"}, "must be a URL like"),
        ({"code": "7K3M-9QRT-2XWB", "serverUrl": "http://127.0.0.1:9"}, "cannot be reached"),
    ],
)
async def test_a_code_that_does_not_work_is_refused_in_a_sentence_and_nothing_is_kept(
    service: Service, tmp_path: Path, given: dict[str, str], said: str
) -> None:
    editor = Editor(tmp_path)
    await editor.start()
    with pytest.raises(JsonRpcException, match=said) as refused:
        await editor.ask("redeem", **{name: value.format(url=service.url) for name, value in given.items()})
    assert "7K3M-9QRT-2XWB" not in str(refused.value.message).replace("like 7K3M-9QRT-2XWB", "")
    assert not (tmp_path / "lsp" / "credentials.json").exists()
    await editor.quit()


async def test_a_handed_over_code_works_once_and_a_file_that_cannot_be_used_does_not_spend_it(
    service: Service, tmp_path: Path
) -> None:
    made = handed_over(service, service.invite("eve")["eve"])
    (tmp_path / "lsp").mkdir()
    kept = tmp_path / "lsp" / "credentials.json"
    kept.write_text("not ours")
    kept.chmod(0o600)
    editor = Editor(tmp_path)
    await editor.start()
    with pytest.raises(JsonRpcException, match="does not hold what codeassess wrote"):
        await editor.ask("redeem", code=made, serverUrl=service.url)
    kept.unlink()
    assert (await editor.ask("redeem", code=made, serverUrl=service.url))["candidate"] == "eve"
    with pytest.raises(JsonRpcException, match="This code is not known"):
        await editor.ask("redeem", code=made, serverUrl=service.url)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    await editor.quit()
