"""An invitation, taken up on the command line, is what the language server works with."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
